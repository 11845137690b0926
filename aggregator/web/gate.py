"""Who may read: nobody is asked on loopback, elsewhere the reader's password or a trusted proxy.

Pages send a stranger to the login form; what programs ask for (feeds, JSON) answers 401 and takes
the password as HTTP Basic, which every feed reader can send, or a token made for it, which a feed
reader may send in the password's place. A session is a signed cookie; its key
comes from the password's hash, so that a changed password ends every session.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from urllib.parse import quote

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from aggregator.errors import StoreError
from aggregator.model.instants import Instant
from aggregator.ports import Clock
from aggregator.web.options import WebOptions
from aggregator.web.tokens import TokenDesk, is_token, needed_scope

COOKIE = "session"
SESSION = timedelta(days=30)
_OPEN = ("/healthz", "/readyz", "/login", "/static/", "/websub/")
_FOR_PROGRAMS = (".atom", ".json", ".csv", ".opml")
_FAILURES = 5
_FORGIVEN = timedelta(minutes=5)
_REMEMBERED = 1000


class TooManyTries(Exception):
    """Too many wrong passwords came lately; none is looked at for a while."""


@dataclass(slots=True)
class Doorkeeper:
    """Knows the password's hash; checks passwords and sessions, and counts wrong ones."""

    password_hash: str
    clock: Clock
    _salt: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _known_good: set[bytes] = field(default_factory=set)
    _failures: OrderedDict[str, list[Instant]] = field(default_factory=OrderedDict)
    _at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def admits(self, password: str, address: str) -> bool:
        """Whether this is the password.

        Checking costs argon2's time once; a password found right is then known by a keyed digest.

        Raises:
            TooManyTries: too many wrong ones came from this address.
        """
        now = self.clock.now()
        recent = [at for at in self._failures.get(address, ()) if now - at < _FORGIVEN]
        if len(recent) >= _FAILURES:
            raise TooManyTries
        digest = hmac.digest(self._salt, password.encode("utf-8", "replace"), "sha256")
        if any(hmac.compare_digest(digest, known) for known in self._known_good):
            return True
        async with self._at_once:
            right = await asyncio.to_thread(self._verify, password)
        if right:
            self._known_good = {digest}
            self._failures.pop(address, None)
            return True
        self._failures[address] = [*recent, now]
        while len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)
        return False

    def _verify(self, password: str) -> bool:
        try:
            return PasswordHasher().verify(self.password_hash, password)
        except (Argon2Error, InvalidHashError):
            return False

    def new_session(self) -> str:
        """A cookie's value that `session_in` will know for as long as `SESSION`."""
        stamp = f"{secrets.token_hex(16)}.{int(self.clock.now().timestamp())}"
        return f"{stamp}.{self._signature(stamp)}"

    def session_in(self, cookie: str) -> str | None:
        """The session a cookie names, if it is one of ours and not too old."""
        stamp, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(stamp).encode()):
            return None
        name, _, made = stamp.partition(".")
        age = self.clock.now().timestamp() - int(made)
        return name if 0 <= age < SESSION.total_seconds() else None

    def _signature(self, stamp: str) -> str:
        key = sha256(b"session:" + self.password_hash.encode()).digest()
        return hmac.new(key, stamp.encode(), sha256).hexdigest()


class Gate:
    """Lets a request through when its sender is known; sets the scope's ``aggregator.session``.

    A request that brings a token sets ``aggregator.token``: no browser sends that by itself, so
    its writes need no form's proof. Where no password and no proxy is set, nobody else is asked.
    """

    def __init__(
        self, app: ASGIApp, *, doorkeeper: Doorkeeper, desk: TokenDesk, options: WebOptions
    ) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
        self._desk = desk
        self._options = options
        self._open = not (options.password_hash or options.trusted_header)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on, sends to the login form, or answers 401 or 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        path = request.url.path.removeprefix(self._options.path) or "/"
        refusal = await self._admit(scope, request, path)
        await (refusal or self._app)(scope, receive, send)

    async def _admit(self, scope: Scope, request: HTTPConnection, path: str) -> Response | None:
        """Notes in the scope who asks; the answer to one who is not let in."""
        bearer, basic = _credentials(request.headers)
        secret = bearer or (basic if basic is not None and is_token(basic) else None)
        if secret is not None and not path.startswith(_OPEN):
            return await self._by_token(scope, path, secret, written=bearer is not None)
        session = await self._session(request, basic)
        if session is not None:
            scope["aggregator.session"] = session
        known = session is not None or self._open or path.startswith(_OPEN)
        return None if known else self._refusal(request, path)

    async def _by_token(
        self, scope: Scope, path: str, secret: str, *, written: bool
    ) -> Response | None:
        """``written``: the header was set by the program, where a browser repeats Basic."""
        try:
            token = await self._desk.known(secret)
        except StoreError as error:
            return JSONResponse({"error": error.message}, 503)
        if token is None:
            return self._desk.unknown()
        needed = needed_scope(scope["method"], path)
        if needed not in token.scopes:
            return self._desk.lacking(token, needed)
        scope["aggregator.session"] = f"token:{token.name}"
        scope["aggregator.token"] = written
        return None

    async def _session(self, request: HTTPConnection, password: str | None) -> str | None:
        trusted = self._options.trusted_header
        if trusted and (name := request.headers.get(trusted)):
            return f"proxy:{name}"
        if not self._options.password_hash:
            return None
        if cookie := request.cookies.get(COOKIE):
            session = self._doorkeeper.session_in(cookie)
            if session is not None:
                return session
        if password is None:
            return None
        try:
            right = await self._doorkeeper.admits(password, client_address(request, self._options))
        except TooManyTries:
            return None
        # A browser adds Basic to any page's requests by itself: such a sender only reads.
        return "basic" if right and request.scope["method"] in ("GET", "HEAD") else None

    def _refusal(self, request: HTTPConnection, path: str) -> Response:
        if path.endswith(_FOR_PROGRAMS) or "text/html" not in request.headers.get("accept", ""):
            headers = {"www-authenticate": 'Basic realm="digest", charset="UTF-8"'}
            return Response("The reader's password is needed.\n", 401, headers=headers)
        query = f"?{request.url.query}" if request.url.query else ""
        back = quote(self._options.path + path + query, safe="")
        return RedirectResponse(f"{self._options.path}/login?back={back}", status_code=303)


def _credentials(headers: Mapping[str, str] | Headers) -> tuple[str | None, str | None]:
    """A bearer token and a password, of which at most one is there."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip(), None
    if scheme.lower() != "basic":
        return None, None
    try:
        return None, base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return None, None


def client_address(request: HTTPConnection, options: WebOptions) -> str:
    """Whom wrong passwords are counted against.

    Behind a trusted proxy that is whom the proxy says it speaks for: the last address of
    X-Forwarded-For, which it added itself; those before are what it was told.
    """
    peer = request.client.host if request.client else ""
    if not options.trusted_header:
        return peer
    forwarded = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
    return forwarded or peer
