"""Floors of the copy relation on the labelled sets; lowering one is a decision to be explained."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from aggregator.cluster.copies import CopyFinder
from aggregator.model.signature import SignedArticle
from aggregator.text.urls import canonical_url

ORDERS = 2


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def families(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The earliest-read member of each article's family, read in this order."""
    texts: dict[str, str] = {}

    def held(ids: Sequence[str]) -> Mapping[str, str]:
        return {name: texts[name] for name in ids if name in texts}

    finder = CopyFinder(texts=held)
    for row in rows:
        published = row.get("published")
        article = SignedArticle(
            id=row["id"],
            title=row["title"],
            text=row["text"],
            source=row.get("source"),
            url=canonical_url(row["url"]) if "url" in row else None,
            published_at=datetime.fromisoformat(published) if published else None,
        )
        finder.add(article)
        texts[article.id] = f"{article.title}\n{article.text}"
    return {name: finder.family(name)[0] for name in texts}


def pair_f1(true: Mapping[str, str], found: Mapping[str, str]) -> float:
    def pairs(counts: Counter[Any]) -> int:
        return sum(count * (count - 1) // 2 for count in counts.values())

    both = pairs(Counter((true[name], found[name]) for name in true))
    return 2 * both / (pairs(Counter(true.values())) + pairs(Counter(found.values())))


def shuffled(rows: Sequence[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    return random.Random(seed).sample(rows, len(rows))


def test_edited_copies_are_found_and_texts_of_one_feed_kept_apart(shared_data: Path) -> None:
    rows = read(shared_data / "copies" / "edited_copies.jsonl")
    true = {row["id"]: row["copy"] for row in rows}
    for seed in range(ORDERS):
        found = families(shuffled(rows, seed))
        assert pair_f1(true, found) >= 0.995
        strangers = joined = 0
        for at, one in enumerate(rows):
            for other in rows[:at]:
                if one["source"] == other["source"] and one["copy"] != other["copy"]:
                    strangers += 1
                    joined += found[one["id"]] == found[other["id"]]
        assert joined / strangers <= 0.001


def test_items_seen_again_are_revisions_and_copies(shared_data: Path) -> None:
    rows = read(shared_data / "copies" / "scoop_repoll.jsonl")
    true = {row["id"]: row["cluster"] for row in rows}
    figures = [pair_f1(true, families(shuffled(rows, seed))) for seed in range(ORDERS)]
    assert sum(figures) / ORDERS >= 0.978


@pytest.mark.parametrize("name", ["ecbplus_topics_1-35", "allsides_triples_val", "uci_headlines"])
def test_reports_of_different_events_share_no_text(shared_data: Path, name: str) -> None:
    rows = read(shared_data / "events" / f"{name}.jsonl")
    events = {row["id"]: row["cluster"] for row in rows}
    copies = {name: head for name, head in families(rows).items() if name != head}
    wrong = sum(events[name] != events[head] for name, head in copies.items())
    assert wrong <= 2
