"""Articles into stories: feeds the clusterer what waits, and stores what it decides.

One clusterer works on a database at a time, held by a named lock. It rebuilds its window from
the store, so it can stop anywhere: what was not applied still waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from aggregator.errors import StoreLocked
from aggregator.model.signature import SignedArticle
from aggregator.model.story import ClusterChanges
from aggregator.ports import Clock, Store
from aggregator.service.standby import LOCK, HeldWindow, taking_over


@dataclass(frozen=True, slots=True, kw_only=True)
class DeduplicateOptions:
    """``window``: how far back stories take in articles; ``batch``: articles a transaction."""

    window: timedelta = timedelta(days=6)
    batch: int = 500


class Deduplicator:
    """Clusters everything that waits, in the order of arrival; use inside `deduplicating`."""

    def __init__(self, store: Store, window: HeldWindow, *, batch: int) -> None:
        self._store = store
        self._window = window
        self._batch = batch
        # One thread at a time may be inside the clusterer.
        self._turn = asyncio.Lock()

    async def run(self, *, progress: Callable[[int], None] | None = None) -> int:
        """Places every waiting article and returns how many there were."""
        placed = 0
        async with self._turn:
            while waiting := await self._store.unclustered(limit=self._batch):
                changes = await asyncio.to_thread(self._place, waiting)
                await self._write(changes)
                placed += len(waiting)
                if progress is not None:
                    progress(placed)
        return placed

    async def tidy(self) -> bool:
        """Merges stories that have come to say the same and splits incoherent ones.

        As many as make one short pause in placing; says whether more are left.
        """
        async with self._turn:
            changes, more = await asyncio.to_thread(self._upkeep)
            await self._write(changes)
        return more

    async def corrected(self) -> bool:
        """Whether a person has corrected something since the window was read."""
        return tuple(await self._store.constraints()) != self._window.constraints

    async def catch_up(self) -> None:
        """Takes in what others wrote, and does what corrections ask.

        They hold, whatever was decided while they were being made.
        """
        async with self._turn:
            await self._window.level()
            await self._write(await asyncio.to_thread(self._constrain))

    async def _write(self, changes: ClusterChanges) -> None:
        if changes.memberships or changes.aliases:
            self._window.note(await self._store.apply(changes, under=LOCK))

    def _constrain(self) -> ClusterChanges:
        self._window.clusterer.constrain(self._window.constraints)
        return self._window.clusterer.take_changes()

    def _place(self, waiting: Sequence[SignedArticle]) -> ClusterChanges:
        clusterer = self._window.clusterer
        clusterer.add_many(waiting)
        if clusterer.upkeep_due:
            clusterer.upkeep()
        return clusterer.take_changes()

    def _upkeep(self) -> tuple[ClusterChanges, bool]:
        more = self._window.clusterer.upkeep()
        return self._window.clusterer.take_changes(), more


@asynccontextmanager
async def deduplicating(
    store: Store, clock: Clock, options: DeduplicateOptions, *, wait: bool = True
) -> AsyncIterator[Deduplicator]:
    """Holds the clusterer's lock and a clusterer whose window is what the store holds.

    Raises:
        StoreLocked: another process clusters this database and ``wait`` is False.
    """
    window = HeldWindow(store, clock, options.window)
    async with taking_over(store, window) if wait else _at_once(store, window):
        deduplicator = Deduplicator(store, window, batch=options.batch)
        await deduplicator.catch_up()
        yield deduplicator


@asynccontextmanager
async def _at_once(store: Store, window: HeldWindow) -> AsyncIterator[None]:
    async with store.hold(LOCK) as held:
        if not held:
            raise StoreLocked(
                "another process is clustering this database",
                hint="A running service does this by itself; otherwise wait until it has ended.",
            )
        yield


async def cluster_waiting(
    store: Store,
    clock: Clock,
    options: DeduplicateOptions,
    *,
    progress: Callable[[int], None] | None = None,
    patience: timedelta = timedelta(seconds=30),
) -> bool:
    """Sees to it that everything that waits is placed: here, or by the process that is at it.

    Returns whether nothing waits any more; False where another process holds the clusterer and
    has not come round to it within ``patience`` (nothing is lost: it goes on).
    """
    if not await store.unclustered(limit=1):
        return True
    try:
        async with deduplicating(store, clock, options, wait=False) as deduplicator:
            await deduplicator.run(progress=progress)
            while await deduplicator.tidy():
                pass
        return True
    except StoreLocked:
        until = clock.now() + patience
        while await store.unclustered(limit=1):
            if clock.now() > until:
                return False
            await asyncio.sleep(0.2)
        return True
