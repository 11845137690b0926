"""Callers share a go: those who come while one is under way, and no others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from aggregator.store.gathering import Gathering


class Work:
    """Doubles numbers, a go at a time, each held until it is let go."""

    def __init__(self) -> None:
        self.goes: list[Sequence[int]] = []
        self.open = asyncio.Event()

    async def __call__(self, asked: Sequence[int]) -> Sequence[int]:
        self.goes.append(asked)
        await self.open.wait()
        if 13 in asked:
            raise ValueError("no thirteen")
        return [2 * each for each in asked]


async def test_what_comes_while_one_is_under_way_goes_next_together() -> None:
    work = Work()
    gathering = Gathering(work)
    first = asyncio.create_task(gathering.ask(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    later = [asyncio.create_task(gathering.ask(number)) for number in (2, 3, 2)]
    await asyncio.sleep(0)
    work.open.set()
    assert await asyncio.gather(first, *later) == [2, 4, 6, 4]
    assert work.goes == [[1], [2, 3, 2]]


async def test_an_error_is_for_those_of_its_go_alone() -> None:
    work = Work()
    gathering = Gathering(work)
    asked = [asyncio.create_task(gathering.ask(13)) for _ in range(2)]
    await asyncio.sleep(0)
    work.open.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [str(each) for each in answers] == ["no thirteen"] * 2
    assert await gathering.ask(4) == 8


async def test_who_gives_up_leaves_the_others_theirs() -> None:
    work = Work()
    gathering = Gathering(work)
    one, two = (asyncio.create_task(gathering.ask(number)) for number in (1, 2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    one.cancel()
    work.open.set()
    assert await two == 4
    with pytest.raises(asyncio.CancelledError):
        await one


async def test_done_waits_for_what_is_under_way() -> None:
    work = Work()
    gathering = Gathering(work)
    await gathering.done()
    asked = asyncio.create_task(gathering.ask(1))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(gathering.done())
    await asyncio.sleep(0)
    assert not waiting.done()
    work.open.set()
    await waiting
    assert await asked == 2
