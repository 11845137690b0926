"""The demo's world as a labelled set: ``python -m tests.quality.demo_world > demo.jsonl``.

A row an article in the order of publication, with ``cluster`` (its event) and ``copy`` (the text
it reprints), as ``aggregator evaluate`` reads them. Written by hand, so that it can always run:
events told by several outlets in a common world of names, a templated series, two events of one
topic, two languages, pieces that stand alone.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

from aggregator.demo.world import load_world
from aggregator.model.instants import rfc3339

_BEGAN = datetime(2026, 11, 20, 6, tzinfo=UTC)


def rows() -> Iterator[dict[str, Any]]:
    """The labelled rows, oldest first."""
    world = load_world()
    began = [_BEGAN + timedelta(hours=number) for number in range(world.rounds)]
    labels = _labels()
    items = [item for outlet in world.outlets for item in world.published(outlet.key, began)]
    for item in sorted(items, key=lambda item: item.published_at):
        event, text = labels[item.id]
        yield {
            "id": item.id,
            "title": item.title,
            "text": "\n".join(item.paragraphs),
            "source": item.outlet,
            "published": rfc3339(item.published_at),
            "cluster": event,
            "copy": text,
        }


def _labels() -> dict[str, tuple[str, str]]:
    """Item id → its event, and the item whose text it carries."""
    labels = {}
    for file in files("aggregator.demo").joinpath("content").iterdir():
        for row in tomllib.loads(file.read_text(encoding="utf-8")).get("items", []):
            if "id" in row:
                labels[row["id"]] = (row["event"], row.get("reprints", row["id"]))
    return labels


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
