"""A saved change of the config, taken over while the service runs."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterable, Sequence

from aggregator.errors import StoreError
from aggregator.model.feed import Feed
from aggregator.ports import Clock, Store
from aggregator.settings.watch import ConfigChange

log = logging.getLogger(__name__)

_SHOWN = 20


class FeedList:
    """The feed list in force. An invalid file leaves the last good list in force and says so."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._error: str | None = None

    @property
    def error(self) -> str | None:
        """Why the saved config is not the one in force; None while it is."""
        return self._error

    async def take(self, feeds: Sequence[Feed]) -> None:
        """Makes this the list in force."""
        await self._store.sync_feeds(feeds, now=self._clock.now())

    async def follow(self, changes: AsyncIterable[ConfigChange]) -> None:
        """Takes every saved change over, and logs what it changes, until it is cancelled."""
        async for change in changes:
            if change.error is not None:
                self._error = str(change.error)
                log.error("the saved config is wrong, the last good one stays: %s", change.error)
                continue
            for line in change.differences[:_SHOWN]:
                log.info("config: %s", line)
            if len(change.differences) > _SHOWN:
                log.info("config: %d more changes", len(change.differences) - _SHOWN)
            if any(line.startswith("[") for line in change.differences):
                log.warning("config: changed settings take effect when the service is started anew")
            try:
                await self.take(change.config.feeds)
            except StoreError as error:
                self._error = str(error)
                log.error("the feed list could not be taken over: %s", error)
            else:
                self._error = None
