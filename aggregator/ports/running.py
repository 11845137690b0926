"""What keeps a process going: the time, and the polls that are due."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from aggregator.model.instants import Instant


class Clock(Protocol):
    """Time as an argument: the only source of now."""

    def now(self) -> Instant:
        """The present instant, in UTC."""
        ...


class PollQueue(Protocol):
    """Brings due feeds to those who poll them: tasks of this process, or workers elsewhere."""

    async def tick(self) -> int:
        """Hands out feeds that are due now; how many. Safe to call again and again."""
        ...

    def running(self) -> AbstractAsyncContextManager[None]:
        """Does this process's part of the polls for as long as the block lasts."""
        ...
