"""A saved change of the feed list, taken over while the service runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from aggregator.errors import ConfigError
from aggregator.model.feed import Feed
from aggregator.service.reload import LOCK, FeedList, InForce
from aggregator.settings.schema import Settings
from aggregator.settings.watch import Config, ConfigChange
from aggregator.store import SqlStore

OLD, NEW = Feed(url="https://a.example/f"), Feed(url="https://b.example/f")


class Noon:
    def now(self) -> datetime:
        return datetime(2026, 3, 3, 12, tzinfo=UTC)


async def saved(*changes: ConfigChange) -> AsyncIterator[ConfigChange]:
    for change in changes:
        yield change


async def test_a_list_taken_over_is_told_and_a_wrong_one_is_not(tmp_path: Path) -> None:
    store, told = SqlStore(f"sqlite:///{tmp_path / 'a.db'}"), list[list[str]]()
    await store.open()
    in_force = InForce()
    feeds = FeedList(store, Noon(), in_force)
    feeds.tell(lambda urls: told.append(list(urls)))
    good = Config(Settings(), (OLD, NEW))
    wrong = ConfigChange(good, error=ConfigError("line 3: no address"))
    await feeds.own([OLD], saved(ConfigChange(good), wrong))
    assert told == [[OLD.url, NEW.url]]
    assert [record.feed.url for record in await store.feeds()] == [OLD.url, NEW.url]
    assert in_force.error == "line 3: no address"
    await store.aclose()


async def test_changed_settings_are_told_and_their_feeds_left_to_who_comes_next(
    tmp_path: Path,
) -> None:
    store, told = SqlStore(f"sqlite:///{tmp_path / 'a.db'}"), list[Config]()
    await store.open()
    feeds = FeedList(store, Noon(), InForce(settings_changed=told.append))
    other = Config(Settings(), (OLD, NEW))
    told_so = ("[digest] limit: 50 → 10", f"feed added: {NEW.url}")
    change = ConfigChange(other, differences=told_so, settings_differ=True)
    await feeds.own([OLD], saved(change))
    assert told == [other]
    assert [record.feed.url for record in await store.feeds()] == [OLD.url]
    await store.aclose()


async def test_one_that_stands_by_takes_over_the_list_as_it_was_last_saved(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'a.db'}")
    await store.open()
    feeds = FeedList(store, Noon(), InForce())
    more = asyncio.Event()

    async def later() -> AsyncIterator[ConfigChange]:
        yield ConfigChange(Config(Settings(), (NEW,)))
        await more.wait()

    async with store.hold(LOCK) as held:
        assert held
        standing_by = asyncio.create_task(feeds.own([OLD], later()))
        await asyncio.sleep(0.1)
        assert await store.feeds() == []
    async with asyncio.timeout(20):
        while not feeds.owned:  # noqa: ASYNC110 - another task's doing
            await asyncio.sleep(0.05)
    assert [record.feed.url for record in await store.feeds()] == [NEW.url]
    more.set()
    await standing_by
    await store.aclose()
