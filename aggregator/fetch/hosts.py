"""One queue a host: so many connections at a time, and silence while the host asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from aggregator.errors import HostBusy, HostHeld
from aggregator.model.instants import Instant, rfc3339

LONGEST_HOLD = timedelta(hours=1)
"""One feed's Retry-After silences its whole host for so long at most.

The feed itself waits as long as it was told to; but a hoster of thousands of feeds must not stand
still for a day because one of them was asked for too often.
"""


@dataclass(slots=True)
class _Queue:
    """One host's permits; ``users`` counts who holds or waits, so that idle queues go away."""

    permits: asyncio.Semaphore
    users: int = 0


@dataclass(slots=True)
class HostQueues:
    """Turns at hosts.

    ``key`` folds a host's name to the name its queue goes by.
    """

    per_host: int
    now: Callable[[], Instant]
    key: Callable[[str], str] = str
    _queues: dict[str, _Queue] = field(default_factory=dict)
    _held: dict[str, Instant] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, host: str, patience: timedelta | None) -> AsyncIterator[None]:
        """Waits for a turn at this host, so long at most, and holds it.

        Raises:
            HostHeld: the host asked its callers to wait, perhaps while this one stood in line.
            HostBusy: the turn did not come in time.
        """
        name = self.key(host)
        queue = self._queues.get(name)
        if queue is None:
            queue = self._queues[name] = _Queue(asyncio.Semaphore(self.per_host))
        queue.users += 1
        try:
            await _stand_in_line(name, queue, patience)
            try:
                self._refuse_if_held(name)
                yield
            finally:
                queue.permits.release()
        finally:
            queue.users -= 1
            if not queue.users:
                self._queues.pop(name, None)

    def hold(self, host: str, until: Instant) -> None:
        """Lets nobody call this host before then, or before the longest hold is over."""
        name = self.key(host)
        until = min(until, self.now() + LONGEST_HOLD)
        self._held[name] = max(until, self._held.get(name, until))

    def _refuse_if_held(self, name: str) -> None:
        until = self._held.get(name)
        if until is None:
            return
        if until <= self.now():
            del self._held[name]
            return
        raise HostHeld(f"{name} asked its callers to wait until {rfc3339(until)}", until=until)


async def _stand_in_line(name: str, queue: _Queue, patience: timedelta | None) -> None:
    try:
        async with asyncio.timeout(None if patience is None else patience.total_seconds()):
            await queue.permits.acquire()
    except TimeoutError as error:
        raise HostBusy(f"{name} is slow, and others of its feeds stand in line") from error
