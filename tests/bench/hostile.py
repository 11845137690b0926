"""What hostile servers cost the service: its memory, and the other feeds' time.

    python -m tests.bench.hostile [--good 60] [--slow 40] [--documents]

The service runs twice in a process of its own, over the good feeds with hostile ones beside them
and over the good ones alone: bombs of every encoding, endless bodies, slow servers, silent ones,
redirect loops, redirects inside in every spelling, entity bombs, 30,000 nested entities, external
ones, attribute floods, 100,000 entries, scripts in every field; with ``--documents`` also every
document of `tests.hostile`. A run lasts until every feed was polled and every article placed, a
minute or so; the second one lasts as long as the first, so that what a service takes up as it
goes on is in both. Printed are the most memory its main process ever had, and how long after its
start the good feeds were asked and their articles stored. What the external entities name is a
server of the bench's own, which must not be asked. The service runs as a default install does,
without Numba, unless AGGREGATOR_KERNELS says otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gzip
import os
import random
import sqlite3
import tempfile
import time
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import brotli
import zstandard

from tests import hostile
from tests.integration.command import program
from tests.integration.servers import (
    Handler,
    ScriptedServer,
    endless,
    redirect,
    reply,
    silence,
    slow_head,
)

RSS = b'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>%s</channel></rss>'


_INSIDE = (
    "0x7f.9.9.9",
    "2130706433",
    "0177.9",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[fd00::1]",
)
_SCRIPT = "&lt;script&gt;alert(1)&lt;/script&gt;"
_SCRIPTS = (
    f"<link>javascript:alert(1)</link><author>{_SCRIPT}</author><category>{_SCRIPT}</category>"
    f"<description>{_SCRIPT}</description><enclosure url='javascript:alert(1)' type='audio/x'/>"
)


def _items(count: int, *, words: int = 40) -> bytes:
    chance = random.Random(count)
    known = [f"{chance.getrandbits(40):x}" for _ in range(400)]
    return b"".join(
        b"<item><guid>%d</guid><title>%s</title><description>%s</description></item>"
        % (n, " ".join(chance.choices(known, k=5)).encode(), " ".join(known[:words]).encode())
        for n in range(count)
    )


def _hostile() -> dict[str, Handler]:
    packer = zlib.compressobj(1, wbits=zlib.MAX_WBITS | 16)
    noise = random.Random(1)
    steps = [packer.compress(bytes(300_000) + noise.randbytes(2000)) for _ in range(200)]
    bombs = {
        "gzip": b"".join(steps) + packer.flush(),
        "deflate": zlib.compress(bytes(100_000_000), 1),
        "br": brotli.compress(bytes(100_000_000), quality=1, lgwin=24),
        "zstd": zstandard.compress(bytes(200_000_000)),
    }
    packed: dict[str, Handler] = {
        f"bomb {name}": reply(bomb, headers=[("Content-Encoding", name)])
        for name, bomb in bombs.items()
    }
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    laughs = f'<!DOCTYPE rss [<!ENTITY e0 "ha">{entities}]><rss><channel>&e11;</channel></rss>'
    attributes = b"<rss %s/>" % b" ".join(b'a%d="x"' % n for n in range(200_000))
    script = hostile.feed("".join(hostile.item(n, _SCRIPTS) for n in range(20)))
    documents = ("billion_laughs", "nested_entities", "attribute_flood")
    return packed | {
        **{name: reply(hostile.HARMFUL[name]()) for name in documents},
        **{f"inside {host}": redirect(f"http://{host}:8/") for host in _INSIDE},
        "scripts": reply(script),
        "endless": endless(b"x" * 65536),
        "endless feed": endless(b"<item><title>x</title></item>" * 2000),
        "silence": silence(),
        "loop": redirect("/feed"),
        "laughs": reply(laughs.encode()),
        "attributes": reply(attributes),
        "nested": reply(b"<rss>" + b"<a>" * 300_000),
        "100,000 entries": reply(
            gzip.compress(RSS % _items(100_000, words=0), 1), headers=[("Content-Encoding", "gzip")]
        ),
        "14 MB": reply(RSS % (b"<item><title>%s</title></item>" % (b"x" * 14_000_000))),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """The most memory in kB; seconds until each good feed was asked, and until it was stored.

    ``took``: how long the service ran.
    """

    memory: int
    took: float
    asked: list[float]
    stored: list[float]

    def __str__(self) -> str:
        middle = len(self.asked) // 2
        return (
            f"{self.memory / 1024:6.1f} MB   asked: middle {self.asked[middle]:5.1f} s, "
            f"last {self.asked[-1]:5.1f} s   stored: middle {self.stored[middle]:5.1f} s, "
            f"last {self.stored[-1]:5.1f} s"
        )


async def _run(good: int, beside: dict[str, Handler], *, lasting: float = 0.0) -> Ran:
    """Runs the service until it has polled every feed and placed every article, or for longer."""
    async with contextlib.AsyncExitStack() as opened:
        canary = await opened.enter_async_context(ScriptedServer(host="127.0.5.1"))
        if beside:
            beside = beside | {
                "external": reply(hostile.external_entity(canary.url("/x"))),
                "included": reply(hostile.included(canary.url("/x"))),
            }
        servers = []
        for number in range(good):
            server = ScriptedServer(host=f"127.0.3.{number + 1}")
            servers.append(await opened.enter_async_context(server))
            server.script("/feed", reply(RSS % _items(30)))
        urls = []
        for number, handler in enumerate(beside.values()):
            server = ScriptedServer(host=f"127.0.4.{number + 1}")
            urls.append((await opened.enter_async_context(server)).script("/feed", handler))
        with tempfile.TemporaryDirectory() as folder:
            running = program(Path(folder))
            kernels = {"AGGREGATOR_KERNELS": os.environ.get("AGGREGATOR_KERNELS", "numpy")}
            running = replace(running, environ={**running.environ, **kernels})
            wanted = {server.url("/feed") for server in servers}
            running.feeds([*urls, *wanted])
            service = running.start("serve", "--port", "0")
            began, clock = time.monotonic(), time.time()
            asked: dict[str, float] = {}
            polled: dict[str, float] = {}
            waiting = 1
            while time.monotonic() - began < max(lasting, 300.0 if waiting else 0.0):
                await asyncio.sleep(0.1)
                for server in servers:
                    if server.seen:
                        asked.setdefault(server.host, time.monotonic() - began)
                if len(asked) == good:
                    polled = await asyncio.to_thread(_polled, running.database)
                if len(polled) == good + len(urls):
                    waiting = await asyncio.to_thread(_waiting, running.database)
            took = time.monotonic() - began
            memory = await asyncio.to_thread(_most_memory, service.pid)
            service.terminate()
            _, log = await asyncio.to_thread(service.communicate)
            assert "Traceback" not in log, log
            assert not canary.seen, "an external entity was fetched"
    stored = sorted(at - clock for url, at in polled.items() if url in wanted)
    assert len(stored) == good, f"{good - len(stored)} good feeds were never stored"
    return Ran(memory=memory, took=took, asked=sorted(asked.values()), stored=stored)


def _polled(database: Path) -> dict[str, float]:
    """When each feed was last polled, by its address."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reading:
        rows = reading.execute(
            "select url, last_poll_at / 1e6 from feed where last_poll_at is not null"
        )
        return dict(rows.fetchall())


