"""How fast the store is: ``python -m tests.bench.store [--articles N]``.

Fills a database with made-up articles as polls bring them, then times what a service does all day.
Figures of one machine are soft: what counts are ratios within one run, so a bare insert of the
same rows by the driver, without search or any other table, is timed beside.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from aggregator.model.article import Article, NormalisedEntry, Outlet
from aggregator.model.digest import Window
from aggregator.model.feed import Feed, FeedState
from aggregator.model.signature import Signature
from aggregator.model.store import SearchQuery
from aggregator.model.story import ClusterChanges, Evidence, Membership
from aggregator.store import SqlStore
from aggregator.store.rows import entry_columns
from tests.postgres import running

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=30)
WORDS = 250
A_POLL = 30
TIMED = 27_000
STORY_OF = 3
USUAL = ("w5", "w40", "w900", "w40 w900", '"w5 w6"', "w40 -w60", "w123*", "w19999", "w12 w15")
HARD = ("w0", "w0 -w1", "w30*")
"""Words that nearly every article has, their exclusion, and a beginning of many words."""


Entry = tuple[NormalisedEntry, Signature]


def entries(count: int, seed: int = 0) -> Iterator[Entry]:
    """Articles whose words follow Zipf's law, fetched evenly over the span."""
    chance = random.Random(seed)
    vocabulary = [f"w{rank}" for rank in range(20_000)]
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(vocabulary))))
    signature = Signature(recipe="bench", copy=bytes(512), event=bytes(512), features=bytes(200))
    step = SPAN / count
    for number in range(count):
        words = chance.choices(vocabulary, cum_weights=weights, k=WORDS + 40)
        at = NOW - SPAN + step * (number + 1)
        article = Article(
            id=f"a{number:016x}",
            url=f"https://outlet{number % 500}.example/{number}",
            canonical_url=f"https://outlet{number % 500}.example/{number}",
            outlet=Outlet(name=f"Outlet {number % 500}"),
            title=" ".join(words[:10]),
            published_at=at,
            fetched_at=at,
            summary=" ".join(words[10:40]),
            paragraphs=tuple(" ".join(words[start : start + 50]) for start in range(40, 290, 50)),
            word_count=WORDS,
            language="en",
        )
        yield (
            NormalisedEntry(
                article=article,
                entry_digest=f"{number:032x}",
                outlet_key=f"outlet{number % 500}.example",
                html="".join(f"<p>{paragraph}</p>" for paragraph in article.paragraphs),
                position=number % A_POLL,
            ),
            signature,
        )


async def fill(store: SqlStore, count: int) -> tuple[float, float]:
    """Saves articles and places them; articles a second of each, of the first `TIMED`.

    Those after are filled in by large batches: it is their number that the readings need.
    """
    await store.sync_feeds(
        [Feed(url=f"https://outlet{number}.example/rss") for number in range(500)], now=NOW
    )
    feeds = itertools.cycle([record.id for record in await store.feeds()])
    state = FeedState(last_poll_at=NOW, next_poll_at=NOW + SPAN)
    saving = placing = 0.0
    waiting: list[str] = []
    made = entries(count)
    done = 0
    rates = 0.0, 0.0
    while batch := list(itertools.islice(made, A_POLL if done < TIMED else 100 * A_POLL)):
        begun = time.perf_counter()
        await store.save_poll(next(feeds), state, batch)
        saving += time.perf_counter() - begun
        waiting += [entry.article.id for entry, _ in batch]
        done += len(batch)
        if len(waiting) >= 900 or done >= count:
            begun = time.perf_counter()
            await store.apply(ClusterChanges(memberships=tuple(_placed(waiting))))
            placing += time.perf_counter() - begun
            waiting.clear()
            if done <= TIMED:
                rates = done / saving, done / placing
        if done % 30_000 == 0:
            print(f"  {done:,} articles", file=sys.stderr)
    return rates


def _placed(ids: Sequence[str]) -> Iterator[Membership]:
    for number, article_id in enumerate(ids):
        evidence = Evidence(rule="event", score=0.8, terms=("w1", "w2"))
        yield Membership(
            article_id=article_id, story_id=ids[number - number % STORY_OF], evidence=evidence
        )


