"""The clusterer's window, and who stands by with one to take over.

One process at a time clusters, held by `LOCK`; one more waits for it with a window of its own that
it keeps level with the store, so that it has little left to read when it takes over. Any others
wait for its place, and cost nothing.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from itertools import islice
from time import perf_counter

from aggregator.cluster.clusterer import Clusterer, ClusterOptions
from aggregator.cluster.texts import Texts
from aggregator.errors import StoreError
from aggregator.model.story import Constraint
from aggregator.ports import Clock, Store

log = logging.getLogger(__name__)

LOCK = "clusterer"
"""The lock's name. Whoever holds it is the only one to write memberships."""

NEXT = "clusterer-next"
"""The lock of the process that takes over next."""

_SOONEST, _LATEST = 5.0, 60.0
_REST = 30
"""Following rests this many times as long as it took, within those seconds."""


class HeldWindow:
    """A clusterer with the window that the store holds; ``span`` is how far back it goes."""

    def __init__(self, store: Store, clock: Clock, span: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._span = span
        self._turn = asyncio.Lock()
        self._empty()

    def _empty(self) -> None:
        self.clusterer = Clusterer(
            texts=texts_from(self._store),
            options=ClusterOptions(window_days=self._span / timedelta(days=1)),
        )
        self.constraints: tuple[Constraint, ...] = ()
        self._stamps: dict[int, int] = {}

    async def level(self) -> int:
        """Takes in what the store holds and this window does not; how many articles that were.

        Compares every membership of the store's window with what was read before, so that after
        it the two are the same, whoever wrote meanwhile.
        """
        async with self._turn:
            since = self._clock.now() - self._span
            with uncollected():
                window = await self._store.cluster_window(since=since, known=self._stamps)
                try:
                    await asyncio.to_thread(self.clusterer.restore, window)
                except BaseException:
                    self._empty()
                    raise
            self._stamps, self.constraints = dict(window.stamps), window.constraints
            return len(window.articles)

    def note(self, stamps: Mapping[int, int]) -> None:
        """Takes down that this window's own decisions were written.

        Of more than twice the window the oldest go: what has no stamp is only read once more.
        """
        self._stamps |= stamps
        many = len(self._stamps) - 2 * len(self.clusterer)
        for oldest in list(islice(self._stamps, max(0, many))):
            del self._stamps[oldest]

    async def follow(self, until: asyncio.Event) -> None:
        """Keeps the window level. What fails is tried again, if not before it is needed."""
        said = False
        while not until.is_set():
            began = perf_counter()
            try:
                await self.level()
                if not said and not until.is_set():
                    log.info("standing by to cluster, with %d articles", len(self.clusterer))
                    said = True
            except StoreError as error:
                log.debug("the window in reserve is not level: %s", error)
            except Exception:
                log.exception("the window in reserve could not be kept; it is read anew")
            with suppress(TimeoutError):
                rest = min(max(_SOONEST, _REST * (perf_counter() - began)), _LATEST)
                async with asyncio.timeout(rest):
                    await until.wait()


@asynccontextmanager
async def taking_over(store: Store, window: HeldWindow) -> AsyncIterator[None]:
    """Holds the clusterer's lock, once it is free; the window is nearly level by then.

    Raises:
        StoreError: the store is away; a lock was lost with its connection.
    """
    over = asyncio.Event()
    async with AsyncExitStack() as in_line:
        await in_line.enter_async_context(store.hold(NEXT, wait=True))
        following = asyncio.create_task(window.follow(over), name="standby")
        try:
            async with store.hold(LOCK, wait=True):
                over.set()
                await following
                await in_line.aclose()
                yield
        finally:
            over.set()
            await following


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
