"""What must hold of every document, however spoilt: each broken promise in a line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import fastjsonschema

from aggregator.model.entry import FeedDocument
from aggregator.model.feed import Feed
from aggregator.normalise.entry import normalise
from aggregator.parse.digests import entry_digest
from aggregator.render.exchange import article_json
from aggregator.render.schemas import article_schema
from aggregator.workers.wire import (
    document_from_wire,
    document_to_wire,
    entries_from_wire,
    entries_to_wire,
)

FEED = Feed(url="https://fuzz.example/feed")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FORMATS = frozenset(
    "rss090 rss091 rss092 rss10 rss20 atom03 atom10 cdf json10 json11 unknown".split()
)

_valid: Callable[[Any], Any] = fastjsonschema.compile(article_schema())


def document_faults(document: FeedDocument) -> Iterator[str]:
    """What is wrong with a document as it was parsed."""
    if document.format not in _FORMATS:
        yield f"format {document.format!r}"
    positions = [entry.position for entry in document.entries]
    if positions != sorted(set(positions)):
        yield "positions are not in order"
    if any(
        entry.digest != entry_digest(entry) for entry in document.entries if entry.authors == ()
    ):
        yield "a digest is not of what its entry says"
    if _UNFIT.search(json.dumps(document_to_wire(document), ensure_ascii=False)):
        yield "a control character in what the document says of itself"
    if _UNFIT.search(json.dumps(entries_to_wire(document.entries), ensure_ascii=False)):
        yield "a control character in an entry"
    row = json.loads(json.dumps(document_to_wire(document)))
    rows = json.loads(json.dumps(entries_to_wire(document.entries)))
    if document_from_wire(row, entries_from_wire(rows)) != document:
        yield "the wire changes it"


def article_faults(document: FeedDocument) -> Iterator[str]:
    """What is wrong with the articles that its entries become."""
    for entry in document.entries:
        article = normalise(entry, document, feed=FEED, feed_id="f1", fetched_at=NOW).article
        line = article_json(article)
        try:
            line.encode("utf-8")
            _valid(json.loads(line))
        except (ValueError, fastjsonschema.JsonSchemaException) as error:
            yield f"entry {entry.position}: {error}"
        if "\n" in line:
            yield f"entry {entry.position}: more than one line"
        for url in (article.url, article.canonical_url):
            if url is not None and not url.lower().startswith(("http://", "https://")):
                yield f"entry {entry.position}: address {url!r}"
