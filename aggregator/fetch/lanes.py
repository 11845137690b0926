"""Room for connections: slow ones step aside, so that the others are not held up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_SLOW_EACH = 4


class Lanes:
    """Bounds the connections open at once.

    A request that is not over after ``slow_after`` seconds gives its place to the next one and
    goes on beside, where there is room for four times as many. Thirty servers that answer a byte a
    second would otherwise stop every other feed for as long as their deadlines last.
    """

    def __init__(self, places: int, *, slow_after: float) -> None:
        self._places = asyncio.Semaphore(places)
        self._aside = 0
        self._most_aside = places * _SLOW_EACH
        self._slow_after = slow_after

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Waits for a place and holds it."""
        await self._places.acquire()
        aside = False

        def step_aside() -> None:
            nonlocal aside
            if self._aside < self._most_aside:
                aside = True
                self._aside += 1
                self._places.release()

        slow = asyncio.get_running_loop().call_later(self._slow_after, step_aside)
        try:
            yield
        finally:
            slow.cancel()
            if aside:
                self._aside -= 1
            else:
                self._places.release()
