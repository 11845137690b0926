"""The figures part of the port `Store`."""

from __future__ import annotations

from datetime import timedelta

from aggregator.model.digest import Window
from aggregator.model.feed import Feed, FeedState
from aggregator.model.story import ClusterChanges
from aggregator.ports import Store
from tests.contract.store_values import NOON, article, entry, member

DAY = timedelta(days=1)


async def test_articles_by_day_count_from_the_windows_start(store: Store) -> None:
    await store.sync_feeds([Feed(url="https://a.example/rss")], now=NOON)
    [feed] = await store.feeds()
    at = {"a": 0.0, "b": 0.5, "c": 2.9, "d": 3.0, "e": -0.1}
    entries = [
        entry(name, article(name, fetched_at=NOON + DAY * days)) for name, days in at.items()
    ]
    await store.save_poll(feed.id, FeedState(), entries)
    window = Window(start=NOON, end=NOON + 3 * DAY)
    assert await store.articles_by_day(window) == {feed.id: [2, 0, 1]}


async def test_placed_articles_tell_text_and_outlet(store: Store) -> None:
    later = article("b1", published_at=NOON + DAY, agency="AFP")
    await store.import_articles([entry("a1"), entry("b1", later, outlet="b.example"), entry("w")])
    await store.unclustered(limit=2)
    await store.apply(
        ClusterChanges(memberships=(member("a1", "s"), member("b1", "s", copy_of="a1")))
    )
    window = Window(start=NOON, end=NOON + DAY)
    first, second = await store.placed(window)
    assert (first.article_id, first.text_id, first.story_id) == ("a1", "a1", "s")
    assert (second.text_id, second.outlet_key, second.agency) == ("a1", "b.example", "AFP")
    assert await store.placed(Window(start=NOON + DAY, end=NOON + 2 * DAY)) == []
