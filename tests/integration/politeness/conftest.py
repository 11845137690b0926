"""Feeds on real servers, polled by the real fetcher into a real store, by a clock of the test's."""

from __future__ import annotations

import random
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.cadence import due
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.entry import FeedDocument
from aggregator.model.feed import Feed, FeedRecord
from aggregator.model.poll import PollReport
from aggregator.parse.document import parse_document
from aggregator.service.health import FeedHealth, feed_health
from aggregator.service.poll import Poller
from aggregator.store import SqlStore
from tests.integration.servers import ScriptedServer

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
"""A Tuesday."""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Watch:
    """A clock that stands until it is put on."""

    def __init__(self) -> None:
        self.instant = NOON

    def now(self) -> datetime:
        return self.instant


class Reader:
    """The parser without its processes: what it is fed here does no harm."""

    async def parse(
        self, body: bytes, *, url: str | None = None, content_type: str | None = None
    ) -> FeedDocument:
        return parse_document(body, url=url, content_type=content_type)

    async def aclose(self) -> None:
        """It holds nothing."""


def rss(*guids: object, channel: str = "", each: str = "") -> bytes:
    """A document of entries with these guids; ``channel`` and ``each`` are said beside them."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>Entry {guid}</title>{each}</item>"
        for guid in guids
    )
    names = (
        "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' "
        "xmlns:a='http://www.w3.org/2005/Atom' "
        "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'"
    )
    return (
        f"<rss version='2.0' {names}><channel><title>Paper</title>{channel}{items}</channel></rss>"
    ).encode()


@dataclass
class World:
    """What a test moves: the clock, the servers' answers, the feed list."""

    server: ScriptedServer
    other: ScriptedServer
    store: SqlStore
    fetcher: HttpFetcher
    clock: Watch
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    @property
    def now(self) -> datetime:
        return self.clock.instant

    @now.setter
    def now(self, instant: datetime) -> None:
        self.clock.instant = instant

    def poller(self) -> Poller:
        return Poller(
            store=self.store,
            fetcher=self.fetcher,
            parser=Reader(),
            clock=self.clock,
            chance=self.chance,
        )

    async def follow(self, *feeds: Feed | str) -> None:
        listed = [Feed(url=feed) if isinstance(feed, str) else feed for feed in feeds]
        await self.store.sync_feeds(listed, now=self.now)

    async def record(self) -> FeedRecord:
        [record] = await self.store.feeds()
        return record

    async def planned(self) -> datetime:
        """When the one feed is polled next."""
        then = (await self.record()).state.next_poll_at
        assert then is not None
        return then

    async def poll_due(self) -> Sequence[PollReport]:
        """Polls what is due at this instant, as the service's tick does."""
        records = [record for record in await self.store.feeds() if due(record.state, self.now)]
        return [(await self.poller().poll(record)).report for record in records]

    async def poll(self) -> PollReport:
        """Lets the one feed's time come, but not a second earlier, and polls it."""
        state = (await self.record()).state
        if state.next_poll_at is not None and state.next_poll_at > self.now:
            self.now = state.next_poll_at - timedelta(seconds=1)
            assert await self.poll_due() == []
            self.now = state.next_poll_at
        [report] = await self.poll_due()
        return report

    async def force(self) -> PollReport:
        """Polls the one feed because a person asks."""
        return (await self.poller().poll(await self.record(), forced=True)).report

    async def health(self) -> FeedHealth:
        return feed_health(await self.record(), self.now)

    async def titles(self) -> set[str]:
        return {stored.article.title async for stored in self.store.export()}


@pytest.fixture
async def world(tmp_path: Path, migrated_file: Path) -> AsyncIterator[World]:
    async with AsyncExitStack() as opened:
        server = await opened.enter_async_context(ScriptedServer())
        other = await opened.enter_async_context(ScriptedServer(host="127.0.0.2"))
        store = SqlStore(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'news.db')}")
        await store.open()
        opened.push_async_callback(store.aclose)
        clock = Watch()
        fetcher = HttpFetcher(FetchOptions(allow_private_networks=("127.0.0.0/8",)), now=clock.now)
        opened.push_async_callback(fetcher.aclose)
        yield World(server, other, store, fetcher, clock)
