"""The queue of a fleet: due feeds as Procrastinate jobs that workers anywhere take."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, cast
from urllib.parse import urlsplit

from procrastinate import App, PsycopgConnector, exceptions
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.manager import JobManager
from psycopg import AsyncConnection

from aggregator.errors import StoreUnreachable
from aggregator.model.feed import FeedRecord
from aggregator.model.poll import LEASE
from aggregator.ports import Clock, Store

log = logging.getLogger(__name__)

QUEUE = "polls"
TASK = "poll"
DEPTH = 1_000
"""Hosts with waiting jobs at most: what is due beyond that stays with the feeds, the most overdue
first. The engine's search for the next job costs more the more jobs wait, so that a second's work
is enough."""

CROWD = 5_000
"""Jobs waiting at most, where many are of few hosts."""

_HEARTBEAT = 5.0
_STALLED = 30.0
_RESCUE_EVERY = 5.0


class FleetQueue:
    """Implements `aggregator.ports.PollQueue` on Procrastinate.

    The queueing lock keeps a feed queued once; the lock, a host's name, keeps two jobs from
    speaking to one host at once on any machine; jobs of a worker that died go back into the queue.
    Polling is at least once; storing is exactly once by the store's keys.

    Args:
        conninfo: the PostgreSQL database, as ``postgresql://…``.
        poll: polls a feed by id if it is still due.
        places: polls at once in this process; 0 for one that only hands out.
    """

    def __init__(
        self,
        conninfo: str,
        *,
        store: Store,
        clock: Clock,
        poll: Callable[[str], Awaitable[None]],
        places: int,
    ) -> None:
        self._store = store
        self._clock = clock
        self._places = places
        connector = PsycopgConnector(
            conninfo=re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", conninfo),
            min_size=1,
            max_size=8,
            # Each of the engine's calls is one statement: no need to begin and commit around it.
            configure=_at_once,
        )
        self._app = App(connector=connector)
        self._app.job_manager = _Jobs(connector)

        @self._app.task(name=TASK, queue=QUEUE)
        async def run(feed: str) -> None:
            try:
                await poll(feed)
            except Exception:
                log.exception("the poll of feed %s failed; it is queued again", feed)

    async def tick(self) -> int:
        """Defers due feeds as jobs, as many as the queue has room for."""
        room = await self._room()
        if room <= 0:
            return 0
        claimed = await self._store.claim_due(now=self._clock.now(), limit=room, lease=LEASE)
        await self._defer(claimed)
        return len(claimed)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Works jobs off in this process, and puts dead workers' jobs back into the queue."""
        # What fails is said once, by us: the engine says it by tracebacks, from several places.
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        try:
            await self._app.open_async()
        except exceptions.ConnectorException as error:
            raise StoreUnreachable(
                "the job queue's database does not answer",
                hint="Is PostgreSQL running at the address of database.url?",
            ) from error
        tasks = []
        try:
            await self._prepare()
            tasks.append(asyncio.create_task(self._rescue(), name="rescue"))
            if self._places:
                tasks.append(asyncio.create_task(self._work(), name="jobs"))
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._app.close_async()

    async def _work(self) -> None:
        """Runs jobs until cancelled; a database that went away is waited for."""
        while not _cancelled():
            try:
                await self._app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self._places,
                    delete_jobs=DeleteJobCondition.ALWAYS,
                    fetch_job_polling_interval=1.0,
                    install_signal_handlers=False,
                    update_heartbeat_interval=_HEARTBEAT,
                    stalled_worker_timeout=_STALLED,
                    shutdown_graceful_timeout=1.0,
                )
            except exceptions.ProcrastinateException as error:
                if _cancelled():
                    return
                log.error("the job queue does not answer, trying again: %s", error)
            await asyncio.sleep(1)

    async def _prepare(self) -> None:
        """Makes the engine's tables where they are not there yet, once for all machines.

        The engine looks for another job of the same lock before it hands one out, and has no index
        for that: without one every job costs a walk over all that wait.
        """
        async with self._store.hold("procrastinate-schema", wait=True):
            connector = self._app.connector
            found = await connector.execute_query_one_async(
                "SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS there"
            )
            if not found["there"]:
                await self._app.schema_manager.apply_schema_async()
            await connector.execute_query_async(
                "CREATE INDEX IF NOT EXISTS aggregator_jobs_lock ON procrastinate_jobs (lock)"
                " WHERE status IN ('todo', 'doing')"
            )

    async def _room(self) -> int:
        row = await self._app.connector.execute_query_one_async(
            "SELECT count(*) AS jobs, count(DISTINCT lock) AS hosts"
            " FROM procrastinate_jobs WHERE status = 'todo'"
        )
        return min(DEPTH - int(row["hosts"]), CROWD - int(row["jobs"]))

    async def _defer(self, records: Sequence[FeedRecord]) -> None:
        """All in one statement; one by one where some of them still wait from before."""
        if not records:
            return
        jobs = [self._job(record) for record in records]
        try:
            await self._app.job_manager.batch_defer_jobs_async(jobs)
        except exceptions.AlreadyEnqueued:
            for job in jobs:
                with suppress(exceptions.AlreadyEnqueued):
                    await self._app.job_manager.defer_job_async(job)

    def _job(self, record: FeedRecord) -> Job:
        return (
            self._app.tasks[TASK]
            .configure(
                lock=host_of(record.feed.url),
                queueing_lock=record.id,
                task_kwargs={"feed": record.id},
            )
            .job
        )

    async def _rescue(self) -> None:
        """Puts the jobs of workers that died or froze back into the queue."""
        manager = self._app.job_manager
        while True:
            await asyncio.sleep(_RESCUE_EVERY)
            try:
                for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED):
                    log.warning("a worker was lost, polling again: %s", job.task_kwargs)
                    try:
                        await manager.retry_job(job)
                    except exceptions.UniqueViolation:
                        # The feed has been queued anew meanwhile: the lost job is not wanted.
                        await manager.finish_job_by_id_async(
                            job_id=cast("int", job.id), status=Status.FAILED, delete_job=True
                        )
            except exceptions.ProcrastinateException as error:
                log.error("the job queue does not answer: %s", error)


class _Jobs(JobManager):
    """Ends of jobs that the engine does not take are told, and no exception of nobody's."""

    async def finish_job_by_id_async(self, job_id: int, status: Status, delete_job: bool) -> None:
        try:
            await super().finish_job_by_id_async(job_id, status, delete_job)
        except exceptions.ConnectorException as error:
            # Either another worker has had the job since (this one was frozen), or the database
            # is away: then it stays with this worker until it is taken from it.
            log.warning("the queue does not take the end of job %d: %s", job_id, _cause(error))


def _cancelled() -> bool:
    """Whether this task was asked to end.

    A cancellation that meets an error of the engine's comes out as that error: a worker that slept
    for a minute, and was struck off meanwhile, would otherwise begin anew and never end.
    """
    this = asyncio.current_task()
    return this is not None and this.cancelling() > 0


def _cause(error: Exception) -> str:
    """The first line of what the database said."""
    return str(error.__cause__ or error).strip().partition("\n")[0]


async def _at_once(connection: AsyncConnection[Any]) -> None:
    await connection.set_autocommit(True)


def host_of(url: str) -> str:
    """The host a feed's address speaks to, with its port: what one job at a time may hold.

    >>> host_of("https://Example.org:443/feed")
    'example.org:443'
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    default = 443 if parts.scheme == "https" else 80
    return f"{(parts.hostname or '').lower()}:{port or default}"
