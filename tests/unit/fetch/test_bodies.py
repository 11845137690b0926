"""docs/fetching.md, safety: memory. All bodies under way share one bound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from aggregator.errors import TooLarge
from aggregator.fetch.bodies import Bodies, GivenUp


class Slow(httpx.AsyncByteStream):
    """A body that comes when it is told to."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.go_on = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.pieces[0]
        await self.go_on.wait()
        for piece in self.pieces[1:]:
            yield piece


def answer(body: httpx.AsyncByteStream) -> httpx.Response:
    return httpx.Response(200, stream=body)


async def test_the_largest_is_given_up_and_the_others_are_read() -> None:
    bodies = Bodies(together=100)
    large, small, late = Slow(b"x" * 60, b"x"), Slow(b"y" * 30, b"y"), Slow(b"z" * 20)
    reading = [
        asyncio.ensure_future(bodies.read(answer(body), 1000)) for body in (large, small, late)
    ]
    for body in (large, small, late):
        await asyncio.sleep(0.01)
        body.go_on.set()
    with pytest.raises(TooLarge, match="beside all the others"):
        await reading[0]
    assert [(await each).body for each in reading[1:]] == [b"y" * 31, b"z" * 20]


async def test_what_is_read_alone_is_not_given_up_and_one_body_is_at_a_time() -> None:
    bodies = Bodies(together=100)
    large, small = Slow(b"x" * 60, b"x" * 60), Slow(b"y" * 30)
    order = []

    async def alone(body: Slow, name: str) -> bytes:
        async with bodies.alone():
            order.append(name)
            return (await bodies.read(answer(body), 1000, alone=True)).body

    reading = asyncio.ensure_future(alone(large, "large"))
    await asyncio.sleep(0.01)
    waiting = asyncio.ensure_future(alone(small, "small"))
    beside = asyncio.ensure_future(bodies.read(answer(Slow(b"z" * 50)), 1000))
    with pytest.raises(GivenUp):
        await beside
    assert order == ["large"]
    large.go_on.set()
    small.go_on.set()
    assert len(await reading) == 120
    assert len(await waiting) == 30


async def test_room_comes_back_with_every_body_that_ends() -> None:
    bodies = Bodies(together=100)
    for _ in range(5):
        body = Slow(b"x" * 90)
        body.go_on.set()
        assert len((await bodies.read(answer(body), 1000)).body) == 90
    stuck = asyncio.ensure_future(bodies.read(answer(Slow(b"x" * 90)), 1000))
    await asyncio.sleep(0.01)
    stuck.cancel()
    await asyncio.gather(stuck, return_exceptions=True)
    body = Slow(b"x" * 90)
    body.go_on.set()
    assert len((await bodies.read(answer(body), 1000)).body) == 90
