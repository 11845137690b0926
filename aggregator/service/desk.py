"""The queue of one process: due feeds are claimed from the store and polled in tasks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from aggregator.model.poll import LEASE
from aggregator.ports import Clock, FeedStore
from aggregator.service.work import PollWork

_GRACE = 1.5
"""Seconds. Nearly every poll is done by then, and a server is not asked again for what it sent."""


class Desk:
    """Implements `aggregator.ports.PollQueue` in this process.

    Never polls more at once than it has places. Nothing of a poll is stored before all of it is:
    one that is cancelled comes again.
    """

    def __init__(
        self,
        *,
        store: FeedStore,
        work: PollWork,
        clock: Clock,
        places: int,
        lease: timedelta = LEASE,
    ) -> None:
        self._store = store
        self._work = work
        self._clock = clock
        self._places = places
        self._lease = lease
        self._running: set[asyncio.Task[None]] = set()

    async def tick(self) -> int:
        """Claims as many due feeds as there are free places and starts their polls."""
        free = self._places - len(self._running)
        if free <= 0:
            return 0
        claimed = await self._store.claim_due(now=self._clock.now(), limit=free, lease=self._lease)
        for record in claimed:
            task = asyncio.create_task(self._work.poll(record))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(claimed)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """At the end lets polls under way end that do so soon; the others will be polled again."""
        try:
            yield
        finally:
            if self._running:
                await asyncio.wait(self._running, timeout=_GRACE)
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