def bare_insert(folder: Path, count: int) -> float:
    """Rows a second of the driver alone: one table, no index but the key, a commit a poll."""
    made = [entry_columns(entry, "f") for entry, _ in entries(count)]
    rows = [tuple(repr(value) for value in row.values()) for row in made]
    with closing(sqlite3.connect(folder / "bare.db")) as connection:
        connection.execute("PRAGMA page_size = 16384")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"CREATE TABLE article ({', '.join(made[0])})")
        marks = ", ".join("?" * len(made[0]))
        begun = time.perf_counter()
        for start in range(0, len(rows), A_POLL):
            with connection:
                connection.executemany(
                    f"INSERT INTO article VALUES ({marks})", rows[start : start + A_POLL]
                )
        return count / (time.perf_counter() - begun)


Times = list[tuple[float, float]]
"""Milliseconds by the clock and of this process's CPU: a busy machine stretches the first alone."""


async def timed(work: Callable[[], Awaitable[Any]], times: int) -> Times:
    """What each of so many runs took."""
    found: Times = []
    for _ in range(times):
        clock, processor = time.perf_counter(), time.process_time()
        await work()
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
        found.append((clock * 1000, processor * 1000))
    return found


async def claims(store: SqlStore) -> tuple[float, Times]:
    """Seconds to take 10,000 feeds into the list; milliseconds of claims of 100 of 100,000."""
    feeds = [Feed(url=f"https://claim{number}.example/rss") for number in range(100_000)]
    begun = time.perf_counter()
    await store.sync_feeds(feeds[:10_000], now=NOW)
    first = time.perf_counter() - begun
    await store.sync_feeds(feeds, now=NOW)

    async def claim() -> None:
        claimed = await store.claim_due(now=NOW, limit=100, lease=timedelta(seconds=120))
        assert len(claimed) == 100

    return first, await timed(claim, 50)


def told(name: str, found: Times) -> None:
    """Prints the middle and the 95th percentile, by the clock and of CPU."""
    columns = []
    for values in zip(*found, strict=True):
        ordered = sorted(values)
        late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        columns.append(f"{statistics.median(ordered):9.2f} p95 {late:9.2f}")
    print(f"{name:<40} ms: {columns[0]}   CPU: {columns[1]}")


async def measure(url: str, folder: Path, count: int) -> None:
    """Fills, times, prints."""
    store = SqlStore(url)
    await store.open()
    existing = (await store.statistics()).articles
    if not existing:
        rate, placing = await fill(store, count)
        bare = bare_insert(folder, min(count, 20_000))
        print(f"{'articles saved':<44} {rate:10.0f} /s  ({rate / bare:.2f} of {bare:.0f}/s bare)")
        print(f"{'articles placed in stories':<44} {placing:10.0f} /s")
    held = await store.statistics()
    per_article = held.size / max(held.articles, 1)
    print(f"{'size':<44} {held.size / 1e6:10.0f} MB  ({per_article:.0f} bytes an article)")
    day = Window(start=NOW - timedelta(hours=24), end=NOW + timedelta(hours=1))
    told("stories of 24 h, best 50", await timed(lambda: store.stories(day, limit=50), 20))
    told("stories of 24 h, best 500", await timed(lambda: store.stories(day, limit=500), 10))
    searches: Times = []
    for query in (*USUAL, *HARD):
        wanted = SearchQuery(text=query, limit=20)
        found = await timed(partial(store.search, wanted), 10)
        told(f"search {query}", found)
        searches += found if query in USUAL else []
    told("search, all but the last three", searches)
    ids = [f"a{number:016x}" for number in random.Random(1).sample(range(held.articles), 100)]
    told("known entries of 100", await timed(lambda: store.known_entries("f", ids), 20))
    told("statistics", await timed(store.statistics, 5))
    await store.aclose()


async def _main(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder, _server(arguments.on) as server:
        counted = itertools.count()

        def new() -> str:
            if server is None:
                return f"sqlite:///{folder}/news{next(counted)}.db"
            address: str = server.url(server.database())
            return address

        other = SqlStore(new())
        await other.open()
        first, found = await claims(other)
        await other.aclose()
        print(f"{'10,000 feeds into the list':<44} {first:10.2f} s")
        told("claim 100 of 100,000 due feeds", found)
        await measure(arguments.url or new(), Path(folder), arguments.articles)


def _server(kind: str) -> Any:
    return running() if kind == "postgresql" else nullcontext()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--on", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--url", help="a database to fill, or one an earlier run has filled")
    asyncio.run(_main(parser.parse_args()))
