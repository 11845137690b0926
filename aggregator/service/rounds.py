"""Many polls: a round a person asks for, and the desk that works through what falls due."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from aggregator.model.feed import FeedRecord
from aggregator.model.instants import Instant
from aggregator.model.poll import PollReport
from aggregator.ports import Clock, Store
from aggregator.service.measures import Measures
from aggregator.service.poll import Polled, Poller

LEASE = timedelta(seconds=120)
"""A claim that nobody ended is free again after this long (a killed process)."""


async def poll_round(
    poller: Poller,
    records: Sequence[FeedRecord],
    *,
    concurrency: int,
    forced: bool,
    progress: Callable[[int], None] | None = None,
) -> list[Polled]:
    """Polls these feeds once, so many at a time; results in the order of the feeds."""
    slots = asyncio.Semaphore(concurrency)
    done = 0

    async def one(record: FeedRecord) -> Polled:
        nonlocal done
        async with slots:
            polled = await poller.poll(record, forced=forced)
        done += 1
        if progress is not None:
            progress(done)
        return polled

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(record)) for record in records]
    return [task.result() for task in tasks]


async def placed(store: Store, polled: Polled) -> PollReport:
    """The report of a poll with what the clusterer made of its articles."""
    if not polled.saved.new:
        return polled.report
    memberships = [
        stored.membership
        for stored in await store.articles(polled.saved.new)
        if stored.membership is not None
    ]
    return replace(
        polled.report,
        copies=sum(1 for place in memberships if place.copy_of is not None),
        stories=sum(1 for place in memberships if place.evidence.rule == "founder"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskState:
    """What the desk is doing: for status and metrics."""

    polling: int
    polls: tuple[tuple[str, int], ...]
    lateness: float
    last_tick_at: Instant | None


class Desk:
    """Claims due feeds and polls them, never more at once than it has places.

    `tick` returns at once; polls go on in tasks of their own and call ``stored`` when one has
    brought articles. A cancelled poll leaves its lease, which ends by itself.
    """

    def __init__(
        self,
        *,
        store: Store,
        poller: Poller,
        clock: Clock,
        places: int,
        stored: Callable[[], None],
        report: Callable[[PollReport], None],
        measures: Measures,
    ) -> None:
        self._store = store
        self._poller = poller
        self._clock = clock
        self._places = places
        self._stored = stored
        self._report = report
        self._measures = measures
        self._running: set[asyncio.Task[None]] = set()
        self._polls: Counter[str] = Counter()
        self._lateness = 0.0
        self._last_tick_at: Instant | None = None

    @property
    def state(self) -> DeskState:
        """A snapshot."""
        return DeskState(
            polling=len(self._running),
            polls=tuple(sorted(self._polls.items())),
            lateness=self._lateness,
            last_tick_at=self._last_tick_at,
        )

    async def tick(self) -> int:
        """Claims as many due feeds as there are free places and starts their polls."""
        now = self._clock.now()
        self._last_tick_at = now
        free = self._places - len(self._running)
        if free <= 0:
            return 0
        claimed = await self._store.claim_due(now=now, limit=free, lease=LEASE)
        for record in claimed:
            due = record.state.next_poll_at
            self._lateness = max(0.0, (now - due).total_seconds()) if due is not None else 0.0
            if due is not None:
                self._measures.lateness.observe(self._lateness)
            task = asyncio.create_task(self._poll(record))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(claimed)

    async def aclose(self) -> None:
        """Stops every poll under way; what was not stored will be polled again."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _poll(self, record: FeedRecord) -> None:
        with self._measures.polling.track_inprogress():
            polled = await self._poller.poll(record)
        self._count(polled)
        self._report(polled.report)
        if polled.saved.new or polled.saved.changed:
            self._stored()

    def _count(self, polled: Polled) -> None:
        self._polls[polled.report.outcome] += 1
        self._measures.polls.labels(polled.report.outcome).inc()
        self._measures.articles.labels("new").inc(polled.report.new)
        self._measures.articles.labels("changed").inc(polled.report.changed)
        if polled.fetch_seconds is not None:
            self._measures.fetching.observe(polled.fetch_seconds)
        if polled.parse_seconds is not None:
            self._measures.parsing.observe(polled.parse_seconds)
