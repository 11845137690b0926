"""The feed list of feeds.toml and the store's: made one."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.cadence import due
from aggregator.errors import NotFound
from aggregator.model.feed import FeedRecord
from aggregator.ports import Clock, FeedStore


async def chosen(store: FeedStore, names: Sequence[str]) -> Sequence[FeedRecord]:
    """The feeds of these names (addresses, ids or unique titles), else every unpaused one.

    Raises:
        NotFound: a name is no feed's, or several feeds' title.
    """
    if names:
        return [await _subscribed(store, name) for name in names]
    return [record for record in await store.feeds() if not record.feed.paused]


async def due_now(store: FeedStore, clock: Clock, names: Sequence[str]) -> Sequence[FeedRecord]:
    """Those of the chosen feeds that are due now."""
    now = clock.now()
    return [record for record in await chosen(store, names) if due(record.state, now)]


async def _subscribed(store: FeedStore, name: str) -> FeedRecord:
    record = await store.feed(name)
    if not record.subscribed:
        raise NotFound("feed", name, hint="It has left feeds.toml; add it again to poll it.")
    return record
