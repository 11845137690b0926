"""The line for a worker: small before large, nobody for ever, no place lost."""

from __future__ import annotations

import asyncio

from aggregator.workers.line import Line


async def test_a_free_place_is_had_at_once() -> None:
    line: Line[str] = Line()
    line.put("a")
    assert line.stand(30).result() == "a"
    assert line.free == 0


async def test_who_lets_nobody_pass_goes_before_who_lets_others_pass() -> None:
    line: Line[str] = Line()
    large, small = line.stand(30), line.stand(0.1)
    line.put("first")
    assert small.result() == "first"
    line.put("second")
    assert large.result() == "second"


async def test_nobody_waits_for_longer_than_it_lets_others_pass() -> None:
    line: Line[str] = Line()
    large = line.stand(0.05)
    await asyncio.sleep(0.06)
    small = line.stand(0)
    line.put("first")
    assert large.done()
    assert not small.done()


async def test_who_leaves_takes_no_place_along() -> None:
    line: Line[str] = Line()
    left, given, stays = line.stand(0), line.stand(1), line.stand(2)
    line.leave(left)
    line.put("first")
    assert given.result() == "first"
    line.leave(given)  # cancelled before it could make use of its place
    assert stays.result() == "first"
