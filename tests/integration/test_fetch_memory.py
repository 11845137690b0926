"""docs/fetching.md, safety: bombs of every encoding cost 50 MB of memory at most."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import random
import sys
import zlib

import brotli
import zstandard

from tests.integration.servers import ScriptedServer, endless, reply

# The fetcher runs in a process of its own, so that nobody else's memory is counted.
FETCH_ALL = """
import asyncio, json, sys
from aggregator.errors import FetchError, TooLarge
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.poll import FetchRequest

def high_water():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

async def main(warm, urls):
    fetcher = HttpFetcher(FetchOptions(allow_private_networks=("127.0.0.0/8",)))
    await fetcher.fetch(FetchRequest(url=warm))
    before = high_water()
    async def one(url):
        try:
            await fetcher.fetch(FetchRequest(url=url))
        except FetchError as error:
            return "TooLarge" if isinstance(error, TooLarge) else repr(error)
        return "read"
    results = await asyncio.gather(*map(one, urls))
    await fetcher.aclose()
    print(json.dumps([results, high_water() - before]))

asyncio.run(main(*json.loads(sys.argv[1])))
"""


def _bombs() -> dict[str, bytes]:
    """Bombs of every encoding; the gzip one grows slowly enough not to look like one at once."""
    packer = zlib.compressobj(1, wbits=zlib.MAX_WBITS | 16)
    nothing = bytes(300_000)
    noise = [random.Random(n).randbytes(2000) for n in range(200)]
    gzipped = b"".join(packer.compress(nothing + part) for part in noise) + packer.flush()
    return {
        "gzip": gzipped,
        "deflate": zlib.compress(bytes(100_000_000), 1),
        "br": brotli.compress(bytes(100_000_000), quality=1, lgwin=24),
        "zstd": zstandard.compress(bytes(200_000_000)),
    }


async def test_bombs_and_endless_bodies_cost_50_mb_at_most() -> None:
    async with contextlib.AsyncExitStack() as opened:
        urls = []
        bombs = list(_bombs().items())
        for number in range(8):
            server = ScriptedServer(host=f"127.0.1.{number + 1}")
            await opened.enter_async_context(server)
            encoding, bomb = bombs[number % len(bombs)]
            packed = [("Content-Encoding", encoding)]
            urls.append(server.script("/bomb", reply(bomb, headers=packed)))
            urls.append(server.script("/endless", endless(b"x" * 262144)))
        honest = ScriptedServer(host="127.0.1.99")
        await opened.enter_async_context(honest)
        large = random.Random(7).randbytes(9_000_000)
        urls.append(honest.script("/large", reply(large)))
        warm = server.script("/warm", reply(gzip.compress(b"<rss/>")))
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            FETCH_ALL,
            json.dumps([warm, urls]),
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await child.communicate()
    results, grown = json.loads(out)
    # Given up for the others at first, perhaps, the honest large document is read all the same.
    assert results == ["TooLarge"] * 16 + ["read"]
    assert grown < 50_000, "kilobytes"
