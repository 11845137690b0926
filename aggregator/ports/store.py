"""What is kept and by whom it is asked for: `Store`, made of one Protocol for each kind of caller.

Every method is one transaction: it happens whole or not at all. Every method may raise a
`StoreError`: the adapter wraps its driver's errors. All are safe to call many times at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from aggregator.model.article import NormalisedEntry, Revision
from aggregator.model.feed import Feed, FeedRecord, FeedState
from aggregator.model.instants import Instant
from aggregator.model.signature import Signature, SignedArticle
from aggregator.model.store import (
    ClusterWindow,
    FeedChanges,
    KnownEntry,
    Listing,
    PollsWaiting,
    SavedPoll,
    StoredArticle,
)
from aggregator.model.story import ClusterChanges, Constraint, Undoing
from aggregator.model.websub import Subscription
from aggregator.ports.keeping import AccessStore, KeepingStore
from aggregator.ports.reading import DigestStore, FigureStore, ReaderStore


class FeedStore(Protocol):
    """The feeds that are followed, and how their polls went."""

    async def sync_feeds(self, feeds: Sequence[Feed], *, now: Instant) -> FeedChanges:
        """Makes the subscribed feeds be exactly these.

        A new address gets a permanent id; one that is an alias of a known feed resumes that
        feed; a feed that is no longer named stays, unsubscribed, with its articles.
        """
        ...

    async def feeds(self, *, subscribed: bool | None = True) -> Sequence[FeedRecord]:
        """Feeds in the order of feeds.toml; ``None`` for the unsubscribed ones as well."""
        ...

    async def addresses(self) -> Sequence[str]:
        """Where the subscribed feeds are; of an address that holds a secret all but that."""
        ...

    async def feed(self, name: str) -> FeedRecord:
        """One feed, by id, address, alias or unique title. Raises `NotFound`."""
        ...

    async def claim_due(
        self, *, now: Instant, limit: int, lease: timedelta
    ) -> Sequence[FeedRecord]:
        """Leases due, unpaused, subscribed feeds, longest overdue first, in one statement.

        A leased feed is not handed out again until it is saved or the lease is over.
        """
        ...

    async def polls_waiting(self, *, now: Instant) -> PollsWaiting:
        """How many feeds are due, and how many of them are claimed."""
        ...

    async def end_leases(self, leases: Mapping[str, Instant]) -> None:
        """Ends leases of polls that were cut: of feeds by id, those that end no later than this."""
        ...

    async def save_state(self, feed_id: str, state: FeedState) -> None:
        """Writes what a poll taught that brought no articles, and ends the feed's lease."""
        ...

    async def add_alias(self, feed_id: str, url: str) -> None:
        """Lets a feed be known by one more address; a feed already there is merged into it."""
        ...

    async def subscription(self, feed_id: str) -> Subscription | None:
        """A feed's WebSub subscription; None where it never had one."""
        ...

    async def subscriptions(self) -> Sequence[Subscription]:
        """Every WebSub subscription, by feed."""
        ...

    async def save_subscription(self, subscription: Subscription) -> None:
        """Keeps a feed's subscription in place of the one it had."""
        ...


