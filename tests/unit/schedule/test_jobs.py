from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from aggregator.schedule.jobs import Job, scheduled

OFTEN = timedelta(milliseconds=20)


async def test_a_job_runs_again_and_again_and_not_beside_itself() -> None:
    runs, at_once, most = 0, 0, 0
    enough = asyncio.Event()

    async def work() -> None:
        nonlocal runs, at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.05)
        at_once -= 1
        runs += 1
        if runs == 3:
            enough.set()

    async with scheduled([Job(name="work", work=work, every=OFTEN)]):
        await asyncio.wait_for(enough.wait(), 20)
    assert most == 1


async def test_a_job_that_fails_is_said_once_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    runs = 0
    again = asyncio.Event()

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise OSError("no such luck")
        again.set()

    with caplog.at_level(logging.ERROR):
        async with scheduled([Job(name="work", work=work, every=OFTEN)]):
            await asyncio.wait_for(again.wait(), 20)
    assert [record.getMessage() for record in caplog.records] == ["work failed: no such luck"]


async def test_stopping_cancels_what_runs_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    began = asyncio.Event()

    async def work() -> None:
        began.set()
        await asyncio.sleep(60)

    with caplog.at_level(logging.WARNING):
        async with scheduled([Job(name="work", work=work, every=OFTEN)]):
            await asyncio.wait_for(began.wait(), 20)
        await asyncio.sleep(0)
    assert not [r for r in caplog.records if "failed" in r.getMessage()]
