"""Feeds: what the config says of one, and what polling has taught about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from aggregator.model.instants import Instant

ALLOWED_HEADERS = frozenset(
    {"accept", "accept-language", "authorization", "private-token", "x-api-key", "x-auth-token"}
)
"""Request headers a feed may set for itself, lower case; they never follow it to another host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A subscription, as feeds.toml states it. Only ``url`` must be there.

    ``interval`` replaces the adaptive one (never under 10 minutes). ``headers`` are extra request
    headers, of `ALLOWED_HEADERS`. ``line`` is where the entry stands in the file, from 1.
    """

    url: str
    title: str | None = None
    category: str | None = None
    timezone: str | None = None
    interval: timedelta | None = None
    outlet: str | None = None
    full_text: bool = False
    paused: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What makes a request conditional: byte for byte as the server sent it, never made up.

    ``url`` is the address that gave them, where a redirect led elsewhere: they are sent to no
    other host. None: the feed's own address.
    """

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None


Condition = Literal["new", "ok", "failing", "throttled", "blocked", "gone", "silent", "paused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What polling has learnt about one feed; lives in the store, survives restarts.

    Attributes:
        validators: for the conditional request.
        body_digest: hash of the last body, so that an unchanged 200 ends before parsing.
        next_poll_at: when it is due; None for never polled, and for a feed that is gone.
        last_poll_at, last_success_at, last_new_at, last_unconditional_at: instants of the last
            poll of any outcome, the last that ended well, the last that brought a new article, and
            the last request without validators.
        failures: failed polls in a row. ``error`` is the last failure's reason in words.
        status: last HTTP status, None if none came.
        moved_to, moved_since: a permanent new address, seen at every poll since then.
        interval: what the cadence settled on.
        gap: the usual time between new articles, None while unknown.
        retry_at: until when the server (429, 503) or its host asked to be left alone; None if it
            did not. Even a poll that a person asks for waits until then.
        fresh_until: the server's own wish (Cache-Control, ttl, skip hours …).
        ttl, skip_hours, skip_days: the last document's own wishes, kept for the polls that answer
            304: the longer of RSS ttl and ``sy:updatePeriod``; hours 0 to 23 and days 0 (Monday)
            to 6, both in UTC.
        site_url, title, subtitle, language: what the feed says of itself.
        hub_url, topic_url: WebSub, where the feed names a hub.
    """

    validators: Validators = Validators()
    body_digest: str | None = None
    next_poll_at: Instant | None = None
    last_poll_at: Instant | None = None
    last_success_at: Instant | None = None
    last_new_at: Instant | None = None
    last_unconditional_at: Instant | None = None
    failures: int = 0
    error: str | None = None
    status: int | None = None
    condition: Condition = "new"
    moved_to: str | None = None
    moved_since: Instant | None = None
    interval: timedelta | None = None
    gap: timedelta | None = None
    retry_at: Instant | None = None
    fresh_until: Instant | None = None
    ttl: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    site_url: str | None = None
    title: str | None = None
    subtitle: str | None = None
    language: str | None = None
    hub_url: str | None = None
    topic_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRecord:
    """A feed with its permanent identity and its state.

    ``id`` never changes; ``aliases`` are all addresses it was ever known by. ``subscribed`` is
    False once it has left feeds.toml: its articles stay until retention takes them. ``sealed``:
    its secrets were sealed with another service key and are not here, so it cannot be asked.
    """

    id: str
    feed: Feed
    state: FeedState = FeedState()
    aliases: tuple[str, ...] = ()
    subscribed: bool = True
    articles: int = 0
    sealed: bool = False
