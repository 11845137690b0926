"""What the store keeps for those who run it: who is let in, and the database itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from aggregator.model.access import Token
from aggregator.model.instants import Instant
from aggregator.model.status import Heartbeat
from aggregator.model.store import (
    FeedSize,
    Pruned,
    Retention,
    StoreStatistics,
)


class AccessStore(Protocol):
    """Which programs are let in, and for what."""

    async def tokens(self) -> Sequence[Token]:
        """Every token, oldest first."""
        ...

    async def token(self, digest: str) -> Token | None:
        """The token of this digest; None where there is none, or no longer."""
        ...

    async def save_token(self, token: Token) -> None:
        """Keeps a token under a name that is not taken."""
        ...

    async def drop_token(self, name: str) -> None:
        """Forgets the token of this name. Raises `NotFound`."""
        ...


class KeepingStore(Protocol):
    """What runs the house: subscriptions, heartbeats, retention, backups, locks."""

    async def statistics(self) -> StoreStatistics:
        """How much is stored, and how large it is."""
        ...

    async def beat(self, heartbeat: Heartbeat) -> None:
        """Keeps the last word of a running process, in place of its word before."""
        ...

    async def heartbeats(self) -> Sequence[Heartbeat]:
        """The last word of each process of the last day, dead ones too, by name."""
        ...

    async def done_at(self, name: str) -> Instant | None:
        """When the daily work of this name was last done; None if never."""
        ...

    async def note_done(self, name: str, at: Instant) -> None:
        """Keeps when daily work was done, in place of the time before."""
        ...

    async def prune(
        self,
        retention: Retention,
        *,
        now: Instant,
        progress: Callable[[int], None] | None = None,
    ) -> Pruned:
        """Takes out what is past the bounds, oldest first, in small transactions.

        Spared are articles of starred stories, articles a correction names, and what still waits
        for the clusterer. A taken article does not come back while its feed still lists it.
        """
        ...

    async def forget_articles(self, article_ids: Sequence[str], *, now: Instant) -> int:
        """Takes these articles out for good, whatever spares them; how many there were."""
        ...

    async def forget_feed(self, feed_id: str, *, now: Instant) -> int:
        """Takes a feed out with all its articles; how many those were. Raises `NotFound`.

        A feed that feeds.toml still names is a new one from the next `sync_feeds` on.
        """
        ...

    async def compact(self) -> int:
        """Gives room that is no longer used back to the system; how many bytes."""
        ...

    async def feed_sizes(self, *, since: Instant, now: Instant) -> Sequence[FeedSize]:
        """What each feed's articles fetched since then take, the largest first."""
        ...

    async def check(self) -> Sequence[str]:
        """What is wrong with the database, in words; empty if it is whole."""
        ...

    async def backup(
        self, target: str, *, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Writes a copy of the database as it is now while it goes on being used."""
        ...

    def hold(self, name: str, *, wait: bool = False) -> AbstractAsyncContextManager[bool]:
        """Holds a named lock across processes; gives False where another holds it."""
        ...
