"""A saved change of the feed list, taken over while the service runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from aggregator.errors import ConfigError
from aggregator.model.feed import Feed
from aggregator.service.reload import FeedList
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
    feeds = FeedList(store, Noon())
    feeds.tell(lambda urls: told.append(list(urls)))
    good = Config(Settings(), (OLD, NEW))
    wrong = ConfigChange(good, error=ConfigError("line 3: no address"))
    await feeds.own([OLD], saved(ConfigChange(good), wrong))
    assert told == [[OLD.url, NEW.url]]
    assert [record.feed.url for record in await store.feeds()] == [OLD.url, NEW.url]
    assert feeds.error == "line 3: no address"
    await store.aclose()