def _waiting(database: Path) -> int:
    """Articles that have yet to be placed."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reading:
        return int(reading.execute("select count(*) from waiting").fetchone()[0])


def _most_memory(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if "VmHWM" in line).split()[1])


def main() -> None:
    """Prints both runs and what lies between them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--good", type=int, default=60)
    parser.add_argument("--slow", type=int, default=40)
    parser.add_argument("--documents", action="store_true")
    wanted = parser.parse_args()
    beside = _hostile() | {f"slow {number}": slow_head(every=0.5) for number in range(wanted.slow)}
    if wanted.documents:
        beside |= {name: reply(make()) for name, make in hostile.HARMFUL.items()}
    worse = asyncio.run(_run(wanted.good, beside))
    print(f"{wanted.good} good feeds and {len(beside) + 2} hostile  {worse}", flush=True)
    plain = asyncio.run(_run(wanted.good, {}, lasting=worse.took))
    print(f"the good ones alone, for {plain.took:.0f} s too  {plain}")
    print(
        f"more  {(worse.memory - plain.memory) / 1024:.1f} MB   "
        f"last asked {worse.asked[-1] - plain.asked[-1]:+.1f} s, "
        f"stored {worse.stored[-1] - plain.stored[-1]:+.1f} s"
    )


if __name__ == "__main__":
    main()
