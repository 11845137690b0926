"""Programs at the gate: a bearer token opens what it was made for (RFC 6750)."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from aggregator.model.access import SCOPES, Token
from aggregator.ports import AccessStore
from aggregator.service.access import PREFIX, digest_of

_READING = ("GET", "HEAD")
_CORRECTING = "/mend"
_FEEDS = "/feeds"


def is_token(text: str) -> bool:
    """Whether this looks like one of our tokens, wherever a password might stand."""
    return text.startswith(PREFIX)


def needed_scope(method: str, path: str) -> str:
    """What a token must be made for to make this request; ``path`` within the site.

    >>> needed_scope("GET", "/feeds"), needed_scope("POST", "/feeds/make")
    ('read', 'feeds')
    """
    if path == "/metrics":
        return "metrics"
    if method in _READING:
        return "read"
    if path.startswith(_FEEDS):
        return "feeds"
    if path.startswith(_CORRECTING) or path.endswith(_CORRECTING):
        return "correct"
    return "mark"


class TokenDesk:
    """Knows tokens by their hashes, and says in words what one lacks."""

    def __init__(self, store: AccessStore) -> None:
        self._store = store

    async def known(self, secret: str) -> Token | None:
        """The token of this secret; None where it was never made, or taken back."""
        return await self._store.token(digest_of(secret))

    def unknown(self) -> Response:
        """The answer to a token that is not known."""
        words = "That token is not known here; perhaps it was taken back."
        return _refusal(401, words, 'Bearer error="invalid_token"')

    def lacking(self, token: Token, scope: str) -> Response:
        """The answer to a token that was made for other things."""
        words = (
            f"The token {token.name!r} was made for {', '.join(token.scopes)}; this needs the scope"
            f" {scope} ({SCOPES[scope]}). `aggregator token create NAME --scope {scope}` makes one."
        )
        return _refusal(403, words, f'Bearer error="insufficient_scope", scope="{scope}"')


def _refusal(status: int, words: str, challenge: str) -> Response:
    return JSONResponse({"error": words}, status, headers={"www-authenticate": challenge})
