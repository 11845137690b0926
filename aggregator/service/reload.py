"""A saved change of the config, taken over while the service runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterable, Callable, Iterable, Sequence
from datetime import timedelta

from aggregator.errors import StoreError
from aggregator.model.feed import Feed
from aggregator.ports import Clock, Store
from aggregator.settings.watch import Config, ConfigChange

log = logging.getLogger(__name__)

LOCK = "feeds"
"""The lock's name. Whoever holds it owns the feed list of the database."""

_SHOWN = 20
_RETRY = timedelta(seconds=5)


class InForce:
    """Whether the saved config is the one that a process goes by. A wrong one never is.

    Args:
        settings_changed: called with a saved config whose settings are others: what runs was built
            from the old ones.
        error: why the saved config is not in force, where that is known from before.
    """

    def __init__(
        self,
        *,
        settings_changed: Callable[[Config], None] = lambda config: None,
        error: str | None = None,
    ) -> None:
        self._settings_changed = settings_changed
        self._error = error

    @property
    def error(self) -> str | None:
        """Why the saved config is not the one in force; None while it is."""
        return self._error

    def take(self, change: ConfigChange) -> Sequence[Feed] | None:
        """Logs what a saved change changes; the feeds to go on with, where those alone may have."""
        if change.error is not None:
            self._error = str(change.error)
            log.error("the saved config is wrong, the last good one stays: %s", change.error)
            return None
        for line in change.differences[:_SHOWN]:
            log.info("config: %s", line)
        if len(change.differences) > _SHOWN:
            log.info("config: %d more changes", len(change.differences) - _SHOWN)
        self._error = None
        if change.settings_differ:
            self._settings_changed(change.config)
            return None
        return change.config.feeds

    async def follow(self, changes: AsyncIterable[ConfigChange]) -> None:
        """Takes changes where the feeds are another process's, as in a worker."""
        async for change in changes:
            self.take(change)


class FeedList:
    """The feed list in force. An invalid file leaves the last good list in force and says so."""

    def __init__(self, store: Store, clock: Clock, in_force: InForce) -> None:
        self._store = store
        self._clock = clock
        self._in_force = in_force
        self._follow: Callable[[Iterable[str]], None] = lambda urls: None
        self._fault: str | None = None
        self._owned = False
        self._wanted: Sequence[Feed] = ()
        self._turn = asyncio.Lock()

    @property
    def fault(self) -> str | None:
        """Why the database does not take the list; None while it does."""
        return self._fault

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
        """Makes the list this one as soon as it is free, and follows the saved changes."""
        self._wanted = feeds
        holding = asyncio.create_task(self._hold(), name="feed list")
        try:
            async for change in changes:
                await self._take(change)
            await self._sync()
        finally:
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)

    async def _hold(self) -> None:
        while True:
            try:
                async with self._store.hold(LOCK, wait=True):
                    await self._sync()
                    self._owned, self._fault = True, None
                    await asyncio.Event().wait()
            except StoreError as error:
                await self._put_off(error)
            finally:
                self._owned = False

    async def _take(self, change: ConfigChange) -> None:
        """Takes a saved change over."""
        feeds = self._in_force.take(change)
        if feeds is None:
            return
        self._wanted = feeds
        self._follow(feed.url for feed in self._wanted)
        while self._owned:
            try:
                await self._sync()
            except StoreError as error:
                await self._put_off(error)
            else:
                self._fault = None
                return

    async def _put_off(self, error: StoreError) -> None:
        self._fault = str(error)
        log.error("the feed list cannot be taken over now: %s", error)
        await asyncio.sleep(_RETRY.total_seconds())

    async def _sync(self) -> None:
        async with self._turn:
            await self._store.sync_feeds(self._wanted, now=self._clock.now())
