"""Kills children and judges what they leave."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aggregator.model.feed import Feed
from aggregator.store import SqlStore
from tests.contract.store_values import NOON
from tests.crash.child import A_POLL, FEED, JOBS, child


@dataclass
class Told:
    """What children said was done, over all rounds."""

    polls: set[int] = field(default_factory=set)
    placed: set[str] = field(default_factory=set)
    rounds: Counter[str] = field(default_factory=Counter)


async def judge(url: str, told: Told) -> Sequence[str]:
    """What is wrong with the database after a kill; empty if nothing is."""
    store = SqlStore(url)
    await store.open()
    try:
        wrong = list(await store.check())
        held = {stored.article.id: stored async for stored in store.export()}
        polls = Counter(article_id.partition("-")[0] for article_id in held)
        wrong += [f"{poll} is there by half: {n}" for poll, n in polls.items() if n != A_POLL]
        stored = {int(poll[1:]) for poll in polls}
        wrong += [f"poll {number} is lost" for number in told.polls - stored]
        if len(stored - told.polls) > 1:
            wrong.append(f"polls nobody made: {sorted(stored - told.polls)}")
        told.polls |= stored
        # Every poll changes the same article, the first one too, which brings it.
        revised = held["p00000-00"].revisions if held else 0
        if revised != len(stored):
            wrong.append(f"{revised} revisions of {len(stored)} polls")
        waiting = {each.id for each in await store.unclustered(limit=1_000_000)}
        for article_id, each in held.items():
            if each.membership is None and article_id not in waiting:
                wrong.append(f"{article_id} is outside every story and does not wait")
            if each.membership is None and article_id in told.placed:
                wrong.append(f"{article_id} has lost its place")
        return wrong
    finally:
        await store.aclose()


async def prepare(url: str) -> None:
    """A database with the one feed that is polled."""
    store = SqlStore(url)
    await store.open()
    await store.sync_feeds([Feed(url=FEED)], now=NOON)
    await store.aclose()


def rounds(
    make: Callable[[], str], folder: Path, times: int, seed: int, *, patience: float = 0.25
) -> tuple[Told, list[str]]:
    """Kills so many children in turn; what they did and what was found wrong."""
    chance = random.Random(seed)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.child"])
    told, wrong = Told(), list[str]()
    url = make()
    asyncio.run(prepare(url))
    for number in range(times):
        job = JOBS[number % len(JOBS)]
        target = make() if job == "migrate" else url
        start = max(told.polls, default=-1) + 1
        said = _killed(context, (target, folder, job, start, chance.random()), chance, patience)
        told.rounds[job] += 1
        told.polls |= {each for each in said if isinstance(each, int)}
        told.placed |= {i for each in said if isinstance(each, list) for i in each}
        wrong += asyncio.run(judge(target, told if job != "migrate" else Told()))
        for backup in (each for each in said if isinstance(each, Path)):
            wrong += asyncio.run(judge(f"sqlite:///{backup}", Told(polls=set(told.polls))))
            backup.unlink()
        if wrong:
            break
    return told, wrong


def _killed(
    context: Any, work: tuple[Any, ...], chance: random.Random, patience: float
) -> list[Any]:
    """What a child said before it was killed at a random moment of its work."""
    hears, says = context.Pipe(duplex=False)
    process = context.Process(target=child, args=(*work, says))
    process.start()
    says.close()
    said: list[Any] = []
    try:
        if hears.recv() == "begun":
            time.sleep(chance.random() * patience)
        process.kill()
        while True:
            said.append(hears.recv())
    except EOFError:
        return said
    finally:
        process.join()
        hears.close()