class ArticleStore(Protocol):
    """Articles, their revisions and signatures."""

    async def known_entries(
        self, feed_id: str, article_ids: Sequence[str]
    ) -> Mapping[str, KnownEntry]:
        """Of these article ids those that are stored, with the digest of the entry they hold."""
        ...

    async def save_poll(
        self,
        feed_id: str,
        state: FeedState,
        entries: Sequence[tuple[NormalisedEntry, Signature]],
        *,
        listing: Listing | None = None,
        pages: bool = False,
    ) -> SavedPoll:
        """Stores a poll whole: new articles, revisions of known ones, the feed's state.

        An id already stored becomes a revision where its content differs and is left alone where
        it does not. New and changed articles wait for the clusterer. Ends the feed's lease.
        An id given twice in one call is a revision of itself, in the order given.

        What ``listing`` says the feed has no more is kept as withdrawn, and stands again when it
        is back; None where the document says nothing of the kind. ``pages`` has the pages of new
        and changed articles wait to be fetched, for their full texts.
        """
        ...

    async def claim_pages(
        self, *, now: Instant, limit: int, patience: timedelta, tries: int
    ) -> Sequence[str]:
        """Articles whose pages are to be fetched now, the newest first, each for one caller.

        What is not said to be done is due again: after ``patience``, then after twice of that, up
        to ``tries`` times in all; then the article keeps its feed's text.
        """
        ...

    async def page_done(self, article_id: str) -> None:
        """An article's page, as it was claimed, waits no longer."""
        ...

    async def import_articles(
        self, entries: Sequence[tuple[NormalisedEntry, Signature]]
    ) -> SavedPoll:
        """Stores articles that came from no poll; otherwise as `save_poll`."""
        ...

    async def article(self, article_id: str) -> StoredArticle:
        """One article with its place. Raises `NotFound`."""
        ...

    async def articles(self, article_ids: Sequence[str]) -> Sequence[StoredArticle]:
        """Those of these articles that are stored, in the order asked for."""
        ...

    async def revisions(self, article_id: str) -> Sequence[Revision]:
        """The earlier wordings of an article, oldest first; empty where it never changed."""
        ...

    def export(self, *, since: Instant | None = None) -> AsyncIterator[StoredArticle]:
        """Every article fetched since then, oldest first, in bounded memory."""
        ...


class ClusterStore(Protocol):
    """What the clusterer reads and writes: memberships, evidence, corrections."""

    async def unclustered(self, *, limit: int) -> Sequence[SignedArticle]:
        """Articles that wait for a story, ordered by fetched_at, feed, position."""
        ...

    async def cluster_window(
        self,
        *,
        since: Instant,
        known: Mapping[int, int] | None = None,
    ) -> ClusterWindow:
        """The clustered articles fetched since then with their memberships, and all constraints.

        Articles come without their texts, which are most of what is stored and hardly ever asked
        for: `texts` has them.

        ``known`` are the stamps of a window read before: of articles and memberships only those
        are given that were written since, by whomever.
        """
        ...

    async def texts(self, article_ids: Sequence[str]) -> Mapping[str, str]:
        """Title and text of these articles, for the verification of copies."""
        ...

    async def apply(
        self, changes: ClusterChanges, *, under: str | None = None
    ) -> Mapping[int, int]:
        """Writes the clusterer's decisions, and the counts and leads of the stories they touch.

        Returns the stamps of the memberships it names, as they stand in a window read after it.

        ``under`` names the lock they were made under: `StoreLocked`, and nothing is written, where
        this process was frozen so long that the lock went to another.
        """
        ...

    async def constraints(self) -> Sequence[Constraint]:
        """Every correction a person made, oldest first."""
        ...

    async def constrain(self, constraints: Sequence[Constraint], changes: ClusterChanges) -> None:
        """Writes corrections and what follows from them at once, as one."""
        ...

    async def release(self, constraints: Sequence[Constraint]) -> None:
        """Takes corrections back; what they decided stays until it is clustered anew."""
        ...

    async def remember(self, key: str, undoing: Undoing, *, now: Instant) -> None:
        """Keeps under the key what takes a correction back; of all kept so, the latest 200 stay."""
        ...

    async def recall(self, key: str) -> Undoing:
        """What was kept under the key, which is then forgotten. Raises `NotFound`."""
        ...


class Store(
    FeedStore,
    ArticleStore,
    ClusterStore,
    DigestStore,
    ReaderStore,
    FigureStore,
    AccessStore,
    KeepingStore,
    Protocol,
):
    """Everything that is kept: feeds, articles, stories."""

    async def open(self) -> None:
        """Opens the database, making or migrating it as needed; `StoreCorrupt` if it is newer."""
        ...

    async def aclose(self) -> None:
        """Closes every connection."""
        ...
