"""A due feed's poll as every queue has it done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.errors import StoreFull
from aggregator.model.feed import Feed, FeedRecord
from aggregator.model.poll import LEASE, PollReport
from aggregator.service.desk import Desk
from aggregator.service.faults import LastFault
from aggregator.service.measures import Measures
from aggregator.service.poll import Polled
from aggregator.service.work import PollWork
from aggregator.store import SqlStore

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


class Noon:
    def now(self) -> datetime:
        return NOON


class Refused:
    """A poller whose polls the database does not take."""

    full = True

    async def poll(self, record: FeedRecord, *, patience: timedelta | None = None) -> Polled:
        if self.full:
            raise StoreFull("news.db: there is no room left")
        return Polled(report=PollReport(feed=record.feed.url, outcome="unchanged"))


class Soon:
    """A poller whose servers take a moment."""

    async def poll(self, record: FeedRecord, *, patience: timedelta | None = None) -> Polled:
        await asyncio.sleep(0.05)
        return Polled(report=PollReport(feed=record.feed.url, outcome="unchanged"))


class Hanging:
    """A poller whose servers never answer."""

    async def poll(self, record: FeedRecord, *, patience: timedelta | None = None) -> Polled:
        await asyncio.Event().wait()
        raise AssertionError


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    store = SqlStore(f"sqlite:///{tmp_path / 'a.db'}")
    await store.open()
    await store.sync_feeds([Feed(url="https://a.example/f")], now=NOON)
    yield store
    await store.aclose()


def work(store: SqlStore, poller: Any) -> PollWork:
    return PollWork(
        store=store,
        poller=poller,
        clock=Noon(),
        measures=Measures(),
        stored=lambda: None,
        fault=LastFault(Noon()),
    )


async def claimed(store: SqlStore) -> list[FeedRecord]:
    return list(await store.claim_due(now=NOON, limit=9, lease=LEASE))


async def test_a_poll_that_was_refused_comes_again_at_once_but_once(store: SqlStore) -> None:
    poller = Refused()
    refused = work(store, poller)
    for _ in range(2):
        [record] = await claimed(store)
        await refused.poll(record)
        assert await claimed(store) == []
        await refused.give_back()
    # Cut twice running: now the lease has to end.
    assert await claimed(store) == []

    poller.full = False
    [record] = await store.claim_due(now=NOON + LEASE, limit=9, lease=LEASE)
    await refused.poll(record)
    assert refused.polls == (("unchanged", 1),)


async def test_a_poll_that_is_cut_by_the_end_comes_again_at_the_next_start(store: SqlStore) -> None:
    hanging = work(store, Hanging())
    [record] = await claimed(store)
    polling = asyncio.create_task(hanging.poll(record))
    await asyncio.sleep(0)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    await hanging.give_back()
    assert [each.id for each in await claimed(store)] == [record.id]


async def test_a_poll_that_ends_soon_is_let_end_with_its_process(store: SqlStore) -> None:
    soon = work(store, Soon())
    desk = Desk(store=store, work=soon, clock=Noon(), places=1)
    async with desk.running():
        assert await desk.tick() == 1
        await asyncio.sleep(0)
    assert soon.polls == (("unchanged", 1),)


async def test_what_cannot_be_given_back_is_kept_in_mind(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = work(store, Refused())
    [record] = await claimed(store)
    await refused.poll(record)

    async def full(leases: object) -> None:
        raise StoreFull("news.db: there is no room left")

    with monkeypatch.context() as patched:
        patched.setattr(store, "end_leases", full)
        with pytest.raises(StoreFull):
            await refused.give_back()
    await refused.give_back()
    assert [each.id for each in await claimed(store)] == [record.id]
