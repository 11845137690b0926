"""The process that is killed."""

from __future__ import annotations

import asyncio
import itertools
import random
from multiprocessing.connection import Connection
from pathlib import Path

from aggregator.model.story import ClusterChanges
from aggregator.store import SqlStore
from tests.contract.store_values import article, entry, member, polled

FEED = "https://crash.example/rss"
A_POLL = 20
STORIES = 50
JOBS = ("poll", "cluster", "backup", "migrate")


def articles_of(number: int) -> list[str]:
    """The ids that a poll brings."""
    return [f"p{number:05}-{place:02}" for place in range(A_POLL)]


def child(url: str, folder: Path, job: str, start: int, seed: float, says: Connection) -> None:
    """Works until it is killed."""
    asyncio.run(_child(url, folder, job, start, random.Random(seed), says))


async def _child(
    url: str, folder: Path, job: str, start: int, chance: random.Random, says: Connection
) -> None:
    store = SqlStore(url)
    if job == "migrate":
        says.send("begun")
        await store.open()
        await asyncio.Event().wait()
    await store.open()
    feed = (await store.feed(FEED)).id
    says.send("begun")
    for number in itertools.count(start):
        if job == "backup":
            target = folder / f"backup{number}.db"
            await store.backup(str(target))
            says.send(target)
            continue
        if job == "poll" or not await store.unclustered(limit=1):
            # Each poll also changes one article that is there already.
            changed = entry("p00000-00", article("p00000-00", title=f"Wording {number}"))
            brought = [entry(i, position=n) for n, i in enumerate(articles_of(number))]
            await store.save_poll(feed, polled(), [*brought, changed])
            says.send(number)
        if job == "cluster":
            waiting = [each.id for each in await store.unclustered(limit=7)]
            placed = [member(i, f"s{chance.randrange(STORIES)}") for i in waiting]
            merged = f"s{chance.randrange(STORIES)}"
            aliases = {merged: placed[0].story_id} if merged != placed[0].story_id else {}
            kept = [m for m in placed if m.story_id != merged or not aliases]
            await store.apply(ClusterChanges(memberships=tuple(kept), aliases=aliases))
            says.send([each.article_id for each in kept])
