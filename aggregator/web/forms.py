"""Writes: every one is a POST that proves it comes from a page of ours.

The proof is a token that only our pages hold (a stranger's page can neither read it, nor, thanks
to the Host check, have our pages served under its own name), and where the browser tells where a
request comes from, that it comes from here.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request

from aggregator.web.guards import host_name

FIELD = "token"
MAX_FIELDS = 2000


class Forged(Exception):
    """A write that does not come from a page of ours, or from one that is too old."""


class FormTokens:
    """Makes and checks tokens; ``secret`` is the installation's, or the process's."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def token(self, session: str = "") -> str:
        """The token of pages shown within this session."""
        return hmac.new(self._secret, f"form:{session}".encode(), sha256).hexdigest()

    async def read(self, request: Request, session: str = "", *, files: int = 0) -> FormData:
        """The fields of a form that one of our pages sent, with at most so many files.

        Whoever takes files closes the form. A program with a token proves by that who it is.

        Raises:
            Forged: it did not.
        """
        if request.scope.get("aggregator.token"):
            return await request.form(max_fields=MAX_FIELDS, max_files=files)
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise Forged
        origin = request.headers.get("origin")
        if origin and host_name(urlsplit(origin).netloc) != host_name(request.headers["host"]):
            raise Forged
        form = await request.form(max_fields=MAX_FIELDS, max_files=files)
        if not self._given(form, request, session):
            await form.close()
            raise Forged
        return form

    def _given(self, form: FormData, request: Request, session: str) -> bool:
        given = form.get(FIELD) or request.headers.get("x-form-token")
        return isinstance(given, str) and hmac.compare_digest(
            given.encode(), self.token(session).encode()
        )


def own_path(target: str | None, default: str = "/") -> str:
    r"""The target if it is a path of this site; else the default. What a redirect may lead to.

    Browsers read ``//x``, ``/\x`` and paths with tabs or line breaks as other sites.

    >>> own_path("/stories/a?x=1"), own_path("//evil.example"), own_path("/\\evil.example")
    ('/stories/a?x=1', '/', '/')
    """
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return default
    if any(ord(char) < 0x21 or ord(char) == 0x7F or char == "\\" for char in target):
        return default
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else default
