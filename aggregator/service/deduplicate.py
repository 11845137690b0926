"""Articles into stories: feeds the clusterer what waits, and stores what it decides.

One clusterer works on a database at a time, held by a named lock. It rebuilds its window from
the store, so it can stop anywhere: what was not applied still waits.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from aggregator.cluster.clusterer import Clusterer, ClusterOptions
from aggregator.errors import StoreLocked
from aggregator.model.signature import SignedArticle
from aggregator.model.story import ClusterChanges, Constraint
from aggregator.ports import Clock, Store

LOCK = "clusterer"
"""The lock's name. Whoever holds it is the only one to write memberships."""

Texts = Callable[[Sequence[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeduplicateOptions:
    """``window``: how far back stories take in articles; ``batch``: articles a transaction."""

    window: timedelta = timedelta(days=6)
    batch: int = 500


class Deduplicator:
    """Clusters everything that waits, in the order of arrival; use inside `deduplicating`."""

    def __init__(
        self,
        store: Store,
        clusterer: Clusterer,
        *,
        batch: int,
        constraints: Sequence[Constraint],
    ) -> None:
        self._store = store
        self._clusterer = clusterer
        self._batch = batch
        self._constraints = tuple(constraints)
        # One thread at a time may be inside the clusterer.
        self._turn = asyncio.Lock()

    async def run(self, *, progress: Callable[[int], None] | None = None) -> int:
        """Places every waiting article and returns how many there were."""
        placed = 0
        async with self._turn:
            while waiting := await self._store.unclustered(limit=self._batch):
                changes = await asyncio.to_thread(self._place, waiting)
                await self._store.apply(changes, under=LOCK)
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
            if changes.memberships or changes.aliases:
                await self._store.apply(changes, under=LOCK)
        return more

    async def corrected(self) -> bool:
        """Whether a person has corrected something since the window was rebuilt."""
        return tuple(await self._store.constraints()) != self._constraints

    def _place(self, waiting: Sequence[SignedArticle]) -> ClusterChanges:
        self._clusterer.add_many(waiting)
        if self._clusterer.upkeep_due:
            self._clusterer.upkeep()
        return self._clusterer.take_changes()

    def _upkeep(self) -> tuple[ClusterChanges, bool]:
        more = self._clusterer.upkeep()
        return self._clusterer.take_changes(), more


@asynccontextmanager
async def deduplicating(
    store: Store, clock: Clock, options: DeduplicateOptions, *, wait: bool = True
) -> AsyncIterator[Deduplicator]:
    """Holds the clusterer's lock and a clusterer whose window is rebuilt from the store.

    Raises:
        StoreLocked: another process clusters this database and ``wait`` is False.
    """
    async with store.hold(LOCK, wait=wait) as held:
        if not held:
            raise StoreLocked(
                "another process is clustering this database",
                hint="A running service does this by itself; otherwise wait until it has ended.",
            )
        with uncollected():
            window = await store.cluster_window(since=clock.now() - options.window)
            clusterer = Clusterer(
                texts=texts_from(store),
                options=ClusterOptions(window_days=options.window / timedelta(days=1)),
            )
            await asyncio.to_thread(clusterer.restore, window)
        # Whatever was decided while a correction was being made, corrections hold.
        await asyncio.to_thread(clusterer.constrain, window.constraints)
        changes = clusterer.take_changes()
        if changes.memberships or changes.aliases:
            await store.apply(changes, under=LOCK)
        yield Deduplicator(store, clusterer, batch=options.batch, constraints=window.constraints)


@contextmanager
def uncollected() -> Iterator[None]:
    """Leaves Python's collector out while a window is read and taken up.

    It would look through all that is there again and again for cycles, of which there are none:
    a quarter of the time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def texts_from(store: Store) -> Texts:
    """A blocking reader over the store, for the clusterer's thread: it verifies copies on texts."""
    loop = asyncio.get_running_loop()
    home = threading.get_ident()

    def texts(article_ids: Sequence[str]) -> Mapping[str, str]:
        if threading.get_ident() == home:
            raise RuntimeError("the clusterer runs in a thread of its own, never in the loop's")
        return asyncio.run_coroutine_threadsafe(store.texts(article_ids), loop).result()

    return texts


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
