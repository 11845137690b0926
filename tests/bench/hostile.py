"""What hostile servers cost the service: its memory, and the other feeds' time.

    python -m tests.bench.hostile [--good 60] [--slow 40] [--documents]

The service runs twice in a process of its own, over the good feeds alone and with hostile ones
beside them: bombs of every encoding, endless bodies, slow servers, silent ones, redirect loops,
redirects inside, entity bombs, attribute floods, 100,000 entries; with ``--documents`` also every
document of `tests.hostile`. A run lasts until every feed was polled, a minute or so. Printed are
the most memory its main process ever had, and how long after its start the good feeds were asked
and their articles stored.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gzip
import random
import sqlite3
import tempfile
import time
import zlib
from dataclasses import dataclass
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
    return packed | {
        "endless": endless(b"x" * 65536),
        "endless feed": endless(b"<item><title>x</title></item>" * 2000),
        "silence": silence(),
        "loop": redirect("/feed"),
        "inside": redirect("http://0x7f.9.9.9/"),
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
    """The most memory in kB; seconds until each good feed was asked, and until it was stored."""

    memory: int
    asked: list[float]
    stored: list[float]

    def __str__(self) -> str:
        middle = len(self.asked) // 2
        return (
            f"{self.memory / 1024:6.1f} MB   asked: middle {self.asked[middle]:5.1f} s, "
            f"last {self.asked[-1]:5.1f} s   stored: middle {self.stored[middle]:5.1f} s, "
            f"last {self.stored[-1]:5.1f} s"
        )


async def _run(good: int, beside: dict[str, Handler]) -> Ran:
    """Runs the service until it has polled every feed."""
    async with contextlib.AsyncExitStack() as opened:
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
            wanted = {server.url("/feed") for server in servers}
            running.feeds([*urls, *wanted])
            service = running.start("serve", "--port", "0")
            began, clock = time.monotonic(), time.time()
            asked: dict[str, float] = {}
            polled: dict[str, float] = {}
            while len(polled) < good + len(urls) and time.monotonic() - began < 300:
                await asyncio.sleep(0.1)
                for server in servers:
                    if server.seen:
                        asked.setdefault(server.host, time.monotonic() - began)
                if len(asked) == good:
                    polled = await asyncio.to_thread(_polled, running.database)
            memory = await asyncio.to_thread(_most_memory, service.pid)
            service.terminate()
            _, log = await asyncio.to_thread(service.communicate)
            assert "Traceback" not in log, log
    stored = sorted(at - clock for url, at in polled.items() if url in wanted)
    assert len(stored) == good, f"{good - len(stored)} good feeds were never stored"
    return Ran(memory=memory, asked=sorted(asked.values()), stored=stored)


def _polled(database: Path) -> dict[str, float]:
    """When each feed was last polled, by its address."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reading:
        rows = reading.execute(
            "select url, last_poll_at / 1e6 from feed where last_poll_at is not null"
        )
        return dict(rows.fetchall())


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
    plain = asyncio.run(_run(wanted.good, {}))
    print(f"{wanted.good} good feeds  {plain}", flush=True)
    worse = asyncio.run(_run(wanted.good, beside))
    print(f"and {len(beside)} hostile  {worse}")
    print(
        f"more  {(worse.memory - plain.memory) / 1024:.1f} MB   "
        f"last asked {worse.asked[-1] - plain.asked[-1]:+.1f} s, "
        f"stored {worse.stored[-1] - plain.stored[-1]:+.1f} s"
    )


if __name__ == "__main__":
    main()
