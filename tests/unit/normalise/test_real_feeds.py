"""A hundred real feeds: whatever a document says of title, address and date is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.model.article import NormalisedEntry
from aggregator.model.entry import Entry
from aggregator.model.feed import Feed
from aggregator.normalise.entry import normalise
from aggregator.normalise.identity import article_id
from aggregator.parse.document import parse_document
from aggregator.text.dates import read_date

NOW = datetime(2026, 3, 1, tzinfo=UTC)
# The smaller documents, and of each the newest entries: the integration tests poll all of all.
_LARGEST = 300_000
_NEWEST = 20
Made = Sequence[tuple[str, Entry, NormalisedEntry]]


@pytest.fixture(scope="module")
def made(shared_data: Path) -> Made:
    found = []
    for path in sorted((shared_data / "feeds" / "real").iterdir()):
        if path.stat().st_size > _LARGEST:
            continue
        feed = Feed(url=f"https://feeds.example/{path.name}")
        document = parse_document(path.read_bytes(), url=feed.url, max_entries=_NEWEST)
        for entry in document.entries:
            normalised = normalise(entry, document, feed=feed, feed_id=path.name, fetched_at=NOW)
            found.append((path.name, entry, normalised))
    return found


def test_every_entry_has_what_its_document_gives(made: Made) -> None:
    assert len(made) > 500
    for feed_id, entry, normalised in made:
        article = normalised.article
        assert article.id == article_id(feed_id, entry)
        assert article.title
        assert bool(article.url) == bool(entry.link)
        believable = [
            read.instant
            for text in (entry.published, entry.updated)
            if (read := read_date(text)) and read.instant.year >= 1990 and read.instant <= NOW
        ]
        expected = {"published", "updated"} if believable else {"text", "fetched"}
        assert article.date_source in expected
        if article.date_source == "fetched":
            assert article.published_at == NOW


def test_no_template_line_is_left_in_many_articles(made: Made) -> None:
    ends = Counter(
        (feed_id, normalised.article.paragraphs[-1])
        for feed_id, _, normalised in made
        if normalised.article.paragraphs
    )
    glued = [
        text for (_, text) in ends if "appeared first on" in text or "Continue reading" in text
    ]
    assert not glued


def test_place_and_agency_are_rare_in_weblogs_and_right_in_papers(made: Made) -> None:
    places = {normalised.article.place for *_, normalised in made} - {None}
    assert {"BRUSSELS", "KHARTOUM", "ISTANBUL", "ISLAMABAD"} <= places
    assert len(places) < 15
    agencies = Counter(normalised.article.agency for *_, normalised in made)
    assert set(agencies) == {None, "AFP", "AP", "Reuters"}
    assert agencies["AFP"] >= 8
