"""How a fleet shares the polls: ``python -m tests.bench.fleet [--polls N] [--workers N]``.

A PostgreSQL of the bench's own, one `serve` that only hands out, and some workers poll as many
feeds as asked for on as many loopback hosts as asked for. Prints polls a second, the share of
processor time that the database took, and what must be 0: feeds polled twice within their
interval, and hosts spoken to by two at once.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.bench.hosts import Request, address, feed_hosts, requests_so_far
from tests.integration.command import program
from tests.postgres import running


def main() -> None:
    """Runs the bench and prints what it saw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--polls", type=int, default=100_000)
    parser.add_argument("--hosts", type=int, default=5_000)
    parser.add_argument("--workers", type=int, default=4)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as home,
        running() as database,
        feed_hosts() as (port, pipe),
    ):
        url = database.url(database.database())
        app = program(Path(home))
        environ = {
            **app.environ,
            "AGGREGATOR_DATABASE_URL": url,
            "AGGREGATOR_POLL__HERE": "false",
            "AGGREGATOR_LOG__LEVEL": "error",
            "PYTHONWARNINGS": "default",
        }
        app.feeds(address(feed, asked.hosts, port) for feed in range(asked.polls))
        commands = [["serve", "--port", "0"], *(["worker"] for _ in range(asked.workers))]
        before = _processor_time()
        began = time.monotonic()
        processes = [
            subprocess.Popen([sys.executable, "-m", "aggregator", *command], cwd=home, env=environ)
            for command in commands
        ]
        try:
            requests = _all_polled(asked.polls, pipe, began)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(20)
    taken = time.monotonic() - began
    spent = _processor_time() - before
    print(json.dumps(_findings(requests, asked, taken, spent), indent=2))


def _all_polled(polls: int, pipe: object, began: float) -> list[Request]:
    requests: list[Request] = []
    said = 0.0
    while len({request.feed for request in requests}) < polls:
        time.sleep(1)
        requests += requests_so_far(pipe)  # type: ignore[arg-type]
        if time.monotonic() - said > 15:
            said = time.monotonic()
            print(f"{len(requests)} polls after {said - began:.0f} s", file=sys.stderr)
    return requests


def _findings(
    requests: list[Request], asked: argparse.Namespace, taken: float, spent: float
) -> dict[str, object]:
    times = Counter(request.feed for request in requests)
    first = min(request.at for request in requests)
    last = max(request.at for request in requests)
    return {
        "polls": len(requests),
        "workers": asked.workers,
        "hosts": asked.hosts,
        "seconds_with_start": round(taken, 1),
        "polls_a_second": round(len(requests) / max(last - first, 1e-9), 1),
        "polled_twice_within_the_interval": sum(1 for count in times.values() if count > 1),
        "hosts_spoken_to_by_two_at_once": sum(1 for each in requests if each.open_here > 1),
        "processor_seconds_of_the_programs": round(spent, 1),
    }


def _processor_time() -> float:
    """Seconds of processor time of this process's ended children."""
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    main()
