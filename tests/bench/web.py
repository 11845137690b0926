"""How fast the pages are: ``python -m tests.bench.web --url sqlite:////tmp/news.db``.

Over a database that ``python -m tests.bench.store --articles 1000000 --url …`` has filled; prints
the time on the server, without a network, of pages made anew and of pages that are kept, and how
large they are. Every line can be read against the first: a bare answer of the same framework.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx

from aggregator.model.instants import Instant
from aggregator.store import SqlStore
from aggregator.web.app import create_app
from aggregator.web.options import WebOptions
from tests.bench.store import NOW, timed, told

SEARCHES = 60


def searches() -> list[str]:
    """Queries no two of which are alike: one word, two, or one without another."""
    chance = random.Random(7)

    def word() -> str:
        return f"w{int(20_000 ** chance.random())}"

    kinds = (lambda: word(), lambda: f"{word()} {word()}", lambda: f"{word()} -{word()}")
    return [kinds[number % 3]() for number in range(SEARCHES)]


class Ticking:
    """A clock whose minute is another each time, so that no page is still kept."""

    def __init__(self) -> None:
        self.minutes = itertools.count()
        self.moving = True
        self._now = NOW

    def now(self) -> Instant:
        if self.moving:
            self._now = NOW + timedelta(minutes=next(self.minutes) % 60)
        return self._now


async def _main(arguments: argparse.Namespace) -> None:
    store = SqlStore(arguments.url)
    await store.open()
    clock = Ticking()
    app = create_app(store=store, clock=clock, options=WebOptions(limit=100))
    gc.collect()
    gc.freeze()  # as `serve` does
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:

        def get(path: str) -> Callable[[], Awaitable[httpx.Response]]:
            return lambda: client.get(path)

        told("a bare answer", await timed(get("/healthz"), 200))
        front = await client.get("/", headers={"accept-encoding": "identity"})
        shown = front.text.count("data-story")
        print(f"{'front page':<44} {len(front.content) / 1000:10.1f} kB of {shown} stories")
        told("front page made anew", await timed(get("/"), arguments.times))
        told("Atom feed made anew", await timed(get("/feed.atom"), arguments.times))
        for name in ("search, each for the first time", "search, each asked before"):
            found = [await timed(get(f"/search?q={query}"), 1) for query in searches()]
            told(name, [each for [each] in found])
        clock.moving = False
        await client.get("/")
        told("front page kept", await timed(get("/"), 300))
        tag = (await client.get("/")).headers["etag"]
        held = {"if-none-match": tag}
        told("front page not sent again", await timed(lambda: client.get("/", headers=held), 300))
    await store.aclose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True, help="a database that tests.bench.store has filled")
    parser.add_argument("--times", type=int, default=40)
    asyncio.run(_main(parser.parse_args()))
