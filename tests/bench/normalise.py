"""How many entries a second become articles: ``python -m tests.bench.normalise [FOLDER]``.

Prints processor time for a short entry (a headline with two sentences) and a long one (forty
paragraphs), each new, and, for a folder of feed documents, for all of their entries.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from aggregator.errors import ParseError
from aggregator.model.entry import Entry, FeedDocument, Text
from aggregator.model.feed import Feed
from aggregator.normalise.entry import normalise
from aggregator.parse.document import parse_document

_FEED = Feed(url="https://herald.example/rss")
_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_SENTENCES = (
    "<p>PORT CALDER (AP) - The ferry Solveig ran aground on a <b>sandbank</b> outside the harbour "
    "early on Tuesday. Nobody of the 212 people aboard was hurt, the <a href='/c'>coastguard</a> "
    "said.</p>"
)


def main(arguments: Sequence[str]) -> None:
    """Prints one line a kind of entry."""
    document = FeedDocument(format="rss20", title="Herald", link="https://herald.example/")
    for name, paragraphs, times in (("short", 1, 2000), ("long", 40, 200)):
        entry = Entry(
            position=0,
            digest="d",
            link="https://herald.example/a?utm_source=rss",
            title=Text(value="Ferry runs aground off Port Calder - Herald"),
            summary=Text(value=_SENTENCES * paragraphs, type="text/html"),
            published="Tue, 14 Jan 2025 10:15:00 GMT",
        )
        _report(name, [(entry, document)] * times)
    for folder in arguments:
        held: list[tuple[Entry, FeedDocument]] = []
        for path in sorted(Path(folder).iterdir()):
            try:
                read = parse_document(path.read_bytes(), url=_FEED.url)
            except ParseError:
                continue
            held.extend((entry, read) for entry in read.entries)
        _report(folder, held)


def _report(name: str, held: Sequence[tuple[Entry, FeedDocument]]) -> None:
    for entry, document in held[:1]:
        # The language model loads once a process, at the first entry.
        normalise(entry, document, feed=_FEED, feed_id="f", fetched_at=_NOW)
    started = time.process_time()
    for entry, document in held:
        normalise(entry, document, feed=_FEED, feed_id="f", fetched_at=_NOW)
    spent = time.process_time() - started
    print(f"{name}: {len(held)} entries, {len(held) / spent:,.0f} a second")


if __name__ == "__main__":
    main(sys.argv[1:])
