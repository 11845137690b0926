"""The demo's outlets on a loopback address: real HTTP, with validators, a redirect and a 404."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from aggregator.demo import feeds
from aggregator.demo.pictures import landscape
from aggregator.demo.world import Outlet, World
from aggregator.model.feed import Feed
from aggregator.model.instants import Instant

Answer = tuple[HTTPStatus, str, str | bytes, Mapping[str, str]]
"""Status, media type, body and further headers."""

_OLD_PATH, _PATH = "/old-feed.xml", "/feed.xml"


class DemoServer:
    """Serves a world on 127.0.0.1, in rounds: each brings what the outlets publish next.

    A context manager: the server runs in threads of its own between enter and exit. ``port`` 0
    takes a free one. ``now`` gives the instant a round begins.
    """

    def __init__(self, world: World, *, now: Callable[[], Instant], port: int = 0) -> None:
        self.world = world
        self._now = now
        self._rounds: list[Instant] = [now()]
        self._server = _HttpServer(("127.0.0.1", port), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def round(self) -> int:
        """The round that is being served, from 0."""
        return len(self._rounds) - 1

    @property
    def is_over(self) -> bool:
        """Whether the last round has begun."""
        return len(self._rounds) >= self.world.rounds

    def advance(self) -> None:
        """Begins the next round."""
        self._rounds.append(self._now())

    def feeds(self) -> tuple[Feed, ...]:
        """The feed list that a follower of all these outlets would have."""
        return tuple(
            Feed(
                url=self._site(outlet) + (_OLD_PATH if outlet.moved else _PATH),
                title=outlet.name,
                category=outlet.category,
                # They share a host here, which would make them one outlet.
                outlet=outlet.name,
            )
            for outlet in self.world.outlets
        )

    def _site(self, outlet: Outlet) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/{outlet.key}"

    def answer(self, path: str) -> Answer:
        """What a path is answered with."""
        key, _, rest = urlsplit(path).path.strip("/").partition("/")
        outlet = self.world.outlet(key)
        if outlet is None or outlet.dead:
            return HTTPStatus.NOT_FOUND, "text/html", "<h1>Nothing here any more</h1>", {}
        site = self._site(outlet)
        if outlet.moved and f"/{rest}" == _OLD_PATH:
            moved = {"Location": f"{site}{_PATH}"}
            return HTTPStatus.MOVED_PERMANENTLY, "text/html", "", moved
        items = self.world.published(key, self._rounds)
        latest = max(max(item.published_at, item.updated_at or self._rounds[0]) for item in items)
        changed = {"Last-Modified": format_datetime(latest, usegmt=True)}
        if f"/{rest}" == _PATH:
            body = feeds.document(outlet, items, site)
            return HTTPStatus.OK, feeds.content_type(outlet), body, changed
        html = "text/html; charset=utf-8"
        if not rest:
            return HTTPStatus.OK, html, feeds.front_page(outlet, items, site, f"{site}{_PATH}"), {}
        for item in items:
            if item.image and f"{item.id}.png" == rest:
                return HTTPStatus.OK, "image/png", landscape(item.id), {}
            if item.id == rest:
                return HTTPStatus.OK, html, feeds.page(outlet, item, site), changed
        return HTTPStatus.NOT_FOUND, "text/html", "<h1>No such page</h1>", {}


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def _handler(server: DemoServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            status, kind, content, headers = server.answer(self.path)
            body = content.encode() if isinstance(content, str) else content
            if status is HTTPStatus.OK:
                digest = hashlib.blake2b(body, digest_size=8).hexdigest()
                headers = {**headers, "ETag": f'"{digest}"', "Cache-Control": "max-age=60"}
                if self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = HTTPStatus.NOT_MODIFIED, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status is not HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
            """Says nothing: the demo's own output is the digest."""

    return Handler
