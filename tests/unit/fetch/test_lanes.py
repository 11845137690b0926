"""docs/fetching.md, safety: slow servers do not hold up the others."""

from __future__ import annotations

import asyncio

from aggregator.fetch.lanes import Lanes


async def hold(lanes: Lanes, over: asyncio.Event) -> None:
    async with lanes.place():
        await over.wait()


async def test_no_more_than_the_places_are_taken_at_once() -> None:
    lanes, over = Lanes(2, slow_after=5), asyncio.Event()
    held = [asyncio.ensure_future(hold(lanes, over)) for _ in range(2)]
    await asyncio.sleep(0)
    third = asyncio.ensure_future(hold(lanes, over))
    await asyncio.sleep(0.05)
    assert not third.done()
    over.set()
    await asyncio.gather(*held, third)


async def test_slow_ones_step_aside_as_long_as_there_is_room_beside() -> None:
    lanes, never = Lanes(1, slow_after=0.01), asyncio.Event()
    stuck = [asyncio.ensure_future(hold(lanes, never)) for _ in range(4)]
    await asyncio.sleep(0.2)
    async with asyncio.timeout(1), lanes.place():
        pass
    # Four are beside; a fifth keeps its place, and then there is none left.
    stuck.append(asyncio.ensure_future(hold(lanes, never)))
    await asyncio.sleep(0.1)
    waiting = asyncio.ensure_future(hold(lanes, never))
    await asyncio.sleep(0.1)
    stuck[0].cancel()
    stuck[4].cancel()
    await asyncio.sleep(0.05)
    never.set()
    await asyncio.gather(*stuck, waiting, return_exceptions=True)
    assert waiting.done()
    assert not waiting.cancelled()


async def test_room_comes_back_however_a_request_ends() -> None:
    lanes = Lanes(1, slow_after=0.01)
    for delay in (0.0, 0.005, 0.03):
        for _ in range(6):
            task = asyncio.ensure_future(hold(lanes, asyncio.Event()))
            await asyncio.sleep(delay)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(1), lanes.place():
            pass
