"""A round of polls that a person asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from aggregator.model.feed import FeedRecord
from aggregator.model.poll import PollReport
from aggregator.ports import ArticleStore
from aggregator.service.poll import Polled, Poller

PLACES_EACH = 4
"""Polls begun for each connection there may be: most wait for a slow server, a host, a parser."""


async def poll_round(
    poller: Poller,
    records: Sequence[FeedRecord],
    *,
    concurrency: int,
    forced: bool,
    progress: Callable[[int], None] | None = None,
) -> list[Polled]:
    """Polls these feeds once; results in the order of the feeds.

    ``concurrency``: connections there may be at once.
    """
    slots = asyncio.Semaphore(concurrency * PLACES_EACH)
    done = 0

    async def one(record: FeedRecord) -> Polled:
        nonlocal done
        async with slots:
            polled = await poller.poll(record, forced=forced)
        done += 1
        if progress is not None:
            progress(done)
        return polled

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(record)) for record in records]
    return [task.result() for task in tasks]


async def placed(store: ArticleStore, polled: Polled) -> PollReport:
    """The report of a poll with what the clusterer made of its articles."""
    if not polled.saved.new:
        return polled.report
    memberships = [
        stored.membership
        for stored in await store.articles(polled.saved.new)
        if stored.membership is not None
    ]
    return replace(
        polled.report,
        copies=sum(1 for place in memberships if place.copy_of is not None),
        stories=sum(1 for place in memberships if place.evidence.rule == "founder"),
    )
