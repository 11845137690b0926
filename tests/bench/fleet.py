"""How a fleet shares the polls: ``python -m tests.bench.fleet [--polls N] [--workers N]``.

A PostgreSQL of the bench's own, one `serve` that only hands out, and some workers poll as many
feeds as asked for on as many loopback hosts as asked for. All feeds are due at once. As in a
service's life most are known and answer 304; the share ``--fresh`` is new and brings an article.

Prints polls a second, processor milliseconds a poll and who spent them, and what must be 0: feeds
polled twice within their interval, and hosts spoken to by two at once. The engine's share is what
as many jobs cost that do nothing, of what a poll costs in all.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from aggregator.fleet.queue import FleetQueue
from aggregator.model.feed import Feed, FeedState, Validators
from aggregator.store import SqlStore
from aggregator.store.feed_rows import state_columns
from aggregator.store.schema import feed as feed_table
from aggregator.store.sealing import Seal
from tests.bench.hosts import Request, address, feed_hosts, requests_so_far
from tests.integration.command import program
from tests.postgres import PostgresServer, running

_ENGINE_JOBS = 3_000


class _SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def main() -> None:
    """Runs the bench and prints what it saw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--polls", type=int, default=100_000)
    parser.add_argument("--hosts", type=int, default=5_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--fresh", type=float, default=0.02, help="share of feeds that are new")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as home,
        running() as database,
        feed_hosts() as (port, pipe),
    ):
        engine = asyncio.run(_engine_alone(database, min(asked.polls, _ENGINE_JOBS)))
        url = database.url(database.database())
        urls = [address(feed, asked.hosts, port) for feed in range(asked.polls)]
        asyncio.run(_prepare(url, urls, asked.fresh))
        app = program(Path(home))
        environ = {
            **app.environ,
            "AGGREGATOR_DATABASE_URL": url,
            "AGGREGATOR_POLL__HERE": "false",
            "AGGREGATOR_LOG__LEVEL": "error",
            "PYTHONWARNINGS": "default",
        }
        app.feeds(urls)
        commands = [["serve", "--port", "0"], *(["worker"] for _ in range(asked.workers))]
        database_before = _database_time()
        before = _children_time()
        processes = [
            subprocess.Popen([sys.executable, "-m", "aggregator", *command], cwd=home, env=environ)
            for command in commands
        ]
        try:
            requests = _all_polled(asked.polls, pipe)
            database_spent = _database_time() - database_before
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)
    spent = _children_time() - before
    print(json.dumps(_findings(requests, asked, spent, database_spent, engine), indent=2))


async def _prepare(url: str, urls: list[str], fresh: float) -> None:
    """Makes the feeds known, most of them polled an hour ago and due now."""
    store = SqlStore(url)
    await store.open()
    now = datetime.now(UTC)
    await store.sync_feeds([Feed(url=each) for each in urls], now=now)
    polled = FeedState(
        validators=Validators(etag='"1"'),
        last_poll_at=now - timedelta(hours=1),
        last_success_at=now - timedelta(hours=1),
        next_poll_at=now - timedelta(minutes=1),
        condition="ok",
        status=200,
        interval=timedelta(hours=1),
    )
    known = update(feed_table).where(feed_table.c.place >= round(fresh * len(urls)))
    with store._backend.writers.begin() as connection:
        connection.execute(known.values(**state_columns(polled, Seal(None))))
    await store.aclose()


async def _engine_alone(database: PostgresServer, jobs: int) -> dict[str, float]:
    """What jobs cost that do nothing: milliseconds of this process and of the database each."""
    url = database.url(database.database())
    store = SqlStore(url)
    await store.open()
    now = datetime.now(UTC)
    await store.sync_feeds([Feed(url=f"http://h{n}.example/") for n in range(jobs)], now=now)
    done = 0
    all_done = asyncio.Event()

    async def nothing(_: str) -> None:
        nonlocal done
        done += 1
        if done == jobs:
            all_done.set()

    queue = FleetQueue(url, store=store, clock=_SystemClock(), poll=nothing, places=128)
    async with queue.running():
        own, theirs, began = time.process_time(), _database_time(), time.perf_counter()
        while not all_done.is_set():
            await queue.tick()
            await asyncio.wait({asyncio.ensure_future(all_done.wait())}, timeout=1)
        taken = time.perf_counter() - began
        own, theirs = time.process_time() - own, _database_time() - theirs
    await store.aclose()
    return {
        "jobs_a_second_of_one_worker": round(jobs / taken, 1),
        "ms_of_the_worker": round(1000 * own / jobs, 2),
        "ms_of_the_database": round(1000 * theirs / jobs, 2),
    }


def _all_polled(polls: int, pipe: Any) -> list[Request]:
    requests: list[Request] = []
    seen: set[int] = set()
    began = said = time.monotonic()
    while len(seen) < polls:
        time.sleep(1)
        more = requests_so_far(pipe)
        requests += more
        seen |= {request.feed for request in more}
        if time.monotonic() - said > 15:
            said = time.monotonic()
            print(f"{len(requests)} polls after {said - began:.0f} s", file=sys.stderr)
    return requests


def _findings(
    requests: list[Request],
    asked: argparse.Namespace,
    spent: float,
    database_spent: float,
    engine: dict[str, float],
) -> dict[str, object]:
    times = Counter(request.feed for request in requests)
    first = min(request.at for request in requests)
    last = max(request.at for request in requests)
    polls = len(requests)
    ours, theirs = 1000 * spent / polls, 1000 * database_spent / polls
    alone = engine["ms_of_the_worker"] + engine["ms_of_the_database"]
    return {
        "polls": polls,
        "workers": asked.workers,
        "hosts": asked.hosts,
        "new_feeds": round(asked.fresh * asked.polls),
        "seconds": round(last - first, 1),
        "polls_a_second": round(polls / max(last - first, 1e-9), 1),
        "polled_twice_within_the_interval": sum(1 for count in times.values() if count > 1),
        "hosts_spoken_to_by_two_at_once": sum(1 for each in requests if each.open_here > 1),
        "ms_a_poll_of_the_programs": round(ours, 2),
        "ms_a_poll_of_the_database": round(theirs, 2),
        "engine_alone": engine,
        "engines_share": round(alone / (ours + theirs), 2),
    }


def _children_time() -> float:
    """Seconds of processor time of this process's ended children."""
    times = os.times()
    return times.children_user + times.children_system


def _database_time() -> float:
    """Seconds of processor time of the server that this process started, its sessions included."""
    server = next(
        status.parent
        for status in Path("/proc").glob("[0-9]*/stat")
        if _is_server(status.parent, os.getpid())
    )
    whole = [server, *(each.parent for each in Path("/proc").glob("[0-9]*/stat"))]
    ticks = 0
    for process in whole[:1]:
        ticks += sum(_fields(process)[11:15])
    for process in whole[1:]:
        try:
            fields = _fields(process)
        except OSError:
            continue
        if fields[1] == int(server.name):
            ticks += sum(fields[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def _is_server(process: Path, parent: int) -> bool:
    try:
        return "(postgres)" in (process / "stat").read_text() and _fields(process)[1] == parent
    except OSError:
        return False


def _fields(process: Path) -> list[int]:
    """Numbers of a process's stat from its state on, which counts as 0; see proc_pid_stat(5)."""
    rest = (process / "stat").read_text().rpartition(")")[2].split()
    return [0, *(int(each) for each in rest[1:])]


if __name__ == "__main__":
    main()
