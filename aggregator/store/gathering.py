"""What many ask for at about the same time, done in one go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")

_MOST = 200


class Gathering(Generic[Asked, Given]):
    """Lets callers share transactions: while one runs, what is asked gathers for the next.

    Nobody waits for company: who asks alone is served at once. An error is everyone's who was in
    that go; what is wrong with one thing asked is for ``work`` to give back as its answer.

    Args:
        work: answers what was asked, in its order.
    """

    def __init__(self, work: Callable[[Sequence[Asked]], Awaitable[Sequence[Given]]]) -> None:
        self._work = work
        self._waiting: list[tuple[Asked, asyncio.Future[Given]]] = []
        self._going: asyncio.Task[None] | None = None

    async def ask(self, asked: Asked) -> Given:
        """The answer to this one; whoever gives up waiting leaves the others theirs."""
        answer: asyncio.Future[Given] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._going is None:
            self._going = asyncio.create_task(self._go())
        return await answer

    async def done(self) -> None:
        """Waits until nothing is under way."""
        while self._going is not None:
            with suppress(asyncio.CancelledError):
                await asyncio.shield(self._going)

    async def _go(self) -> None:
        try:
            while self._waiting:
                now, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                await self._serve([each for each in now if not each[1].cancelled()])
        finally:
            self._going = None

    async def _serve(self, now: Sequence[tuple[Asked, asyncio.Future[Given]]]) -> None:
        try:
            given = await self._work([asked for asked, _ in now])
        except Exception as error:  # noqa: BLE001 - it goes to those who asked
            for _, answer in now:
                if not answer.done():
                    answer.set_exception(error)
        else:
            for (_, answer), each in zip(now, given, strict=True):
                if not answer.done():
                    answer.set_result(each)
