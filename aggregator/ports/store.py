"""What is kept and by whom it is asked for: `Store`, made of one Protocol for each kind of caller.

Every method is one transaction: it happens whole or not at all. Every method may raise a
`StoreError`: the adapter wraps its driver's errors. All are safe to call many times at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol

from aggregator.model.access import Token
from aggregator.model.article import NormalisedEntry, Revision
from aggregator.model.digest import DigestStory, FeedsSummary, Window
from aggregator.model.feed import Feed, FeedRecord, FeedState
from aggregator.model.instants import Instant
from aggregator.model.reading import SavedSearch, StoryMark, Taste
from aggregator.model.signature import Signature, SignedArticle
from aggregator.model.statistics import Placed
from aggregator.model.status import Heartbeat
from aggregator.model.store import (
    ClusterWindow,
    FeedChanges,
    FeedSize,
    KnownEntry,
    Listing,
    PollsWaiting,
    Pruned,
    Retention,
    SavedPoll,
    SearchQuery,
    StoredArticle,
    StoreStatistics,
)
from aggregator.model.story import ClusterChanges, Constraint, Undoing
from aggregator.model.websub import Subscription


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


class DigestStore(Protocol):
    """Stories as a reader meets them."""

    async def story(self, story_id: str) -> DigestStory:
        """One story with its whole coverage, by its id or one it was merged from; or `NotFound`."""
        ...

    async def stories(self, window: Window, *, limit: int | None = None) -> Sequence[DigestStory]:
        """Stories with an article fetched in the window, likeliest worth showing first.

        They stand by `digest.turns.shortlist`; ``limit`` bounds how many are read. `score` is left
        0 for `digest`.
        """
        ...

    async def search(self, query: SearchQuery) -> Sequence[DigestStory]:
        """Stories with an article that matches, best first; coverage holds the whole story."""
        ...

    async def feeds_summary(self, window: Window) -> FeedsSummary:
        """How the feeds fared in the window."""
        ...

    async def changed(self) -> str:
        """A value that differs once anything was written, by whatever process; cheap to ask.

        What was read before the value was asked for may be kept while the value stays.
        """
        ...


class ReaderStore(Protocol):
    """What a reader did and likes: marks, tastes, saved searches."""

    async def marks(self, reader: str, story_ids: Sequence[str]) -> Mapping[str, StoryMark]:
        """The reader's marks on these stories, by the ids asked for; unmarked ones left out.

        A mark made on a story that was merged into one of these counts for it.
        """
        ...

    async def save_marks(self, reader: str, marks: Sequence[StoryMark]) -> None:
        """Sets marks whole; one that says nothing is forgotten."""
        ...

    async def unread_again(self, reader: str, read_at: Instant) -> int:
        """Takes back every reading of this very instant; returns of how many stories."""
        ...

    async def starred(self, reader: str, *, limit: int) -> Sequence[DigestStory]:
        """The stories the reader starred, latest first."""
        ...

    async def tastes(self, reader: str) -> Sequence[Taste]:
        """What the reader likes and mutes, by kind and name."""
        ...

    async def save_taste(self, reader: str, taste: Taste) -> None:
        """Keeps a taste in place of an earlier one of this kind and name."""
        ...

    async def drop_taste(self, reader: str, taste: Taste) -> None:
        """Forgets the taste of this kind and name."""
        ...

    async def searches(self, reader: str) -> Sequence[SavedSearch]:
        """The reader's saved searches, oldest first."""
        ...

    async def save_search(self, reader: str, search: SavedSearch) -> None:
        """Keeps a search in place of an earlier one of this name."""
        ...

    async def drop_search(self, reader: str, name: str) -> None:
        """Forgets the search of this name."""
        ...


class FigureStore(Protocol):
    """Counts over a span of time."""

    async def articles_by_day(self, window: Window) -> Mapping[str, Sequence[int]]:
        """Articles fetched on each day of the window, by feed id; feeds without any left out.

        Days are of 24 hours, counted from the window's start.
        """
        ...

    async def placed(self, window: Window) -> Sequence[Placed]:
        """Every placed article fetched in the window, by publication."""
        ...


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
