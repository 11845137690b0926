"""What the site is told when it is built."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from pathlib import Path

from aggregator.model.status import ServiceStatus

Exposition = Callable[[], bytes]
"""The process's own figures, in Prometheus' text format."""

StatusProvider = Callable[[], Awaitable[ServiceStatus]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """How the site looks and whom it answers.

    Attributes:
        title: the digest's name, in the masthead and in the feeds.
        path: where the site lives behind a proxy, as ``/news``; empty at the root.
        hosts: names the site is called by beside the loopback ones; others are refused, so that
            no stranger's page can reach it by rebinding a name of its own.
        secure: whether people reach it over HTTPS (cookies are then kept to it).
        since, limit: the front page's span and number of stories where the address names none.
        zone: the reader's, for every time shown.
        reader: the key that reading state is kept under.
        feeds_file: the file the feeds page edits; None: it only shows.
        password_hash: argon2; empty: nobody is asked.
        trusted_header: set by a proxy for people it let in; empty: none is trusted.
    """

    title: str = "The Digest"
    path: str = ""
    hosts: tuple[str, ...] = ()
    secure: bool = False
    since: timedelta = timedelta(hours=24)
    limit: int = 100
    zone: tzinfo = UTC
    reader: str = "reader"
    feeds_file: Path | None = None
    password_hash: str = ""
    trusted_header: str = ""
