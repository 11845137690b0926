"""The stories of a span of the archive anew: after new weights, or to see what others would do."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from aggregator.cluster.clusterer import ClusterOptions
from aggregator.cluster.regroup import Regrouping, regroup
from aggregator.cluster.weights import shipped
from aggregator.errors import StoreLocked
from aggregator.ports import Clock, Store
from aggregator.service.standby import LOCK, texts_from


async def preview(
    store: Store,
    clock: Clock,
    *,
    span: timedelta,
    options: ClusterOptions,
    threshold: float | None = None,
) -> Regrouping:
    """What clustering the span anew would come to; nothing is written.

    ``threshold`` is the probability from which on two groups are one story, in place of 0.5.
    """
    weights = None if threshold is None else shipped().asking(threshold)
    window = await store.cluster_window(since=clock.now() - span)
    return await asyncio.to_thread(
        regroup, window, texts=texts_from(store), options=options, weights=weights
    )


async def recluster(
    store: Store, clock: Clock, *, span: timedelta, options: ClusterOptions
) -> Regrouping:
    """Clusters the span anew and writes it, whole.

    Raises:
        StoreLocked: a running service clusters this database; it would overwrite what is written.
    """
    async with store.hold(LOCK) as held:
        if not held:
            raise StoreLocked(
                "a running service is clustering this database",
                hint="Stop it first (or its workers), then cluster anew and start it again.",
            )
        regrouping = await preview(store, clock, span=span, options=options)
        await store.apply(regrouping.changes)
        return regrouping
