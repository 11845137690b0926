"""The contract of the port `PollQueue`, run on both adapters."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import cast

import pytest

from aggregator.model.feed import FeedRecord
from aggregator.ports import PollQueue, Store
from aggregator.service.desk import Desk
from aggregator.service.work import PollWork
from tests.contract.store_values import NOON, A, B, C, subscribe

Poll = Callable[[str], Awaitable[None]]
Make = Callable[[Poll], PollQueue]
PLACES = 2


class Noon:
    def now(self) -> datetime:
        return NOON


class OnlyPolls:
    """As much of `PollWork` as the desk asks for."""

    def __init__(self, poll: Poll) -> None:
        self._poll = poll

    async def poll(self, record: FeedRecord) -> None:
        await self._poll(record.id)


ON = [("desk", "sqlite"), ("desk", "postgresql"), ("fleet", "postgresql")]
every_queue = pytest.mark.parametrize(("kind", "database_url"), ON, indirect=["database_url"])


@pytest.fixture
def queue(kind: str, store: Store, database_url: str) -> Make:
    """Makes the queue of a kind."""
    if kind == "fleet":
        return fleet(store, database_url)
    return lambda poll: Desk(
        store=store, work=cast("PollWork", OnlyPolls(poll)), clock=Noon(), places=PLACES
    )


def fleet(store: Store, url: str) -> Make:
    module = pytest.importorskip("aggregator.fleet.queue", reason="needs the extra [postgres]")

    def made(poll: Poll) -> PollQueue:
        queue: PollQueue = module.FleetQueue(
            url, store=store, clock=Noon(), poll=poll, places=PLACES
        )
        return queue

    return made


class Seen:
    """Polls that wait until they are let go, and what became of them."""

    def __init__(self) -> None:
        self.begun: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.cut: Counter[str] = Counter()
        self.most = 0
        self.go = asyncio.Event()

    async def poll(self, feed: str) -> None:
        self.begun[feed] += 1
        self.most = max(self.most, self.begun.total() - self.ended.total())
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cut[feed] += 1
            raise
        self.ended[feed] += 1


async def until(truth: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not truth():  # noqa: ASYNC110 - other tasks change it
            await asyncio.sleep(0.01)


@every_queue
async def test_what_is_due_is_polled_once(store: Store, queue: Make) -> None:
    feeds = await subscribe(store, A, B)
    seen = Seen()
    seen.go.set()
    queued = queue(seen.poll)
    async with queued.running():
        assert await queued.tick() == 2
        await until(lambda: seen.ended.total() == 2)
        assert await queued.tick() == 0
    assert seen.ended == dict.fromkeys(feeds, 1)


@every_queue
async def test_no_more_polls_at_once_than_there_are_places(store: Store, queue: Make) -> None:
    await subscribe(store, A, B, C)
    seen = Seen()
    queued = queue(seen.poll)
    async with queued.running():
        await queued.tick()
        await until(lambda: seen.begun.total() == PLACES)
        seen.go.set()
        await until(lambda: seen.ended.total() >= PLACES)
        await queued.tick()
        await until(lambda: seen.ended.total() == 3)
    assert seen.most == PLACES


@every_queue
@pytest.mark.parametrize("soon", [True, False])
async def test_the_end_waits_for_a_poll_that_ends_soon_and_cuts_one_that_goes_on(
    store: Store, queue: Make, soon: bool
) -> None:
    await subscribe(store, A)
    seen = Seen()
    queued = queue(seen.poll)
    async with asyncio.timeout(30):
        async with queued.running():
            await queued.tick()
            await until(lambda: seen.begun.total() == 1)
            if soon:
                asyncio.get_running_loop().call_later(0.2, seen.go.set)
    assert (seen.ended.total(), seen.cut.total()) == ((1, 0) if soon else (0, 1))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_an_end_that_meets_an_error_of_the_engine_is_an_end(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a worker that slept for a minute: the engine has struck it off meanwhile."""
    from procrastinate import App, exceptions

    begun = asyncio.Event()

    async def struck_off(app: App, **options: object) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise exceptions.ConnectorException("this worker is not known") from None

    monkeypatch.setattr(App, "run_worker_async", struck_off)
    async with asyncio.timeout(30):
        async with fleet(store, database_url)(Seen().poll).running():
            await begun.wait()
