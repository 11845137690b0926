"""Ten thousand hourly feeds for a day: ``python -m tests.bench.hourly [--factor 60] [--hours 24]``.

As many loopback addresses are a feed each, asked by one service on SQLite whose clock goes
``factor`` times as fast as ours; its tick comes once a second of that clock, if 10 ms have passed
of ours. Most answers are 304, the share ``--news`` brings an article. Half way the service ends
and starts anew.

Prints, in the service's time: polls that came before their interval was over (must be 0), how late
polls began behind their plan, the busiest minute before and after the restart, and how resident
memory rose by the hour.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.feed import Feed, FeedRecord, FeedState, Validators
from aggregator.model.poll import LEASE
from aggregator.schedule.jobs import Job, scheduled
from aggregator.service.deduplicate import DeduplicateOptions
from aggregator.service.desk import Desk
from aggregator.service.poll import Polled, Poller
from aggregator.service.reload import FeedList, InForce
from aggregator.service.run import Service
from aggregator.settings.watch import ConfigChange
from aggregator.store import SqlStore
from aggregator.workers.pool import ParserPool
from tests.bench.hosts import Request, address, feed_hosts, requests_so_far

HOUR = timedelta(hours=1)
_BEGAN = datetime(2026, 2, 10, tzinfo=UTC)
_SHORTEST_TICK = 0.01


@dataclass(frozen=True, slots=True)
class FastClock:
    """Goes ``factor`` times as fast as the machine's, from one instant on, in every process."""

    factor: float
    began: float

    def now(self) -> datetime:
        """The service's instant."""
        return self.at(time.time())

    def at(self, moment: float) -> datetime:
        """The service's instant at a moment of ours, in seconds since the epoch."""
        return _BEGAN + timedelta(seconds=(moment - self.began) * self.factor)


@dataclass
class Life:
    """What one run of the service saw."""

    lateness: list[float] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    processor: float = 0.0


class _Watched(Poller):
    """Notes how late each poll begins, in seconds of the service."""

    def __init__(self, life: Life, clock: FastClock, **parts: Any) -> None:
        super().__init__(clock=clock, **parts)
        self._life, self._watch = life, clock

    async def poll(
        self, record: FeedRecord, *, forced: bool = False, patience: timedelta | None = None
    ) -> Polled:
        planned = record.state.next_poll_at
        assert planned is not None
        self._life.lateness.append((self._watch.now() - planned).total_seconds())
        return await super().poll(record, forced=forced, patience=patience)


