"""The service's work beside its web page: polling what is due, clustering what came."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aggregator import __version__
from aggregator.model.instants import Instant
from aggregator.model.poll import PollReport
from aggregator.model.status import Heartbeat, ServiceStatus
from aggregator.ports import Clock, Store
from aggregator.service.deduplicate import DeduplicateOptions
from aggregator.service.measures import Measures
from aggregator.service.placing import Placer
from aggregator.service.poll import Poller
from aggregator.service.reload import FeedList
from aggregator.service.rounds import Desk

log = logging.getLogger(__name__)


class Service:
    """What runs between start and stop; the scheduler calls its jobs, the page asks its status."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        poller: Poller,
        feeds: FeedList,
        places: int,
        options: DeduplicateOptions,
        address: str | None = None,
        settings: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self._store = store
        self._clock = clock
        self.feeds = feeds
        self.address = address
        self._settings = settings
        self.measures = Measures()
        self.placer = Placer(store=store, clock=clock, options=options, measures=self.measures)
        self.desk = Desk(
            store=store,
            poller=poller,
            clock=clock,
            places=places,
            stored=self.placer.wake,
            report=_log_poll,
            measures=self.measures,
        )
        self._started_at: Instant = clock.now()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Places articles in the background; at the end stops every poll under way."""
        placing = asyncio.create_task(self.placer.run(), name="clusterer")
        try:
            yield
        finally:
            await self.desk.aclose()
            placing.cancel()
            with suppress(asyncio.CancelledError):
                await placing

    async def tick(self) -> None:
        """Claims due feeds and starts their polls."""
        await self.desk.tick()

    async def tidy(self) -> None:
        """Lets the clusterer merge and split at its next turn."""
        self.placer.tidy_soon()

    async def say(self) -> None:
        """A line for a person who reads the log."""
        desk, statistics = self.desk.state, await self._store.statistics()
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in desk.polls) or "none yet"
        log.info(
            "%d feeds, %d articles in %d stories, %d waiting; polls: %s; %d under way",
            statistics.feeds,
            statistics.articles,
            statistics.stories,
            statistics.waiting,
            outcomes,
            desk.polling,
        )

    async def beat(self) -> None:
        """Lets the database know that this process is alive, and what it does."""
        name = f"{socket.gethostname()}:{os.getpid()}"
        await self._store.beat(Heartbeat(name=name, at=self._clock.now(), status=self.status()))
        self.measures.kept(await self._store.statistics())

    def status(self) -> ServiceStatus:
        """What this process is doing now."""
        desk = self.desk.state
        return ServiceStatus(
            version=__version__,
            started_at=self._started_at,
            address=self.address,
            clustering=self.placer.current is not None,
            polling=desk.polling,
            polls=desk.polls,
            lateness=desk.lateness,
            last_tick_at=desk.last_tick_at,
            config_error=self.feeds.error,
            settings=self._settings,
            memory=_resident(),
        )


def _resident() -> int:
    """Resident bytes of this process; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _log_poll(report: PollReport) -> None:
    if report.outcome == "modified":
        log.info("%s: %d new, %d changed", report.feed, report.new, report.changed)
    elif report.outcome == "unchanged":
        log.debug("%s: unchanged", report.feed)
    else:
        log.warning("%s: %s: %s", report.feed, report.outcome, report.error)
