"""Pages that wait to be fetched: kept over failures and ends, on both stores."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.feed import Feed
from aggregator.service.fulltext import FullTexts
from aggregator.store import SqlStore
from tests.contract.store_values import article, entry, polled
from tests.integration.politeness.conftest import NOON, Watch
from tests.integration.servers import ScriptedServer, reply
from tests.integration.test_full_text import SENTENCES, page

pytest.importorskip("trafilatura", reason="the extra fulltext is not installed")

LATER = timedelta(minutes=10)


class Everything:
    """Rules of servers that let everybody in."""

    async def allows(self, url: str) -> bool:
        return True


class Desk:
    """A store, a server, and as many makers of full texts as are asked for, one after another."""

    def __init__(self, store: SqlStore, server: ScriptedServer, opened: AsyncExitStack) -> None:
        self.store = store
        self.server = server
        self.clock = Watch()
        self._opened = opened

    async def full_texts(self) -> FullTexts:
        from aggregator.workers.pages import PagePool

        fetcher = HttpFetcher(FetchOptions(allow_private_networks=("127.0.0.0/8",)))
        reader = PagePool()
        self._opened.push_async_callback(reader.aclose)
        self._opened.push_async_callback(fetcher.aclose)
        return FullTexts(
            store=self.store,
            fetcher=fetcher,
            rules=Everything(),
            reader=reader,
            clock=self.clock,
            stored=lambda: None,
        )

    async def brought(self, handler: Any) -> None:
        """A poll brought one article, whose page answers as ``handler`` does."""
        self.feed = Feed(url="https://post.example/rss", full_text=True)
        await self.store.sync_feeds([self.feed], now=NOON)
        (record,) = await self.store.feeds()
        teaser = article(
            "h", url=self.server.script("/h", handler), title="Harbour", paragraphs=("Soon.",)
        )
        await self.store.save_poll(record.id, polled(), [entry("h", teaser)], pages=True)

    async def text(self) -> tuple[str, ...]:
        return (await self.store.article("h")).article.paragraphs


def html(sentences: list[str]) -> Any:
    return reply(page(sentences), headers=[("Content-Type", "text/html")])


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as opened:
        server = await opened.enter_async_context(ScriptedServer())
        store = SqlStore(database_url)
        await store.open()
        opened.push_async_callback(store.aclose)
        yield Desk(store, server, opened)


async def test_a_page_that_failed_is_fetched_later(desk: Desk) -> None:
    await desk.brought(reply(b"", status=503))
    full_texts = await desk.full_texts()
    await full_texts.take_over_due()
    desk.server.script("/h", html(SENTENCES))
    await full_texts.take_over_due()
    assert await desk.text() == ("Soon.",), "its time has not come"
    desk.clock.instant += LATER
    await full_texts.take_over_due()
    assert await desk.text() == tuple(SENTENCES)
    desk.clock.instant += 9 * LATER
    before = len(desk.server.seen)
    await full_texts.take_over_due()
    assert len(desk.server.seen) == before


async def test_what_one_process_leaves_at_its_end_another_goes_on_with(desk: Desk) -> None:
    asked = asyncio.Event()

    async def endless(seen: object, writer: object) -> None:
        asked.set()
        await asyncio.sleep(60)

    await desk.brought(endless)
    running = asyncio.create_task((await desk.full_texts()).run())
    await asyncio.wait_for(asked.wait(), 20)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    desk.server.script("/h", html(SENTENCES))
    desk.clock.instant += LATER
    await (await desk.full_texts()).take_over_due()
    assert await desk.text() == tuple(SENTENCES)


async def test_a_feed_that_asks_no_more_has_no_page_fetched(desk: Desk) -> None:
    await desk.brought(html(SENTENCES))
    await desk.store.sync_feeds([replace(desk.feed, full_text=False)], now=NOON)
    await (await desk.full_texts()).take_over_due()
    assert desk.server.seen == []
    assert await desk.text() == ("Soon.",)
