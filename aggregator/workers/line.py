"""A line in which what is soon done goes first, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import heapq
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T")


class Line(Generic[T]):
    """Hands places out to those who wait for one; belongs to the event loop it is used in.

    Each says how long it would let others go before it, in seconds: of two who wait the one whose
    seconds are over first has the next place. A document a hundred times as large as another lets
    it pass, but not a thousand of them, one after another, all day.
    """

    def __init__(self) -> None:
        self._free: list[T] = []
        self._waiting: list[tuple[float, int, asyncio.Future[T]]] = []
        self._numbers = count()

    @property
    def free(self) -> int:
        """Places that nobody waits for."""
        return len(self._free)

    def put(self, place: T) -> None:
        """Gives a place to the first in line; free it stays where there is none."""
        while self._waiting:
            waiting = heapq.heappop(self._waiting)[2]
            if not waiting.done():
                waiting.set_result(place)
                return
        self._free.append(place)

    def stand(self, lets_pass: float) -> asyncio.Future[T]:
        """Stands in line; the place is the future's result. The last place put is given first."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[T] = loop.create_future()
        if self._free:
            waiting.set_result(self._free.pop())
        else:
            turn = (loop.time() + lets_pass, next(self._numbers), waiting)
            heapq.heappush(self._waiting, turn)
        return waiting

    def leave(self, waiting: asyncio.Future[T]) -> None:
        """Leaves the line; a place that was given already goes to the next."""
        if waiting.done() and not waiting.cancelled():
            self.put(waiting.result())
        else:
            waiting.cancel()
