"""Which job runs how often."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work, every so often.

    A run that is missed (a suspended machine, a long run before it) is made up for once, never
    in a burst.
    """

    name: str
    work: Work
    every: timedelta


@asynccontextmanager
async def scheduled(jobs: Sequence[Job]) -> AsyncIterator[AsyncIOScheduler]:
    """Runs these jobs on the current loop for as long as the block lasts."""
    scheduler = AsyncIOScheduler(
        timezone=UTC,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    # What fails is said once, by `_report`.
    logging.getLogger("apscheduler.executors.default").setLevel(logging.CRITICAL)
    scheduler.add_listener(_report, EVENT_JOB_ERROR)
    for job in jobs:
        trigger = IntervalTrigger(seconds=job.every.total_seconds(), timezone=UTC)
        scheduler.add_job(job.work, trigger, id=job.name, name=job.name)
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=False)


def _report(event: JobExecutionEvent) -> None:
    """A job that failed is tried again at its next turn; the log says why it failed."""
    if isinstance(event.exception, asyncio.CancelledError):
        return  # the service is being stopped
    log.error("%s failed: %s", event.job_id, event.exception)
