"""Documents of every format, each with its expectation beside it in ``tests/data/feeds``.

``NAME.expected.json`` names fields of `FeedDocument` and, under ``entries``, of `Entry`; what it
does not name is not looked at. The address of every document is the same.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aggregator.parse.document import parse_document

DATA = Path(__file__).parents[2] / "data" / "feeds"
CASES = sorted(
    path for path in DATA.iterdir() if path.suffix in {".xml", ".json"} and "." not in path.stem
)
URL = "https://feed.example/news/feed"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_document(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    document = parse_document(path.read_bytes(), url=URL)
    assert reduced(document, expected) == expected
    assert [entry.position for entry in document.entries] == list(range(len(document.entries)))


def test_every_format_has_a_document() -> None:
    formats = {json.loads(p.read_text("utf-8")).get("format") for p in DATA.glob("*.expected.json")}
    assert formats >= set(
        "rss090 rss091 rss092 rss10 rss20 atom03 atom10 cdf json10 json11".split()
    )


def reduced(value: Any, expected: Any) -> Any:
    """The value as plain data, with just the fields that are expected of it."""
    if isinstance(expected, dict) and value is not None:
        return {name: reduced(getattr(value, name), want) for name, want in expected.items()}
    if isinstance(value, tuple):
        wanted = [*expected, *[None] * len(value)] if isinstance(expected, list) else []
        return [reduced(part, want) for part, want in zip(value, wanted, strict=False)]
    return value
