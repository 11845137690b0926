"""The service's work beside its web page: polling what is due, clustering what came."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aggregator import __version__
from aggregator.errors import StoreError
from aggregator.model.instants import Instant
from aggregator.model.status import Heartbeat, ServiceStatus
from aggregator.ports import Clock, PollQueue, Store
from aggregator.service.deduplicate import DeduplicateOptions
from aggregator.service.faults import LastFault
from aggregator.service.fulltext import FullTexts
from aggregator.service.measures import Measures
from aggregator.service.placing import Placer
from aggregator.service.poll import Poller
from aggregator.service.reload import FeedList, InForce
from aggregator.service.websub import WebSub
from aggregator.service.work import PollWork

log = logging.getLogger(__name__)


class Service:
    """What runs between start and stop; the scheduler calls its jobs, the page asks its status.

    ``queue`` makes the queue of due feeds for the work that this service does with each. ``follow``
    is told the addresses of all feeds where there is no list here.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        poller: Poller,
        queue: Callable[[PollWork], PollQueue],
        options: DeduplicateOptions,
        full_texts: Callable[[Callable[[], None]], FullTexts] | None = None,
        websub: Callable[[Callable[[], None]], WebSub] | None = None,
        feeds: FeedList | None = None,
        follow: Callable[[Iterable[str]], None] = lambda urls: None,
        address: str | None = None,
        in_force: InForce | None = None,
        config_dir: str | None = None,
        settings: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self._store = store
        self._clock = clock
        self._feeds = feeds
        self._follow = follow
        self._address = address
        self._in_force = in_force or InForce()
        self._config_dir = config_dir
        self._settings = settings
        self.measures = Measures()
        self._fault = LastFault(clock)
        self.placer = Placer(
            store=store, clock=clock, options=options, measures=self.measures, fault=self._fault
        )
        self._full_texts = full_texts(self.placer.wake) if full_texts is not None else None
        self.websub = websub(self.placer.wake) if websub is not None else None
        self._work = PollWork(
            store=store,
            poller=poller,
            clock=clock,
            measures=self.measures,
            stored=self.placer.wake,
            fault=self._fault,
            full_texts=self._full_texts,
        )
        self._queue = queue(self._work)
        self._started_at = clock.now()
        self._last_tick_at: Instant | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Polls, fetches full texts and places articles in the background."""
        tasks = [asyncio.create_task(self.placer.run(), name="clusterer")]
        if self._full_texts is not None:
            tasks.append(asyncio.create_task(self._full_texts.run(), name="full texts"))
        try:
            async with self._queue.running():
                yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._fault.words is None:
                # So the next start polls at once what this end cut.
                with suppress(StoreError):
                    await self._work.give_back()

    async def tick(self) -> None:
        """Gives back what was cut, and hands out due feeds if this process owns the feed list."""
        try:
            await self._work.give_back()
            if self._feeds is not None and self._feeds.owned:
                self._last_tick_at = self._clock.now()
                await self._queue.tick()
        except StoreError as error:
            self._fault.note(error)
            raise

    async def acquaint(self) -> None:
        """Learns which feeds are followed, where the list is another process's."""
        if self._feeds is None:
            self._follow(await self._store.addresses())

    async def tidy(self) -> None:
        """Lets the clusterer merge and split at its next turn."""
        self.placer.tidy_soon()

    async def renew(self) -> None:
        """Sees to the WebSub subscriptions, if this process owns the feed list."""
        if self.websub is not None and self._feeds is not None and self._feeds.owned:
            await self.websub.renew()

    async def say(self) -> None:
        """A line for a person who reads the log."""
        statistics = await self._store.statistics()
        polls = self._work.polls
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in polls) or "none yet"
        log.info(
            "feeds %d, articles %d, stories %d, waiting %d; polls: %s; under way %d, due %d",
            statistics.feeds,
            statistics.articles,
            statistics.stories,
            statistics.waiting,
            outcomes,
            self._work.polling,
            (await self._store.polls_waiting(now=self._clock.now())).due,
        )

    async def beat(self) -> None:
        """Lets the database know that this process is alive, and what it does."""
        name, now = f"{socket.gethostname()}:{os.getpid()}", self._clock.now()
        await self._store.beat(Heartbeat(name=name, at=now, status=self.status()))
        self.measures.kept(await self._store.statistics())
        self.measures.queued(await self._store.polls_waiting(now=now))

    def status(self) -> ServiceStatus:
        """What this process is doing now."""
        return ServiceStatus(
            version=__version__,
            started_at=self._started_at,
            role="serve" if self._feeds is not None else "worker",
            address=self._address,
            config_dir=self._config_dir,
            clustering=self.placer.current is not None,
            polling=self._work.polling,
            polls=self._work.polls,
            lateness=self._work.lateness,
            last_tick_at=self._last_tick_at,
            config_error=self._in_force.error,
            store_error=self._fault.words or (self._feeds.fault if self._feeds else None),
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