def main() -> None:
    """Runs the day and prints what it saw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--factor", type=float, default=60)
    parser.add_argument("--news", type=float, default=0.01, help="share of answers with an article")
    asked = parser.parse_args()
    seconds = asked.hours * 3600 / asked.factor / 2
    with (
        tempfile.TemporaryDirectory() as home,
        feed_hosts(news=asked.news) as (port, pipe),
    ):
        url = f"sqlite:///{home}/news.db"
        urls = [address(feed, asked.feeds, port) for feed in range(asked.feeds)]
        asyncio.run(_prepare(url, urls))
        clock = FastClock(asked.factor, time.time())
        requests: list[Request] = []
        lives, ended = [], []
        for number in (1, 2):
            until = clock.began + number * seconds
            lives.append(_lived(url, urls, clock, until, pipe, requests))
            ended.append(time.time())
    print(json.dumps(_findings(asked, clock, lives, ended[0], requests), indent=2))


async def _prepare(url: str, urls: Sequence[str]) -> None:
    """Feeds that a service has followed for long: due evenly over the first hour."""
    store = SqlStore(url)
    await store.open()
    feeds = [Feed(url=each, interval=HOUR) for each in urls]
    await store.sync_feeds(feeds, now=_BEGAN)
    states = []
    for place, record in enumerate(await store.feeds()):
        due = _BEGAN + HOUR * (place + 1) / len(urls)
        state = FeedState(
            validators=Validators(etag='"1"'),
            last_poll_at=due - HOUR,
            last_success_at=due - HOUR,
            next_poll_at=due,
            condition="ok",
            status=200,
            interval=HOUR,
        )
        states.append(store.save_state(record.id, state))
    await asyncio.gather(*states)
    await store.aclose()


def _lived(
    url: str,
    urls: Sequence[str],
    clock: FastClock,
    until: float,
    pipe: Connection,
    requests: list[Request],
) -> Life:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_live, args=(theirs, url, urls, clock, until))
    process.start()
    while not ours.poll(5):
        requests += requests_so_far(pipe)
        print(f"{clock.now():%H:%M}: {len(requests)} polls", flush=True)
    life: Life = ours.recv()
    process.join()
    requests += requests_so_far(pipe)
    return life


def _live(pipe: Connection, url: str, urls: Sequence[str], clock: FastClock, until: float) -> None:
    pipe.send(asyncio.run(_serve(url, urls, clock, until)))


async def _serve(url: str, urls: Sequence[str], clock: FastClock, until: float) -> Life:
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)  # ticks that were skipped
    life = Life()
    store = SqlStore(url)
    fetcher = HttpFetcher(FetchOptions(allow_private_networks=("127.0.0.0/8",)))
    parser = ParserPool()
    in_force = InForce()
    feeds = FeedList(store, clock, in_force)
    poller = _Watched(
        life, clock, store=store, fetcher=fetcher, parser=parser, chance=random.Random(1)
    )
    service = Service(
        store=store,
        clock=clock,
        poller=poller,
        feeds=feeds,
        in_force=in_force,
        # A poll takes as long as ever: its lease does not end the sooner for the clock's haste.
        queue=lambda work: Desk(
            store=store, work=work, clock=clock, places=128, lease=LEASE * clock.factor
        ),
        options=DeduplicateOptions(),
    )

    async def weigh() -> None:
        hours = (clock.now() - _BEGAN) / HOUR
        life.memory.append((hours, service.status().memory / 2**20))

    tick = timedelta(seconds=max(1 / clock.factor, _SHORTEST_TICK))
    work = [
        Job(name="tick", work=service.tick, every=tick),
        Job(name="weigh", work=weigh, every=timedelta(seconds=300 / clock.factor)),
        Job(name="tidy", work=service.tidy, every=timedelta(minutes=5) / clock.factor),
        Job(name="beat", work=service.beat, every=timedelta(seconds=15)),
    ]
    await store.open()
    async with AsyncExitStack() as parts:
        for part in (fetcher, parser, store):
            parts.push_async_callback(part.aclose)
        await parts.enter_async_context(service.running())
        owning = asyncio.create_task(feeds.own([Feed(url=u, interval=HOUR) for u in urls], _none()))
        await parts.enter_async_context(scheduled(work))
        await asyncio.sleep(until - time.time())
        owning.cancel()
        await asyncio.gather(owning, return_exceptions=True)
    life.processor = time.process_time()
    return life


async def _none() -> AsyncGenerator[ConfigChange]:
    await asyncio.Event().wait()
    yield  # type: ignore[misc]


def _findings(
    asked: argparse.Namespace,
    clock: FastClock,
    lives: Sequence[Life],
    ended: float,
    requests: Sequence[Request],
) -> dict[str, Any]:
    latest: dict[int, datetime] = {}
    early = 0
    for request in requests:
        at = clock.at(request.at)
        # A request is sent before its poll ends, from which the interval counts.
        early += request.feed in latest and at - latest[request.feed] < HOUR
        latest[request.feed] = at
    restart = clock.at(ended)
    minutes = Counter(int((clock.at(each.at) - _BEGAN).total_seconds() // 60) for each in requests)
    half = int((restart - _BEGAN).total_seconds() // 60)
    before = [count for minute, count in minutes.items() if minute < half - 1]
    after = [count for minute, count in minutes.items() if half - 1 <= minute < half + 120]
    # The restart leaves a gap that no plan knew of: it is told by itself.
    plain = [late for life in lives[:1] for late in life.lateness]
    return {
        "factor": asked.factor,
        "hours": asked.hours,
        "feeds": asked.feeds,
        "polls": len(requests),
        "feeds_polled": len(latest),
        "early": early,
        "hosts_spoken_to_by_two_at_once": sum(1 for each in requests if each.open_here > 1),
        "lateness_s": _percentiles(plain),
        "lateness_with_restart_s": _percentiles([late for life in lives for late in life.lateness]),
        "polls_a_minute": {
            "usual": statistics.median(before),
            "busiest_before": max(before),
            "busiest_after_restart": max(after),
        },
        "memory_mib": [
            {"first": round(life.memory[0][1]), "last": round(life.memory[-1][1])} for life in lives
        ],
        "memory_mib_an_hour": [_slope(life.memory) for life in lives],
        "processor_share": round(
            sum(life.processor for life in lives) / (asked.hours * 3600 / asked.factor), 2
        ),
    }


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=1000)
    return {
        "earliest": round(min(values), 2),
        "median": round(cuts[499], 1),
        "p99": round(cuts[989], 1),
        "latest": round(max(values), 1),
    }


def _slope(memory: Sequence[tuple[float, float]]) -> float:
    """MiB an hour, by least squares over the second half of a life: the first fills caches."""
    later = memory[len(memory) // 2 :]
    hours, sizes = zip(*later, strict=True)
    return round(statistics.linear_regression(hours, sizes).slope, 2)


if __name__ == "__main__":
    main()
