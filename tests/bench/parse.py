"""``python -m tests.bench.parse``: what parsing costs, beside feedparser's own ways.

The documents are the real feeds of AGGREGATOR_SHARED_DATA where it is set, else ours, repeated.
Ratios are of processor time in one run; absolute figures depend on the machine.
"""

from __future__ import annotations

import asyncio
import io
import os
import resource
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import feedparser

from aggregator.parse.document import parse_document
from aggregator.workers.pool import ParserPool

_OWN = Path(__file__).parents[1] / "data" / "feeds"


def documents() -> list[bytes]:
    """The bodies to parse; JSON Feeds are left out, for feedparser reads none."""
    shared = os.environ.get("AGGREGATOR_SHARED_DATA")
    if shared:
        bodies = [path.read_bytes() for path in sorted(Path(shared, "feeds", "real").iterdir())]
    else:
        bodies = [path.read_bytes() for path in sorted(_OWN.glob("*.xml"))] * 20
    return [body for body in bodies if not body.lstrip().startswith(b"{")]


def plainly(body: bytes) -> int:
    return len(feedparser.parse(io.BytesIO(body)).entries)


def without_extras(body: bytes) -> int:
    feed = feedparser.parse(io.BytesIO(body), resolve_relative_uris=False, sanitize_html=False)
    return len(feed.entries)


def ours(body: bytes) -> int:
    return len(parse_document(body, url="https://bench.example/feed").entries)


def timed(read: Callable[[bytes], int], bodies: list[bytes]) -> tuple[float, int]:
    """Processor seconds and entries."""
    start = time.process_time()
    entries = sum(map(read, bodies))
    return time.process_time() - start, entries


async def pooled(bodies: list[bytes]) -> tuple[float, float, int]:
    """Seconds by the clock, processor seconds of this process, and entries."""
    async with ParserPool() as pool:
        await asyncio.gather(*(pool.parse(bodies[0]) for _ in range(2)))
        wall, cpu = time.monotonic(), time.process_time()
        read = await asyncio.gather(*(pool.parse(body) for body in bodies))
        spent = time.monotonic() - wall, time.process_time() - cpu
        return *spent, sum(len(document.entries) for document in read)


async def first_answer() -> float:
    """Seconds from nothing to the first document: the start of a worker."""
    start = time.monotonic()
    async with ParserPool(workers=1) as pool:
        await pool.parse(b"<rss version='2.0'><channel/></rss>")
        return time.monotonic() - start


def main() -> None:
    warnings.simplefilter("ignore")
    bodies = documents()
    size = sum(map(len, bodies)) / 2**20
    print(f"{len(bodies)} documents, {size:.1f} MiB")
    print("way                                    ms a document   MiB/s   ratio   entries")
    base = 0.0
    for name, read in (
        ("feedparser as it comes", plainly),
        ("feedparser, sanitising and links off", without_extras),
        ("parse_document", ours),
    ):
        cpu, entries = timed(read, bodies)
        base = base or cpu
        print(
            f"{name:38} {1000 * cpu / len(bodies):13.2f} {size / cpu:7.1f} "
            f"{base / cpu:6.1f}x {entries:9}"
        )
    wall, cpu, entries = asyncio.run(pooled(bodies))
    print(
        f"{'pool of 2 workers, by the clock':38} {1000 * wall / len(bodies):13.2f} "
        f"{size / wall:7.1f} {base / wall:6.1f}x {entries:9}"
    )
    print(f"of it in the service's own process: {1000 * cpu / len(bodies):.2f} ms a document")
    print(f"first answer of a new worker: {asyncio.run(first_answer()):.2f} s")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest worker: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
