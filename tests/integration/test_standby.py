"""Who stands by to cluster holds at any time what who clusters has written, and goes on from it."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.model.article import NormalisedEntry
from aggregator.model.signature import Signature
from aggregator.model.story import Membership
from aggregator.service.corrections import Corrections
from aggregator.service.deduplicate import DeduplicateOptions, deduplicating
from aggregator.service.standby import HeldWindow
from aggregator.store import SqlStore
from tests.bench.newsroom import BEGAN, Newsroom
from tests.bench.window import entry_of
from tests.integration.command import program
from tests.integration.test_service_faults import Running, started
from tests.postgres import PostgresServer

SPAN = timedelta(days=8)
OPTIONS = DeduplicateOptions(window=SPAN)
_BATCH = 40
_BATCHES = 6


class Noon:
    """A clock that stands at the end of the newsroom's week."""

    def now(self) -> datetime:
        return BEGAN + timedelta(days=7)


@pytest.fixture(scope="module")
def news() -> Sequence[tuple[NormalisedEntry, Signature]]:
    room = Newsroom(_BATCH * _BATCHES, 0)
    return [entry_of(room.report(number)) for number in range(room.size)]


@pytest.fixture
async def stores(database_url: str) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    """Two processes' stores on one database."""
    async with opened(database_url) as one, opened(database_url) as two:
        yield one, two


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlStore]:
    store = SqlStore(url)
    await store.open()
    yield store
    await store.aclose()


def reworded(
    entry: tuple[NormalisedEntry, Signature], words: str
) -> tuple[NormalisedEntry, Signature]:
    """The article with another text, as a later poll brings it."""
    normalised = entry[0]
    article = replace(normalised.article, title=words, paragraphs=(words,), summary=words)
    return replace(normalised, article=article, entry_digest=words), entry[1]


async def stored(store: SqlStore) -> dict[str, Membership]:
    """Every article's place as the database has it."""
    window = await store.cluster_window(since=BEGAN - SPAN)
    return {each.article_id: each for each in window.memberships}


async def test_a_window_that_is_kept_level_is_the_stored_one_and_is_gone_on_from(
    stores: tuple[SqlStore, SqlStore], news: Sequence[tuple[NormalisedEntry, Signature]]
) -> None:
    leading, standing = stores
    chance = random.Random(7)
    reserve = HeldWindow(standing, Noon(), SPAN)
    read = []
    async with deduplicating(leading, Noon(), OPTIONS) as deduplicator:
        for number in range(_BATCHES - 1):
            await leading.import_articles(news[number * _BATCH : (number + 1) * _BATCH])
            await deduplicator.run()
            read.append(await reserve.level())
            # What is there already changes: in its wording, by a person, by upkeep.
            again = reworded(news[chance.randrange((number + 1) * _BATCH)], f"Wording {number}")
            await leading.import_articles([again])
            one, other = chance.sample(sorted(await stored(leading)), 2)
            await Corrections(standing, Noon()).merge([one, other])
            assert await deduplicator.corrected()
            await deduplicator.catch_up()
            assert not await deduplicator.corrected()
            await deduplicator.run()
            await deduplicator.tidy()
            if chance.random() < 0.7:
                read.append(await reserve.level())
    assert sum(read[1:]) < 4 * len(news), "it read what had changed, not all"
    await reserve.level()
    assert await reserve.level() == 0
    held = await stored(standing)
    assert len(held) == (_BATCHES - 1) * _BATCH
    assert {name: reserve.clusterer.membership(name) for name in held} == held
    assert reserve.constraints == tuple(await standing.constraints())
    assert len(reserve.constraints) == _BATCHES - 1

    # One who reads all of it anew decides alike, but for what hangs on how rare a word was when it
    # came.
    anew = HeldWindow(standing, Noon(), SPAN)
    assert await anew.level() == len(held)
    await standing.import_articles(news[-_BATCH:])
    waiting = await standing.unclustered(limit=_BATCH)
    for window in (reserve, anew):
        await asyncio.to_thread(window.clusterer.add_many, waiting)
    decided = [
        {each.article_id: (each.story_id, each.copy_of) for each in changes.memberships}
        for changes in (reserve.clusterer.take_changes(), anew.clusterer.take_changes())
    ]
    alike = [decided[0][each.id] == decided[1][each.id] for each in waiting]
    assert sum(alike) >= _BATCH - 2


async def test_a_window_that_breaks_is_read_anew(
    stores: tuple[SqlStore, SqlStore],
    news: Sequence[tuple[NormalisedEntry, Signature]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, _ = stores
    await store.import_articles(news[:_BATCH])
    async with deduplicating(store, Noon(), OPTIONS) as deduplicator:
        await deduplicator.run()
    reserve = HeldWindow(store, Noon(), SPAN)
    with monkeypatch.context() as broken:
        broken.setattr(reserve.clusterer, "restore", lambda window: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await reserve.level()
    assert await reserve.level() == _BATCH
    assert len(reserve.clusterer) == _BATCH


async def come(true: Callable[[], bool], seconds: float = 60) -> None:
    """Waits until it is."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        await asyncio.sleep(0.1)


async def placed(store: SqlStore, entries: Sequence[tuple[NormalisedEntry, Signature]]) -> None:
    """Brings articles, and waits until whoever clusters has placed them."""
    now = datetime.now(UTC)
    await store.import_articles(
        [(replace(e, article=replace(e.article, fetched_at=now)), s) for e, s in entries]
    )
    end = time.monotonic() + 60
    while (await store.statistics()).waiting:
        assert time.monotonic() < end, "nobody took over"
        await asyncio.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
async def test_one_stands_by_and_takes_over_from_who_dies_or_is_frozen(
    tmp_path: Path,
    postgres: PostgresServer,
    news: Sequence[tuple[NormalisedEntry, Signature]],
    end: signal.Signals,
) -> None:
    url = postgres.url(postgres.database())
    alone = program(tmp_path)
    app = replace(alone, environ={**alone.environ, "AGGREGATOR_DATABASE_URL": url})
    app.feeds([])

    def standing(worker: Running) -> bool:
        return "standing by to cluster" in worker.log

    async with opened(url) as store:
        with started(app, "worker") as first:
            await placed(store, news[:_BATCH])
            with started(app, "worker") as second:
                await come(lambda: standing(second))
                assert f"with {_BATCH} articles" in second.log
                with started(app, "worker") as third:
                    await placed(store, news[_BATCH : 2 * _BATCH])
                    first.process.send_signal(end)
                    await placed(store, news[2 * _BATCH : 3 * _BATCH])
                    await come(lambda: standing(third))
                    if end is signal.SIGSTOP:
                        first.process.send_signal(signal.SIGCONT)
                        await come(lambda: "cannot cluster now" in first.log)
                        await placed(store, news[3 * _BATCH : 4 * _BATCH])
                        first.stop()
                    third.stop()
                    second.stop()
        held = await stored(store)
        assert await store.check() == []
        exported = Counter([each.article.id async for each in store.export()])
    assert held.keys() == exported.keys()
    assert set(exported.values()) == {1}
    assert all(each.copy_of is None or each.copy_of in held for each in held.values())
