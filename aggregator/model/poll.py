"""One poll of one feed: the request, the answer, the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from aggregator.model.feed import Validators
from aggregator.model.instants import Instant

Outcome = Literal["modified", "unchanged", "failed", "throttled", "blocked", "gone", "skipped"]

LEASE = timedelta(seconds=120)
"""A feed that was claimed for a poll may be claimed anew after this long: its poller died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """What to ask a server for.

    ``headers`` are added as they are; ``accept`` names media types. A ``form`` is sent by POST, and
    a redirect is then an answer like any other. ``patience`` bounds how long it stands in line at
    its host, which ``deadline`` does not; None: as long as it takes.
    """

    url: str
    validators: Validators = Validators()
    headers: tuple[tuple[str, str], ...] = ()
    accept: str | None = None
    form: tuple[tuple[str, str], ...] | None = None
    max_bytes: int | None = None
    deadline: timedelta | None = None
    patience: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect on the way: who answered with which status, and where it pointed."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchAnswer:
    """What a server answered, decompressed and bounded.

    ``url`` is the final address; ``hops`` the redirects that led there, in order. ``headers`` are
    in order with lower-case names. ``cut_off`` says the connection ended before the body did: the
    bytes that came are kept. Any status is an answer; only the absence of one is an error.
    ``digest`` is the body's, where that was let go of.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    hops: tuple[Hop, ...] = ()
    elapsed: timedelta = timedelta()
    cut_off: bool = False
    digest: str | None = None

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in any case; None if it is not there."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """What one poll of one feed did; the line `poll` prints.

    ``entries`` counts what the document held, ``new`` and ``changed`` the articles stored and
    revised, ``copies`` those of the new ones that copy an earlier text, ``stories`` those that
    opened a story of their own.
    """

    feed: str
    outcome: Outcome
    status: int | None = None
    entries: int = 0
    new: int = 0
    changed: int = 0
    copies: int = 0
    stories: int = 0
    next_poll_at: Instant | None = None
    error: str | None = None
