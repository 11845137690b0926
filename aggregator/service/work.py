"""A due feed's poll as the service does it: polled, counted, told, and the clusterer woken."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from aggregator.cadence import due
from aggregator.errors import NotFound, StoreError
from aggregator.model.feed import FeedRecord
from aggregator.model.instants import Instant
from aggregator.model.poll import LEASE, PollReport
from aggregator.ports import Clock, FeedStore
from aggregator.service.faults import LastFault
from aggregator.service.fulltext import FullTexts
from aggregator.service.measures import Measures
from aggregator.service.poll import Polled, Poller

log = logging.getLogger(__name__)

_PATIENCE = timedelta(seconds=15)
"""How long a poll stands in line at its host; then it comes again some minutes later.

It holds a place and a lease meanwhile, and one hoster's thousand feeds must not have all places.
"""


class PollWork:
    """What every queue of due feeds has done, wherever the queue lives."""

    def __init__(
        self,
        *,
        store: FeedStore,
        poller: Poller,
        clock: Clock,
        measures: Measures,
        stored: Callable[[], None],
        fault: LastFault,
        full_texts: FullTexts | None = None,
    ) -> None:
        self._store = store
        self._fault = fault
        self._poller = poller
        self._clock = clock
        self._measures = measures
        self._stored = stored
        self._full_texts = full_texts
        self._cut: dict[str, Instant] = {}
        self._given_back: set[str] = set()
        self._polls: Counter[str] = Counter()
        self._polling = 0
        self._lateness = 0.0

    @property
    def polling(self) -> int:
        """Polls under way."""
        return self._polling

    @property
    def polls(self) -> tuple[tuple[str, int], ...]:
        """Polls done, by outcome."""
        return tuple(sorted(self._polls.items()))

    @property
    def lateness(self) -> float:
        """Seconds that the last feed was overdue when its poll began."""
        return self._lateness

    async def poll(self, record: FeedRecord) -> None:
        """Polls a feed that was claimed. What cannot be stored comes again: see `give_back`."""
        began = self._clock.now()
        try:
            await self._poll(record)
        except StoreError as error:
            self._refused(error, record.id, began)
            log.error("%s: not stored, to be polled again: %s", record.feed.url, error)
        except asyncio.CancelledError:
            self._cut[record.id] = began
            raise
        else:
            self._given_back.discard(record.id)

    async def give_back(self) -> None:
        """Ends the leases of polls that were cut, once the database takes it, so they come again.

        One that is cut twice running waits for its lease to end: what the database refuses of this
        feed alone must not have its server asked again and again.

        Raises:
            StoreError: it still refuses; the leases are kept in mind.
        """
        if not self._cut:
            return
        cut, self._cut = self._cut, {}
        try:
            # A lease that ends later is another's, who claimed the feed since.
            await self._store.end_leases({feed: began + LEASE for feed, began in cut.items()})
        except StoreError:
            self._cut = {**cut, **self._cut}
            raise
        self._given_back |= cut.keys()

    def _refused(self, error: StoreError, feed_id: str, began: Instant) -> None:
        self._fault.note(error)
        if feed_id in self._given_back:
            self._given_back.discard(feed_id)
        else:
            self._cut[feed_id] = began

    async def _poll(self, record: FeedRecord) -> None:
        then = record.state.next_poll_at
        if then is not None:
            self._lateness = max(0.0, (self._clock.now() - then).total_seconds())
            self._measures.lateness.observe(self._lateness)
        self._polling += 1
        try:
            with self._measures.polling.track_inprogress():
                polled = await self._poller.poll(record, patience=_PATIENCE)
        finally:
            self._polling -= 1
        self._count(polled)
        _say(polled.report)
        if polled.saved.new or polled.saved.changed:
            self._stored()
            if self._full_texts is not None and record.feed.full_text:
                self._full_texts.wake()

    async def poll_if_due(self, feed_id: str) -> None:
        """Polls a feed that was queued a while ago, if that is still wanted."""
        began = self._clock.now()
        try:
            record = await self._store.feed(feed_id)
        except NotFound:
            return
        except StoreError as error:
            self._refused(error, feed_id, began)
            log.error("a feed that is due cannot be read, it is queued again: %s", error)
            return
        if record.subscribed and not record.feed.paused and due(record.state, self._clock.now()):
            await self.poll(record)

    def _count(self, polled: Polled) -> None:
        self._polls[polled.report.outcome] += 1
        self._measures.polls.labels(polled.report.outcome).inc()
        self._measures.articles.labels("new").inc(polled.report.new)
        self._measures.articles.labels("changed").inc(polled.report.changed)
        if polled.fetch_seconds is not None:
            self._measures.fetching.observe(polled.fetch_seconds)
        if polled.parse_seconds is not None:
            self._measures.parsing.observe(polled.parse_seconds)


def _say(report: PollReport) -> None:
    if report.outcome == "modified":
        log.info("%s: %d new, %d changed", report.feed, report.new, report.changed)
    elif report.outcome in ("unchanged", "skipped"):
        log.debug("%s: %s", report.feed, report.outcome)
    else:
        log.warning("%s: %s: %s", report.feed, report.outcome, report.error)
