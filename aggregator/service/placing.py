"""The clusterer at work beside the polls: woken when articles were stored, tidying in between."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from time import perf_counter

from aggregator.errors import StoreError
from aggregator.ports import Clock, Store
from aggregator.service.deduplicate import DeduplicateOptions, Deduplicator, deduplicating
from aggregator.service.faults import LastFault
from aggregator.service.measures import Measures

log = logging.getLogger(__name__)

_GATHER = timedelta(milliseconds=500)
"""Articles of polls that end together are placed together, in the order they were fetched."""

_LOOK = timedelta(seconds=5)
_REST = 20
"""Tidying rests this many times as long as it took: at once after each article where the window
is small, a twentieth of the time where it is large."""

_RETRY = timedelta(seconds=5)


class Placer:
    """Holds the clusterer for as long as the service runs and wakes it when there is work.

    A standby waits for the lock; a store that fails is tried again, from a fresh window.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        options: DeduplicateOptions,
        measures: Measures,
        fault: LastFault,
    ) -> None:
        self._store = store
        self._fault = fault
        self._clock = clock
        self._options = options
        self._measures = measures
        self._work = asyncio.Event()
        self._work.set()
        self._tidy = False
        self._current: Deduplicator | None = None

    @property
    def current(self) -> Deduplicator | None:
        """The deduplicator in charge; None while another process holds the lock."""
        return self._current

    def wake(self) -> None:
        """Says that articles wait."""
        self._work.set()

    def tidy_soon(self) -> None:
        """Asks for a merge and split at the next turn."""
        self._tidy = True
        self._work.set()

    async def run(self) -> None:
        """Places articles until it is cancelled."""
        while True:
            try:
                async with deduplicating(self._store, self._clock, self._options) as deduplicator:
                    self._current = deduplicator
                    await self._serve(deduplicator)
            except StoreError as error:
                self._fault.note(error)
                log.error("cannot cluster now: %s", error)
                await asyncio.sleep(_RETRY.total_seconds())
            except Exception:
                log.exception("clustering failed; trying again from the stored window")
                await asyncio.sleep(_RETRY.total_seconds())
            finally:
                self._current = None

    async def _serve(self, deduplicator: Deduplicator) -> None:
        """Places what comes, by what a person has corrected up to then."""
        rested = 0.0
        while True:
            # Another process may have stored articles (a poll or an import by hand): look anyway.
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK.total_seconds()):
                    await self._work.wait()
            self._work.clear()
            await asyncio.sleep(_GATHER.total_seconds())
            if await deduplicator.corrected():
                await deduplicator.catch_up()
            began = perf_counter()
            placed = await deduplicator.run()
            if placed:
                self._measures.clustering.observe(perf_counter() - began)
                self._measures.placed.inc(placed)
            self._tidy = self._tidy or bool(placed)
            if self._tidy and perf_counter() >= rested:
                began = perf_counter()
                self._tidy = await deduplicator.tidy()
                rested = perf_counter() + _REST * (perf_counter() - began)
