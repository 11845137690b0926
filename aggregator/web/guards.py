"""What stands before every route: the Host check and the headers that bind the browser.

Plain ASGI, so that a page that is served from memory is not slowed by its guards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # Pictures stay with their outlets.
        "img-src 'self' https: http:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Outlets learn nothing of the reader; our own POSTs still carry their Origin.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}


class SecurityHeaders:
    """Adds the headers that keep a browser to what the pages need; a route's own ones win."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and dresses the answer's start."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, dressed)


class UnderPath:
    """Lets routes be found under the path the site lives at, whether the proxy takes it off or not.

    ASGI's ``root_path``: https://asgi.readthedocs.io/en/latest/specs/www.html
    """

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with the path that is ours noted."""
        if self._path and scope["type"] == "http":
            scope = {**scope, "root_path": self._path}
        await self._app(scope, receive, send)


class HeadAsGet:
    """Answers HEAD as GET (RFC 9110 §9.3.2); the server keeps the body back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, a HEAD as the GET it asks about."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


class Conditional:
    """Answers 304 where the asker holds just what it would get (RFC 9110 §13.1.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and keeps back a body that the asker has."""
        held = Headers(scope=scope).get("if-none-match", "") if scope["type"] == "http" else ""
        if not held:
            await self._app(scope, receive, send)
            return
        unchanged = False

        async def spared(message: Message) -> None:
            nonlocal unchanged
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = MutableHeaders(scope=message)
                tag = headers.get("etag")
                if tag and tag in held:
                    unchanged = True
                    for name in ("content-length", "content-type", "content-encoding"):
                        del headers[name]
                    message = {**message, "status": 304}
            elif message["type"] == "http.response.body" and unchanged:
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        await self._app(scope, receive, spared)


class HostGuard:
    """Refuses requests that call the site by a name it does not have (DNS rebinding)."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 421 to a foreign name, passes the rest on."""
        if scope["type"] == "http" and not self._knows(Headers(scope=scope).get("host", "")):
            answer = PlainTextResponse(
                "This site is not known by that name. Add the name to web.hosts if it is yours.\n",
                status_code=421,
            )
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _knows(self, host: str) -> bool:
        name = host_name(host)
        return name in self._hosts or is_loopback_name(name)


def host_name(host: str) -> str:
    """The name in a Host header: lower case, without port and brackets.

    >>> host_name("[::1]:8080"), host_name("News.Example:80")
    ('::1', 'news.example')
    """
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].removesuffix(".")


def is_loopback_name(name: str) -> bool:
    """Whether only this machine can be meant by the name."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
