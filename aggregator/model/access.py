"""Tokens by which programs come in, each to do no more than it was made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aggregator.model.instants import Instant

SCOPES: Mapping[str, str] = {
    "read": "the digest, stories, search, statistics, the feed list",
    "mark": "read, star, mute; tastes and kept searches",
    "correct": "split, merge, pin, keep apart",
    "feeds": "change the feed list",
    "metrics": "the service's figures at /metrics",
}
"""What a token may be made for; none holds another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A program's right of entry. The token itself is told once and kept nowhere: ``digest`` is."""

    name: str
    digest: str
    scopes: tuple[str, ...]
    made_at: Instant
