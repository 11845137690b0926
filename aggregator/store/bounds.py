"""Retention as a run of small transactions, so that polls get their turn between two of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from aggregator.model.instants import Instant
from aggregator.model.store import Pruned, Retention
from aggregator.store import maintenance
from aggregator.store import retention as retaining
from aggregator.store.backend import Backend
from aggregator.store.engine import Transactions

_SIZE_ROUNDS = 6
"""Times that articles are taken for the size's sake: how much one takes is only an average."""

Told = Callable[[int], None]


async def uphold(
    run: Transactions,
    backend: Backend,
    retention: Retention,
    *,
    now: Instant,
    progress: Told | None,
) -> Pruned:
    """See `Store.prune`."""
    before = await run.read(maintenance.size)

    async def take(took: int, spare: int | None) -> int:
        while some := await run.write(retaining.prune, retention, now=now, spare=spare):
            took += some
            if progress is not None:
                progress(took)
        return took

    took = await take(0, None)
    for _ in range(_SIZE_ROUNDS):
        # A database within its bound is left alone: to rewrite it costs time, and a little room.
        if await run.read(retaining.room_for, retention.size) is None:
            break
        # Room that is free already must not count: it would cost articles again and again.
        await compact(run, backend)
        spare = await run.read(retaining.room_for, retention.size)
        if spare is None:
            break
        so_far, took = took, await take(took, spare)
        if took == so_far:
            break
    if took:
        await run.write(retaining.tidy)
        await run.call(partial(backend.reclaim, wholly=retention.size is not None))
    after = await run.read(maintenance.size)
    return Pruned(articles=took, size_before=before, size_after=after)


async def compact(run: Transactions, backend: Backend) -> int:
    """See `Store.compact`."""
    before = await run.read(maintenance.size)
    await run.call(partial(backend.reclaim, wholly=True))
    return before - await run.read(maintenance.size)
