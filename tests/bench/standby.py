"""How soon another clusters: ``python -m tests.bench.standby [--articles 100000]``.

Two workers on a PostgreSQL of the bench's own, in whose window so many articles lie. The one that
clusters is killed, then the next one frozen, while another stands by. Prints the seconds from
then until an article that came that moment had its story, what a standby had to do before it was
ready, and what it weighs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from aggregator.store import SqlStore
from tests.bench.newsroom import BEGAN, SPAN, Newsroom
from tests.bench.window import entry_of, fill
from tests.integration.command import program
from tests.integration.test_service_faults import Running, started
from tests.postgres import running


async def _main(articles: int) -> None:
    room = Newsroom(articles, 3)
    with tempfile.TemporaryDirectory() as home, running() as database, ExitStack() as workers:
        url = database.url(database.database())
        store = SqlStore(url)
        await store.open()
        later = datetime.now(UTC) - BEGAN - SPAN
        began = time.perf_counter()
        await fill(store, room, later=later)
        print(json.dumps({"articles": articles, "filled": _since(began)}), flush=True)
        alone = program(Path(home))
        environ = {"AGGREGATOR_DATABASE_URL": url, "PYTHONWARNINGS": "default"}
        app = replace(alone, environ={**alone.environ, **environ})
        app.feeds([])

        async def told(number: int, began: float) -> float:
            """Seconds until a new report has its story."""
            entry = entry_of(room.report(articles + number), later=later)
            await store.import_articles([entry])
            await _come(partial(_placed, store, entry[0].article.id))
            return _since(began)

        def worker() -> Running:
            return workers.enter_context(started(app, "worker"))

        began = time.perf_counter()
        leading = worker()
        print(json.dumps({"first": await told(0, began)}), flush=True)
        for number, end in enumerate((signal.SIGKILL, signal.SIGSTOP), start=1):
            began = time.perf_counter()
            standing = worker()
            await _come(partial(_says, standing, "standing by to cluster"))
            ready = _since(began)
            began = time.perf_counter()
            leading.process.send_signal(end)
            found = {"ended by": end.name, "placed after": await told(number, began)}
            weight = round(_resident(standing) / 2**20)
            print(json.dumps(found | {"ready after": ready, "mib": weight}), flush=True)
            leading = standing
        await store.aclose()


async def _placed(store: SqlStore, article: str) -> bool:
    return (await store.article(article)).membership is not None


async def _says(worker: Running, words: str) -> bool:
    return words in worker.log


async def _come(true: Callable[[], Awaitable[bool]]) -> None:
    while not await true():  # noqa: ASYNC110 - another process makes it so
        await asyncio.sleep(0.05)


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 2)


def _resident(worker: Running) -> int:
    pages = Path(f"/proc/{worker.process.pid}/statm").read_text("ascii").split()[1]
    return int(pages) * 4096


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    asyncio.run(_main(parser.parse_args().articles))
