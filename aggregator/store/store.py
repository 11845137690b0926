"""`SqlStore`: the port `Store` on SQLite or PostgreSQL, whichever the address names."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path

from aggregator.errors import NotFound, StoreError
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
from aggregator.store import (
    access,
    articles,
    clustering,
    feeds,
    figures,
    maintenance,
    migrate,
    pages,
    polls,
    processes,
    readers,
    search,
    stories,
    subscriptions,
    transfer,
    undoings,
)
from aggregator.store import retention as retaining
from aggregator.store.address import backend_for
from aggregator.store.bounds import compact, uphold
from aggregator.store.engine import Transactions
from aggregator.store.gathering import Gathering
from aggregator.store.sealing import Seal

log = logging.getLogger(__name__)

_PAGE = 500

_CLOCK_SET_BACK = timedelta(minutes=1)


class SqlStore:
    """Everything that is kept, in one SQL database; see `aggregator.ports.Store`.

    Args:
        url: ``sqlite:///…`` with an absolute path, or ``postgresql://…``.
        readers: how many transactions may read at once.
        busy_seconds: how long to wait for another process that writes (SQLite).
        key: gives the service's key, under which secrets of feeds are sealed; asked for only where
            there is one.

    Example::

        store = SqlStore("sqlite:////var/lib/aggregator/news.db")
        await store.open()
    """

    def __init__(
        self,
        url: str,
        *,
        readers: int = 4,
        busy_seconds: float = 10.0,
        key: Callable[[], bytes] | None = None,
    ) -> None:
        self._backend = backend_for(url, readers=readers, busy_seconds=busy_seconds)
        self._backend.seal = Seal(key)
        self._run = Transactions(self._backend, readers=readers)
        self._claimed_at: Instant | None = None
        self._named = Gathering[str, FeedRecord | None](
            lambda names: self._run.read(feeds.by_ids, names)
        )
        self._states = Gathering[tuple[str, FeedState], bool](
            lambda them: self._run.write(polls.save_states, them)
        )

    @property
    def place(self) -> str:
        """The file or server, for messages; never with a password."""
        return self._backend.place

    # -- life ------------------------------------------------------------------------------
    async def open(self) -> None:
        self._backend.prepare()
        if not await self._run.read(migrate.is_newest):
            await self.upgrade()

    async def upgrade(self) -> tuple[str | None, str]:
        """Brings the database to the newest form; its form before (None: empty) and after."""
        self._backend.prepare()
        upgraded = await self._run.write(migrate.upgrade)
        if self._backend.residue:
            self._backend.residue = False
            log.info("%s: secrets of feeds were sealed; the database is written anew", self.place)
            await self._run.call(self._backend.rewrite)
        return upgraded

    async def aclose(self) -> None:
        await self._named.done()
        await self._states.done()
        await asyncio.to_thread(self._run.close)

    # -- feeds -----------------------------------------------------------------------------
    async def sync_feeds(self, feeds_now: Sequence[Feed], *, now: Instant) -> FeedChanges:
        return await self._run.write(feeds.sync, feeds_now, now=now)

    async def feeds(self, *, subscribed: bool | None = True) -> Sequence[FeedRecord]:
        return await self._run.read(feeds.listed, subscribed=subscribed)

    async def addresses(self) -> Sequence[str]:
        return await self._run.read(feeds.addresses)

    async def feed(self, name: str) -> FeedRecord:
        # Nearly always asked for by its id, by many polls at once.
        found = await self._named.ask(name)
        return found if found is not None else await self._run.read(feeds.named, name)

    async def claim_due(
        self, *, now: Instant, limit: int, lease: timedelta
    ) -> Sequence[FeedRecord]:
        before, self._claimed_at = self._claimed_at, now
        if before is None or now < before - _CLOCK_SET_BACK:
            await self._run.write(polls.mend_plans, now=now)
        return await self._run.write(polls.claim_due, now=now, limit=limit, lease=lease)

    async def polls_waiting(self, *, now: Instant) -> PollsWaiting:
        return await self._run.read(polls.waiting, now=now)

    async def end_leases(self, leases: Mapping[str, Instant]) -> None:
        await self._run.write(polls.end_leases, leases)

    async def save_state(self, feed_id: str, state: FeedState) -> None:
        if not await self._states.ask((feed_id, state)):
            raise NotFound("feed", feed_id)

    async def add_alias(self, feed_id: str, url: str) -> None:
        await self._run.write(feeds.add_alias, feed_id, url)

    # -- articles --------------------------------------------------------------------------
    async def known_entries(
        self, feed_id: str, article_ids: Sequence[str]
    ) -> Mapping[str, KnownEntry]:
        return await self._run.read(articles.known, feed_id, article_ids)

    async def save_poll(
        self,
        feed_id: str,
        state: FeedState,
        entries: Sequence[tuple[NormalisedEntry, Signature]],
        *,
        listing: Listing | None = None,
        pages: bool = False,
    ) -> SavedPoll:
        return await self._run.write(
            articles.save_poll, feed_id, state, entries, listing=listing, pages=pages
        )

    async def import_articles(
        self, entries: Sequence[tuple[NormalisedEntry, Signature]]
    ) -> SavedPoll:
        return await self._run.write(articles.save, entries)

    async def claim_pages(
        self, *, now: Instant, limit: int, patience: timedelta, tries: int
    ) -> Sequence[str]:
        # Asked twice a minute and mostly for nothing: that must not need a writer's turn.
        if not await self._run.read(pages.any_due, now=now):
            return []
        return await self._run.write(
            pages.claim, now=now, limit=limit, patience=patience, tries=tries
        )

    async def page_done(self, article_id: str) -> None:
        await self._run.write(pages.done, article_id)

    async def article(self, article_id: str) -> StoredArticle:
        return await self._run.read(articles.one, article_id)

    async def articles(self, article_ids: Sequence[str]) -> Sequence[StoredArticle]:
        return await self._run.read(articles.several, article_ids)

    async def revisions(self, article_id: str) -> Sequence[Revision]:
        return await self._run.read(articles.revisions, article_id)

    async def export(self, *, since: Instant | None = None) -> AsyncIterator[StoredArticle]:
        after: tuple[int, int] | None = None
        while True:
            page, after = await self._run.read(
                articles.exported, since=since, after=after, limit=_PAGE
            )
            for stored in page:
                yield stored
            if after is None:
                return

    # -- clustering ------------------------------------------------------------------------
    async def unclustered(self, *, limit: int) -> Sequence[SignedArticle]:
        # Asked every few seconds and nearly always for nothing: that must not need a writer's turn.
        if not await self._run.read(clustering.any_waiting):
            return []
        return await self._run.write(clustering.unclustered, limit=limit)

    async def cluster_window(
        self,
        *,
        since: Instant,
        known: Mapping[int, int] | None = None,
    ) -> ClusterWindow:
        return await self._run.read(clustering.window, since=since, known=known or {})

    async def texts(self, article_ids: Sequence[str]) -> Mapping[str, str]:
        return await self._run.read(clustering.texts, article_ids)

    async def apply(
        self, changes: ClusterChanges, *, under: str | None = None
    ) -> Mapping[int, int]:
        return await self._run.write(clustering.apply, changes, under=under)

    async def constraints(self) -> Sequence[Constraint]:
        return await self._run.read(clustering.constraints)

    async def constrain(self, constraints: Sequence[Constraint], changes: ClusterChanges) -> None:
        await self._run.write(clustering.constrain, constraints, changes)

    async def release(self, constraints: Sequence[Constraint]) -> None:
        await self._run.write(clustering.release, constraints)

    async def remember(self, key: str, undoing: Undoing, *, now: Instant) -> None:
        await self._run.write(undoings.remember, key, undoing, now=now)

    async def recall(self, key: str) -> Undoing:
        return await self._run.write(undoings.recall, key)

    # -- reading ---------------------------------------------------------------------------
    async def story(self, story_id: str) -> DigestStory:
        return await self._run.read(stories.one, story_id)

    async def stories(self, window: Window, *, limit: int | None = None) -> Sequence[DigestStory]:
        return await self._run.read(stories.in_window, window, limit=limit)

    async def search(self, query: SearchQuery) -> Sequence[DigestStory]:
        return await self._run.read(search.search, query)

    async def feeds_summary(self, window: Window) -> FeedsSummary:
        return await self._run.read(feeds.summary, window)

    async def changed(self) -> str:
        return await self._run.call(self._backend.changed, reading=True)

    # -- the reader ------------------------------------------------------------------------
    async def marks(self, reader: str, story_ids: Sequence[str]) -> Mapping[str, StoryMark]:
        return await self._run.read(readers.marks, reader, story_ids)

    async def save_marks(self, reader: str, marks: Sequence[StoryMark]) -> None:
        await self._run.write(readers.save_marks, reader, marks)

    async def unread_again(self, reader: str, read_at: Instant) -> int:
        return await self._run.write(readers.unread_again, reader, read_at)

    async def starred(self, reader: str, *, limit: int) -> Sequence[DigestStory]:
        return await self._run.read(readers.starred, reader, limit=limit)

    async def tastes(self, reader: str) -> Sequence[Taste]:
        return await self._run.read(readers.tastes, reader)

    async def save_taste(self, reader: str, taste: Taste) -> None:
        await self._run.write(readers.save_taste, reader, taste)

    async def drop_taste(self, reader: str, taste: Taste) -> None:
        await self._run.write(readers.drop_taste, reader, taste)

    async def searches(self, reader: str) -> Sequence[SavedSearch]:
        return await self._run.read(readers.searches, reader)

    async def save_search(self, reader: str, search: SavedSearch) -> None:
        await self._run.write(readers.save_search, reader, search)

    async def drop_search(self, reader: str, name: str) -> None:
        await self._run.write(readers.drop_search, reader, name)

    # -- figures ---------------------------------------------------------------------------
    async def articles_by_day(self, window: Window) -> Mapping[str, Sequence[int]]:
        return await self._run.read(figures.articles_by_day, window)

    async def placed(self, window: Window) -> Sequence[Placed]:
        return await self._run.read(figures.placed, window)

    # -- programs --------------------------------------------------------------------------
    async def tokens(self) -> Sequence[Token]:
        return await self._run.read(access.every)

    async def token(self, digest: str) -> Token | None:
        return await self._run.read(access.known_by, digest)

    async def save_token(self, token: Token) -> None:
        await self._run.write(access.save, token)

    async def drop_token(self, name: str) -> None:
        await self._run.write(access.drop, name)

    # -- keeping ---------------------------------------------------------------------------
    async def statistics(self) -> StoreStatistics:
        return await self._run.read(maintenance.statistics)

    async def subscription(self, feed_id: str) -> Subscription | None:
        return await self._run.read(subscriptions.one, feed_id)

    async def subscriptions(self) -> Sequence[Subscription]:
        return await self._run.read(subscriptions.every)

    async def save_subscription(self, subscription: Subscription) -> None:
        await self._run.write(subscriptions.save, subscription)

    async def beat(self, heartbeat: Heartbeat) -> None:
        await self._run.write(processes.beat, heartbeat)

    async def heartbeats(self) -> Sequence[Heartbeat]:
        return await self._run.read(processes.heartbeats)

    async def done_at(self, name: str) -> Instant | None:
        return await self._run.read(access.done_at, name)

    async def note_done(self, name: str, at: Instant) -> None:
        await self._run.write(access.note_done, name, at)

    async def prune(
        self,
        retention: Retention,
        *,
        now: Instant,
        progress: Callable[[int], None] | None = None,
    ) -> Pruned:
        return await uphold(self._run, self._backend, retention, now=now, progress=progress)

    async def forget_articles(self, article_ids: Sequence[str], *, now: Instant) -> int:
        return await self._run.write(retaining.forget_articles, article_ids, now=now)

    async def forget_feed(self, feed_id: str, *, now: Instant) -> int:
        took = 0
        while some := await self._run.write(retaining.forget_feed, feed_id, now=now):
            took += some
            if some < retaining.AT_ONCE:
                break
        return took

    async def compact(self) -> int:
        return await compact(self._run, self._backend)

    async def feed_sizes(self, *, since: Instant, now: Instant) -> Sequence[FeedSize]:
        return await self._run.read(retaining.feed_sizes, since=since, now=now)

    async def check(self) -> Sequence[str]:
        return await self._run.read(maintenance.problems)

    async def backup(
        self, target: str, *, progress: Callable[[int, int], None] | None = None
    ) -> None:
        await self._run.call(partial(self._backend.backup, target, progress), place=target)

    async def restore(
        self, file: Path, *, progress: Callable[[int, int], None] | None = None
    ) -> Path | None:
        """Makes this database what a backup holds; see `transfer.restore`. Not while it is open."""
        return await self._run.call(partial(transfer.restore, file, self._backend, progress))

    async def copy_to(
        self, target: SqlStore, *, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Copies everything into an empty database of either kind; see `transfer.copy`."""
        if not self._backend.exists():
            raise StoreError(f"{self.place}: there is no database here to copy from")
        await self.open()
        target._backend.prepare()
        copying = partial(transfer.copy, self._backend, target._backend, progress)
        return await self._run.call(copying)

    def hold(self, name: str, *, wait: bool = False) -> AbstractAsyncContextManager[bool]:
        return self._backend.hold(name, wait=wait)
