"""``python -m tests.fuzz --documents 200000``: spoils documents and reads them as the service does.

Prints a line for every broken promise, with the seed that repeats it (``--seed N --documents 1``),
and a summary. Exit status 1 if there was any.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from aggregator.errors import ParseError, ParserKilled
from aggregator.model.entry import FeedDocument
from aggregator.workers.limits import ParserLimits
from aggregator.workers.pool import ParserPool
from tests.fuzz.checks import article_faults, document_faults
from tests.fuzz.mutation import corpus, spoilt

OWN = Path(__file__).parents[1] / "data" / "feeds"
_AT_ONCE = 8
HANG = 3.0
"""Seconds of processor time; no document here is larger than 48 KB."""


async def run(first: int, count: int, *, every: int, articles: int = 1) -> Counter[str]:
    """Reads so many spoilt documents and counts what came of them.

    ``every`` so many documents it reports; of one in ``articles`` the articles are looked at too.
    """
    documents = corpus(OWN)
    counted: Counter[str] = Counter()
    start = time.monotonic()
    limits = ParserLimits(cpu_seconds=HANG, cpu_seconds_per_mib=0)
    async with ParserPool(workers=1, limits=limits) as pool:
        for begin in range(first, first + count, _AT_ONCE):
            seeds = range(begin, min(begin + _AT_ONCE, first + count))
            found = await asyncio.gather(
                *(
                    _one(spoilt(seed, documents), pool, counted, articles=seed % articles == 0)
                    for seed in seeds
                )
            )
            for seed, faults in zip(seeds, found, strict=True):
                for fault in faults:
                    counted["faults"] += 1
                    print(f"seed {seed}: {fault}", flush=True)
            done = seeds.stop - first
            if done % every < _AT_ONCE:
                rate = done / (time.monotonic() - start)
                print(f"{done} documents, {rate:.0f}/s, {dict(counted)}", flush=True)
    return counted


async def _one(
    body: bytes, pool: ParserPool, counted: Counter[str], *, articles: bool
) -> list[str]:
    try:
        document = await _read(body, pool, counted)
    except ParserKilled as error:
        return [f"killed: {error}"]
    except ParseError as error:
        counted["refused"] += 1
        return [error.reason] if "the parser failed" in error.reason else []
    counted["read"] += 1
    counted["entries"] += len(document.entries)
    faults = [
        line for line in document.problems if "reading ended" in line or "read in part" in line
    ]
    faults += document_faults(document)
    if not articles:
        return faults
    counted["articles"] += len(document.entries)
    try:
        faults += article_faults(document)
    except Exception:  # noqa: BLE001 - finding what it raises is what this is for
        faults.append(f"the normaliser raised {traceback.format_exc(limit=-3)}")
    return faults


async def _read(body: bytes, pool: ParserPool, counted: Counter[str]) -> FeedDocument:
    """The document; a second reading decides whether it was what killed its worker.

    A machine that stands still for seconds charges them to whatever it ran at that moment.
    """
    try:
        return await pool.parse(body, url="https://fuzz.example/feed")
    except ParserKilled:
        counted["killed once"] += 1
        return await pool.parse(body, url="https://fuzz.example/feed")


def main() -> int:
    """Reads the command line."""
    words = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    words.add_argument("--documents", type=int, default=10_000)
    words.add_argument("--seed", type=int, default=0, help="of the first document")
    words.add_argument("--every", type=int, default=5_000, help="documents between two reports")
    words.add_argument(
        "--articles", type=int, default=1, help="look at the articles of one document in so many"
    )
    said = words.parse_args()
    counted = asyncio.run(run(said.seed, said.documents, every=said.every, articles=said.articles))
    print(f"{said.documents} documents: {dict(counted)}")
    return 1 if counted["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
