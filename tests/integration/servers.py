"""Scripted HTTP servers on loopback, for tests that need a real one.

::

    async with ScriptedServer() as server:
        server.script("/feed", reply(b"<rss/>", etag='"1"'), reply(status=304))
        answer = await fetcher.fetch(FetchRequest(url=server.url("/feed")))
        assert server.seen[0].header("accept")

A path's answers are given in turn, the last one for ever. An answer is any coroutine that takes
the request and a writer; the functions here make the usual ones, honest and hostile. Every
address of 127.0.0.0/8 is a host of its own: pass ``host="127.0.0.7"``.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self

import trustme


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A request as it came in."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    peer: str

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name.lower()), None)


Handler = Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class ScriptedServer:
    """Answers as it was told to; remembers what it was asked.

    ``open_at_once`` and ``most_at_once`` count connections.
    """

    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    named: str | None = None
    port: int = 0
    seen: list[Seen] = field(default_factory=list)
    open_at_once: int = 0
    most_at_once: int = 0
    _scripts: dict[str, list[Handler]] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    _serving: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._serve, self.host, self.port, ssl=self.tls, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()

    def url(self, path: str = "/") -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://{self.named or self.host}:{self.port}{path}"

    def script(self, path: str, *handlers: Handler) -> str:
        """Sets what a path answers, in turn; gives its address."""
        self._scripts[path] = list(handlers)
        return self.url(path)

    def asked(self, path: str) -> Sequence[Seen]:
        return [request for request in self.seen if request.target == path]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        self.open_at_once += 1
        self.most_at_once = max(self.most_at_once, self.open_at_once)
        try:
            with contextlib.suppress(
                ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError
            ):
                while await self._answer(reader, writer):
                    pass
        finally:
            self.open_at_once -= 1
            self._serving.discard(task)
            writer.close()
            with contextlib.suppress(Exception):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")[:-2]
        method, target, _ = first.split(" ", 2)
        pairs = (line.split(":", 1) for line in lines)
        headers = tuple((name.strip().lower(), value.strip()) for name, value in pairs)
        peer = writer.get_extra_info("peername")[0]
        request = Seen(method=method, target=target, headers=headers, peer=peer)
        self.seen.append(request)
        script = self._scripts.get(target) or self._scripts.get("*") or [reply(status=404)]
        handler = script.pop(0) if len(script) > 1 else script[0]
        await handler(request, writer)
        await writer.drain()
        return request.header("connection") != "close"


def reply(
    body: bytes = b"",
    *,
    status: int = 200,
    etag: str | None = None,
    modified: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
    after: float = 0.0,
) -> Handler:
    """A whole answer; ``after`` so many seconds."""

    async def answer(request: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(after)
        named = [*headers]
        if etag is not None:
            named.append(("ETag", etag))
        if modified is not None:
            named.append(("Last-Modified", modified))
        if status not in {204, 304}:
            named.append(("Content-Length", str(len(body))))
        writer.write(head(status, named) + (b"" if status in {204, 304} else body))

    return answer


def redirect(location: str, status: int = 301) -> Handler:
    """A redirect."""
    return reply(status=status, headers=[("Location", location)])


def conditional(body: bytes, *, etag: str | None = None, modified: str | None = None) -> Handler:
    """A document with validators that answers 304 to either of them, as good servers do."""
    whole = reply(body, etag=etag, modified=modified)
    unchanged = reply(status=304, etag=etag, modified=modified)

    async def answer(request: Seen, writer: asyncio.StreamWriter) -> None:
        if etag is not None and request.header("if-none-match") is not None:
            fresh = request.header("if-none-match") == etag
        else:
            fresh = modified is not None and request.header("if-modified-since") == modified
        await (unchanged if fresh else whole)(request, writer)

    return answer


def cut_off(body: bytes, *, promised: int, headers: Sequence[tuple[str, str]] = ()) -> Handler:
    """An answer whose connection ends before the promised length."""

    async def answer(request: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(head(200, [*headers, ("Content-Length", str(promised))]) + body)
        await writer.drain()
        writer.close()

    return answer


def endless(
    piece: bytes, *, every: float = 0.0, headers: Sequence[tuple[str, str]] = ()
) -> Handler:
    """A body that never ends."""

    async def answer(request: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(head(200, headers))
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(every)

    return answer


def slow_head(*, every: float = 0.05) -> Handler:
    """A slow-loris turned round: a header line now and then, for ever."""

    async def answer(request: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-More: yes\r\n")
            await writer.drain()
            await asyncio.sleep(every)

    return answer


def raw(content: bytes) -> Handler:
    """These bytes, then the end of the connection."""

    async def answer(request: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()
        writer.close()

    return answer


def silence() -> Handler:
    """No answer at all."""

    async def answer(request: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3600)

    return answer


def reset() -> Handler:
    """The connection is torn down with a TCP reset."""

    async def answer(request: Seen, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    return answer


def head(status: int, headers: Sequence[tuple[str, str]]) -> bytes:
    """A status line with headers, and the empty line after them."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Odd"
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


@dataclass(slots=True)
class Authority:
    """An issuer of certificates for tests; ``bundle`` is the PEM file to trust."""

    ca: trustme.CA = field(default_factory=trustme.CA)

    def context(self, *names: str, expired: bool = False, client: bool = False) -> ssl.SSLContext:
        """What a server for these names needs; ``client``: it asks callers for a certificate."""
        past = datetime(2001, 1, 1, tzinfo=UTC)
        certificate = self.ca.issue_cert(*names, not_after=past if expired else None)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        if client:
            context.verify_mode = ssl.CERT_REQUIRED
            self.ca.configure_trust(context)
        return context
