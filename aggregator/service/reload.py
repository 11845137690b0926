"""A saved change of the config, taken over while the service runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterable, Callable, Iterable, Sequence
from datetime import timedelta

from aggregator.errors import StoreError
from aggregator.model.feed import Feed
from aggregator.ports import Clock, Store
from aggregator.settings.watch import ConfigChange

log = logging.getLogger(__name__)

LOCK = "feeds"
"""The lock's name. Whoever holds it owns the feed list of the database."""

_SHOWN = 20
_RETRY = timedelta(seconds=5)


class FeedList:
    """The feed list in force. An invalid file leaves the last good list in force and says so."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._follow: Callable[[Iterable[str]], None] = lambda urls: None
        self._error: str | None = None
        self._owned = False

    @property
    def error(self) -> str | None:
        """Why the saved config is not the one in force; None while it is."""
        return self._error

    @property
    def owned(self) -> bool:
        """Whether this process is the one whose feeds.toml is in force, and which hands out polls.

        Of several services on one database one owns the list; the others stand by.
        """
        return self._owned

    def tell(self, follow: Callable[[Iterable[str]], None]) -> None:
        """Has the addresses of every list that is taken over told to ``follow``."""
        self._follow = follow

    async def own(self, feeds: Sequence[Feed], changes: AsyncIterable[ConfigChange]) -> None:
        """Waits for the list to be free, makes it this one, and follows the saved changes."""
        in_force = feeds
        while True:
            try:
                async with self._store.hold(LOCK, wait=True):
                    await self._store.sync_feeds(in_force, now=self._clock.now())
                    self._owned = True
                    async for change in changes:
                        in_force = change.config.feeds
                        await self._take(change)
                    return
            except StoreError as error:
                self._error = str(error)
                log.error("the feed list cannot be taken over now: %s", error)
                await asyncio.sleep(_RETRY.total_seconds())
            finally:
                self._owned = False

    async def _take(self, change: ConfigChange) -> None:
        """Takes a saved change over, and logs what it changes."""
        if change.error is not None:
            self._error = str(change.error)
            log.error("the saved config is wrong, the last good one stays: %s", change.error)
            return
        for line in change.differences[:_SHOWN]:
            log.info("config: %s", line)
        if len(change.differences) > _SHOWN:
            log.info("config: %d more changes", len(change.differences) - _SHOWN)
        if any(line.startswith("[") for line in change.differences):
            log.warning("config: changed settings take effect when the service is started anew")
        await self._store.sync_feeds(change.config.feeds, now=self._clock.now())
        self._follow(feed.url for feed in change.config.feeds)
        self._error = None
