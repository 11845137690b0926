"""Ratios of HTTP transports under httpx's interface, polling many hosts.

    python -m tests.bench.fetch [--hosts 2000] [--in-flight 50 500] [--loop uvloop]

Every address of 127.0.0.0/8 is a host of its own; the server runs in a process of its own and its
CPU is not counted. ``fetcher`` is the program's own `HttpFetcher`, guard, queues and bounds in it;
the others only send, read and unpack. Figures are CPU milliseconds a request in this process, and
requests a second; the ratio is to httpx's own transport.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import multiprocessing
import random
import ssl
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import trustme

from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.feed import Validators
from aggregator.model.poll import FetchRequest

Get = Callable[[str], Awaitable[int]]
ETAG = '"5d8c72a5edda8d6a"'
HEADERS = {"If-None-Match": ETAG, "User-Agent": "bench", "Accept-Encoding": "gzip"}
DOCUMENT = gzip.compress(
    b"".join(
        b"<item><guid>%032x</guid></item>" % random.Random(n).getrandbits(128) for n in range(1300)
    )
)


class _Answers(asyncio.Protocol):
    """The least an HTTP server can be."""

    def __init__(self) -> None:
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while b"\r\n\r\n" in self._held:
            head, self._held = self._held.split(b"\r\n\r\n", 1)
            body = b""
            if head.startswith(b"GET /304"):
                answer = f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\n"
            else:
                body = DOCUMENT
                answer = (
                    f"HTTP/1.1 200 OK\r\nETag: {ETAG}\r\nContent-Encoding: gzip\r\n"
                    f"Content-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n"
                )
            answer += "Date: Tue, 03 Mar 2026 12:00:00 GMT\r\nServer: bench\r\n\r\n"
            self._transport.write(answer.encode() + body)
            if b"onnection: close" in head:
                self._transport.close()


def _serve(ports: multiprocessing.SimpleQueue[int], key: str | None) -> None:
    async def run() -> None:
        context = None
        if key is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(key)
        server = await asyncio.get_running_loop().create_server(
            _Answers,
            "0.0.0.0",
            0,
            ssl=context,
            backlog=4096,
        )
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


# -- contestants: each gives a function that gets an address ----------------------------------


@asynccontextmanager
async def whole(ca: Path, in_flight: int) -> AsyncIterator[Get]:
    """One httpx client with its own transport."""
    limits = httpx.Limits(max_connections=in_flight, max_keepalive_connections=in_flight)
    async with httpx.AsyncClient(verify=_context(ca), limits=limits, timeout=30) as client:
        yield partial(_get, client)


@asynccontextmanager
async def sharded(ca: Path, in_flight: int) -> AsyncIterator[Get]:
    """Httpx clients of 25 connections each."""
    context = _context(ca)
    limits = httpx.Limits(max_connections=25, max_keepalive_connections=5)
    shards = [
        httpx.AsyncClient(verify=context, limits=limits, timeout=30)
        for _ in range(max(1, in_flight // 25))
    ]
    turn = iter(range(1 << 60))
    yield lambda url: _get(shards[next(turn) % len(shards)], url)
    for shard in shards:
        await shard.aclose()


@asynccontextmanager
async def aiohttp(ca: Path, in_flight: int) -> AsyncIterator[Get]:
    """aiohttp under httpx's interface, by the package httpx-aiohttp."""
    from httpx_aiohttp import AiohttpTransport

    limits = httpx.Limits(max_connections=in_flight, keepalive_expiry=1)
    transport = AiohttpTransport(verify=_context(ca), limits=limits)
    async with httpx.AsyncClient(transport=transport, timeout=30) as client:
        yield partial(_get, client)


@asynccontextmanager
async def fetcher(ca: Path, in_flight: int) -> AsyncIterator[Get]:
    """The program's own, whole."""
    own = HttpFetcher(
        FetchOptions(allow_private_networks=("127.0.0.0/8",), connections=in_flight, ca_file=ca)
    )
    validators = Validators(etag=ETAG)

    async def get(url: str) -> int:
        return (await own.fetch(FetchRequest(url=url, validators=validators))).status

    yield get
    await own.aclose()


async def _get(client: httpx.AsyncClient, url: str) -> int:
    async with client.stream("GET", url, headers=HEADERS) as response:
        body = b"".join([piece async for piece in response.aiter_raw()])
        if body:
            gzip.decompress(body)
        return response.status_code


def _context(ca: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca))


CONTESTANTS = {"httpx": whole, "sharded": sharded, "aiohttp": aiohttp, "fetcher": fetcher}


async def _run(get: Get, urls: Sequence[str], in_flight: int) -> tuple[float, float]:
    """CPU milliseconds a request, and requests a second."""
    waiting = iter(urls)

    async def worker() -> None:
        for url in waiting:
            assert await get(url) in {200, 304}

    await get(urls[0])
    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    spent = time.process_time() - cpu
    return spent * 1000 / len(urls), len(urls) / (time.perf_counter() - wall)


async def _compare(names: Sequence[str], ca: Path, urls: Sequence[str], in_flight: int) -> None:
    base = None
    for name in names:
        async with CONTESTANTS[name](ca, in_flight) as get:
            milliseconds, rate = await _run(get, urls, in_flight)
        base = base or milliseconds
        print(f"    {name:10} {milliseconds:6.2f} ms {rate:7.0f}/s   {base / milliseconds:5.2f} x")


def main() -> None:
    """Prints a table for each kind of poll."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=2000)
    parser.add_argument("--in-flight", type=int, nargs="+", default=[50, 500])
    parser.add_argument("--loop", choices=["asyncio", "uvloop"], default="asyncio")
    parser.add_argument("--only", nargs="+", default=list(CONTESTANTS), choices=list(CONTESTANTS))
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        authority, ca = trustme.CA(), Path(folder, "ca.pem")
        authority.cert_pem.write_to_path(str(ca))
        key = Path(folder, "key.pem")
        # One certificate for every host: wildcards do not cover numbers, so they are all named.
        hosts = [
            f"127.{1 + n // 62500}.{n // 250 % 250}.{1 + n % 250}" for n in range(wanted.hosts)
        ]
        authority.issue_cert(*hosts[:250]).private_key_and_cert_chain_pem.write_to_path(str(key))
        for title, scheme, path, count in (
            ("304", "http", "/304", wanted.hosts),
            ("30 KB gzip", "http", "/200", wanted.hosts),
            ("304, new TLS connection", "https", "/304", min(wanted.hosts, 250)),
        ):
            ports: multiprocessing.SimpleQueue[int] = multiprocessing.SimpleQueue()
            serving = (ports, str(key) if scheme == "https" else None)
            server = multiprocessing.Process(target=_serve, args=serving, daemon=True)
            server.start()
            port = ports.get()
            urls = [f"{scheme}://{host}:{port}{path}" for host in hosts[:count]]
            for in_flight in wanted.in_flight:
                print(f"{title}, {count} hosts, {in_flight} in flight, {wanted.loop}")
                work = _compare(wanted.only, ca, urls, in_flight)
                if wanted.loop == "uvloop":
                    import uvloop

                    uvloop.run(work)
                else:
                    asyncio.run(work)
            server.terminate()
            server.join()


if __name__ == "__main__":
    main()
