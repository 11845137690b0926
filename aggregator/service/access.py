"""Tokens for programs: made, known again, taken back."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from hashlib import sha256

from aggregator.errors import UsageError
from aggregator.model.access import SCOPES, Token
from aggregator.ports import AccessStore, Clock

PREFIX = "agg_"
"""How every token begins, so that one that leaked into a file can be searched for."""


def digest_of(secret: str) -> str:
    """What is kept of a token. It holds 256 bits by chance, so a plain hash cannot be undone."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


async def make_token(store: AccessStore, clock: Clock, name: str, scopes: Iterable[str]) -> str:
    """Makes a token and returns its secret, which cannot be had again.

    Raises:
        UsageError: the name is taken or blank, or no scope is named.
    """
    if not name.strip():
        raise UsageError("A token needs a name.", hint="Name the program that it is for.")
    wanted = set(scopes)
    if not wanted:
        raise UsageError("A token needs a scope.", hint=f"Known are: {', '.join(SCOPES)}.")
    if any(token.name == name for token in await store.tokens()):
        raise UsageError(
            f"There is a token {name!r} already.", hint="Take it back first, or name another."
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    kept = tuple(scope for scope in SCOPES if scope in wanted)
    made = Token(name=name, digest=digest_of(secret), scopes=kept, made_at=clock.now())
    await store.save_token(made)
    return secret
