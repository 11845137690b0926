"""What a reader's feeds hold in ten days: ``python -m tests.quality.real_feeds > real.jsonl``.

The entries of the hundred real feeds since 8 February 2026, as this program reads them, with
events told apart by hand. Most entries share their event with no other, as in anybody's feeds:
here a method that joins too readily shows, which sets of events only do not show. The labels are
kept by a digest of the entry's address; the texts are found through ``AGGREGATOR_SHARED_DATA``.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aggregator.model.article import NormalisedEntry
from aggregator.model.feed import Feed
from aggregator.model.instants import rfc3339
from aggregator.normalise.entry import normalise
from aggregator.parse.document import parse_document

LABELS = Path(__file__).parent / "data" / "real_feeds.toml"
_SINCE = datetime(2026, 2, 8, tzinfo=UTC)
_FETCHED = datetime(2026, 2, 18, 12, tzinfo=UTC)


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    """The labelled rows out of the documents of this folder, in the order of the files."""
    labels = tomllib.loads(LABELS.read_text())["events"]
    events = {key: name for name, keys in labels.items() for key in keys}
    for path in sorted(folder.iterdir()):
        for read in _entries(path):
            article = read.article
            if article.published_at >= _SINCE and article.date_source in ("published", "updated"):
                yield {
                    "id": article.id,
                    "title": article.title,
                    "text": "\n".join(article.paragraphs) or article.summary,
                    "source": article.outlet.name,
                    "url": article.url,
                    "published": rfc3339(article.published_at),
                    "cluster": events.get(key(article.url or article.id), article.id),
                }


def key(url: str) -> str:
    """What the labels call an entry."""
    return hashlib.blake2b(url.encode(), digest_size=6).hexdigest()


def _entries(path: Path) -> Iterator[NormalisedEntry]:
    feed = Feed(url=f"https://feeds.example/{path.name}")
    document = parse_document(path.read_bytes(), url=feed.url)
    for entry in document.entries:
        yield normalise(entry, document, feed=feed, feed_id=path.name, fetched_at=_FETCHED)


if __name__ == "__main__":
    for row in rows(Path(os.environ["AGGREGATOR_SHARED_DATA"]) / "feeds" / "real"):
        print(json.dumps(row, ensure_ascii=False))
