"""A day of the service in minutes: ``python -m tests.bench.day [--hours 24]``.

The real feeds of AGGREGATOR_SHARED_DATA are served on loopback; each hour their server publishes,
edits and withdraws entries. The service's own parts poll what is due, cluster and tidy under a
clock that is put on by an hour. Prints resident memory hour by hour, and its ratio of the last to
the first: a service that leaks shows here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.feed import Feed
from aggregator.service.deduplicate import DeduplicateOptions, deduplicating
from aggregator.service.poll import Poller
from aggregator.service.rounds import poll_round
from aggregator.store import SqlStore
from aggregator.workers.pool import ParserPool
from tests.integration.folder_server import folder_server

_ENTRY = re.compile(rb"<(item|entry)\b.*?</\1>", re.DOTALL)
_TITLE = re.compile(rb"(<title[^>]*>)([^<]{10,})(</title>)")
_GUID = re.compile(rb"(<(?:guid|id)\b[^>]*>)([^<]+)(</(?:guid|id)>)")


@dataclass
class Watch:
    """A clock that is put on by hand."""

    instant: datetime = datetime(2026, 2, 10, tzinfo=UTC)

    def now(self) -> datetime:
        """Where the clock stands."""
        return self.instant


def main() -> None:
    """Runs the day and prints what the service weighed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--hours", type=int, default=24)
    asked = parser.parse_args()
    data = os.environ.get("AGGREGATOR_SHARED_DATA")
    if not data:
        sys.exit("AGGREGATOR_SHARED_DATA names no folder: the real feeds are not here")
    chance = random.Random(1)
    files = sorted((Path(data) / "feeds/real").iterdir())
    documents = {f"/{file.name}": file.read_bytes() for file in files}
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    with folder_server(documents) as server:
        urls = [server.url(path) for path in documents]
        service = context.Process(target=_service, args=(theirs, urls), daemon=True)
        service.start()
        rows = []
        for hour in range(1, asked.hours + 1):
            ours.send("hour")
            row = ours.recv() | {"hour": hour}
            rows.append(row)
            print(json.dumps(row), flush=True)
            for path, body in list(server.documents.items()):
                server.documents[path] = an_hour_later(body, hour, chance)
        ours.send("end")
        service.join()
    first, last = rows[0]["resident_mib"], rows[-1]["resident_mib"]
    ratio = round(last / first, 3)
    print(json.dumps({"first_mib": first, "last_mib": last, "ratio": ratio}))


def an_hour_later(document: bytes, hour: int, chance: random.Random) -> bytes:
    """The document with one entry published, one edited and one withdrawn, mostly."""
    entries = list(_ENTRY.finditer(document))
    if len(entries) < 3 or chance.random() < 0.3:
        return document
    first, edited, gone = entries[0], entries[1], entries[-1]
    fresh = _GUID.sub(rb"\g<1>\g<2>-%d\g<3>" % hour, first[0])
    fresh = _TITLE.sub(rb"\g<1>\g<2>, hour %d\g<3>" % hour, fresh, count=1)
    changed = _TITLE.sub(rb"\g<1>\g<2> (updated %d)\g<3>" % hour, edited[0], count=1)
    return b"".join(
        (
            document[: first.start()],
            fresh,
            first[0],
            document[first.end() : edited.start()],
            changed,
            document[edited.end() : gone.start()],
            document[gone.end() :],
        )
    )


def _service(pipe: Connection, urls: list[str]) -> None:
    with tempfile.TemporaryDirectory() as home:
        asyncio.run(_live(pipe, urls, Path(home)))


async def _live(pipe: Connection, urls: list[str], home: Path) -> None:
    clock = Watch()
    store = SqlStore(f"sqlite:///{home}/news.db")
    await store.open()
    fetcher = HttpFetcher(FetchOptions(allow_private_networks=("127.0.0.0/8",)))
    parser = ParserPool()
    poller = Poller(
        store=store, fetcher=fetcher, parser=parser, clock=clock, chance=random.Random(1)
    )
    await store.sync_feeds([Feed(url=url) for url in urls], now=clock.now())
    async with deduplicating(store, clock, DeduplicateOptions()) as deduplicator:
        while await asyncio.to_thread(pipe.recv) == "hour":
            clock.instant += timedelta(hours=1)
            records = await store.feeds()
            polled = await poll_round(poller, records, concurrency=16, forced=True)
            await deduplicator.run()
            await deduplicator.tidy()
            statistics = await store.statistics()
            pipe.send(
                {
                    "resident_mib": _resident() // 2**20,
                    "new": sum(each.report.new for each in polled),
                    "changed": sum(each.report.changed for each in polled),
                    "articles": statistics.articles,
                    "stories": statistics.stories,
                }
            )
    await parser.aclose()
    await fetcher.aclose()
    await store.aclose()


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
