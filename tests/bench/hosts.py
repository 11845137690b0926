"""Many feed hosts on loopback in one process: every address of 127.0.0.0/8 is a host of its own.

Answers are as small as a real one with nothing new: 200 with an ETag the first time, 304 after; a
share of them may bring an article again and again.
Every request is noted with its time, so that a bench can say what was early, late or doubled.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

_BODY = (
    b"<rss version='2.0'><channel><title>%d</title><link>http://%s/</link>"
    b"<item><guid>%d</guid><title>Report %d of the day</title></item></channel></rss>"
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request: which feed, when (seconds since the epoch), and requests its host had open."""

    feed: int
    at: float
    open_here: int


def address(feed: int, hosts: int, port: int) -> str:
    """The address of a feed: feeds are dealt out to the hosts in turn."""
    host = feed % hosts
    return f"http://127.{1 + host // 62500}.{host // 250 % 250}.{1 + host % 250}:{port}/{feed}"


@contextmanager
def feed_hosts(*, delay: float = 0.0, news: float = 0.0) -> Iterator[tuple[int, Connection]]:
    """Hosts on every loopback address at one port; ``recv`` on the pipe gives the requests so far.

    ``delay``: seconds that an answer takes. ``news``: the share of answers with a new article.
    """
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(theirs, delay, news), daemon=True)
    process.start()
    port: int = ours.recv()
    try:
        yield port, ours
    finally:
        process.terminate()
        process.join()


def requests_so_far(pipe: Connection) -> list[Request]:
    """Everything asked since the last call."""
    pipe.send("requests")
    return [Request(*row) for row in pipe.recv()]


def _serve(pipe: Connection, delay: float, news: float) -> None:
    asyncio.run(_Hosts(delay, news).run(pipe))


class _Hosts:
    def __init__(self, delay: float, news: float) -> None:
        self._delay = delay
        self._news = news
        self._chance = random.Random(1)
        self._asked: list[tuple[int, float, int]] = []
        self._open: dict[str, int] = {}

    async def run(self, pipe: Connection) -> None:
        # Bound to every address, but only addresses of 127.0.0.0/8 are ever named.
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0, backlog=4096)
        port = server.sockets[0].getsockname()[1]
        server.close()
        server = await asyncio.start_server(self._answer, "0.0.0.0", port, backlog=4096)
        pipe.send(port)
        while True:
            if await asyncio.to_thread(pipe.poll, 0.5):
                pipe.recv()
                asked, self._asked = self._asked, []
                pipe.send(asked)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        if not writer.get_extra_info("peername")[0].startswith("127."):
            writer.close()
            return
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._one(head, host, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _one(self, head: bytes, host: str, writer: asyncio.StreamWriter) -> None:
        feed = int(head.split(b" ", 2)[1].rsplit(b"/", 1)[1])
        self._open[host] = self._open.get(host, 0) + 1
        self._asked.append((feed, time.time(), self._open[host]))
        if self._delay:
            await asyncio.sleep(self._delay)
        self._open[host] -= 1
        known = b'if-none-match: "1"' in head.lower()
        if known and self._chance.random() >= self._news:
            writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
        else:
            number = self._chance.randrange(10**9) if known else feed
            body = _BODY % (feed, host.encode(), number, number)
            writer.write(
                b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Type: application/rss+xml\r\n'
                b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
            )
        await writer.drain()


if __name__ == "__main__":
    sys.exit("this module is used by the benches beside it")
