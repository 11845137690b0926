"""Real feeds, as served in February 2026: no entry that feedparser finds may be lost."""

from __future__ import annotations

import io
from pathlib import Path

import feedparser
import pytest

from aggregator.parse.document import parse_document

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:feedparser")


def test_every_entry_feedparser_finds_is_kept(shared_data: Path) -> None:
    total = 0
    for path in sorted((shared_data / "feeds" / "real").iterdir()):
        body = path.read_bytes()
        document = parse_document(body, url="https://feed.example/feed")
        if document.format.startswith("json"):
            continue  # feedparser reads none
        plain = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-location": "https://feed.example/feed"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
        total += len(document.entries)
        assert len(document.entries) == len(plain.entries), path.name
        for ours, theirs in zip(document.entries, plain.entries, strict=True):
            assert ours.link == (theirs.get("link") or None)
            assert bool(ours.title) == bool(theirs.get("title"))
            assert bool(ours.published or ours.updated) == bool(
                theirs.get("published") or dict.get(theirs, "updated")
            )
            assert bool(ours.guid) == bool(theirs.get("id"))
    assert total == 3_683
