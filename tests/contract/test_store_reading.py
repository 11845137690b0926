"""The contract of digests and articles in the port `Store`, run on every adapter."""

from __future__ import annotations

import pytest

from aggregator.errors import NotFound
from aggregator.model.feed import Feed
from aggregator.model.story import ClusterChanges
from aggregator.ports import Store
from tests.contract.store_values import (
    DAY,
    HOUR,
    NOON,
    A,
    B,
    C,
    article,
    entry,
    member,
    polled,
    subscribe,
)


class TestReading:
    async def test_a_story_counts_outlets_articles_and_texts(self, store: Store) -> None:
        await store.sync_feeds([Feed(url=A, category="World")], now=NOON)
        (feed,) = await store.feeds()
        await store.save_poll(
            feed.id,
            polled(),
            [entry("x"), entry("y", outlet="b.example"), entry("z", outlet="b.example")],
        )
        await store.apply(
            ClusterChanges(
                memberships=(member("x", "x"), member("y", "x", copy_of="x"), member("z", "x"))
            )
        )
        story = await store.story("x")
        assert (story.outlets, story.articles, story.independent_texts) == (2, 3, 2)
        assert story.categories == ("World",)
        copied = {row.id: row.copy_of for row in story.coverage}
        assert copied == {"x": None, "y": "x", "z": None}
        assert [row.relation for row in story.coverage].count("lead") == 1

    async def test_a_thin_summary_is_eked_out_by_the_body(self, store: Store) -> None:
        body = article("x", summary="Short", paragraphs=("The body tells more than this does.",))
        await store.import_articles([entry("x", body)])
        await store.apply(ClusterChanges(memberships=(member("x", "x"),)))
        assert (await store.story("x")).summary == "The body tells more than this does."

    async def test_a_window_takes_stories_with_an_article_fetched_in_it(self, store: Store) -> None:
        times = {"early": -25, "start": -24, "late": 0, "end": 1}
        await store.import_articles(
            [entry(i, article(i, fetched_at=NOON + h * HOUR)) for i, h in times.items()]
        )
        await store.apply(ClusterChanges(memberships=tuple(member(i, i) for i in times)))
        found = await store.stories(DAY)
        assert [story.id for story in found] == ["late", "start"]
        assert [story.id for story in await store.stories(DAY, limit=1)] == ["late"]

    async def test_a_window_shows_stories_whole_most_covered_first(self, store: Store) -> None:
        old = article("old", fetched_at=NOON - 99 * HOUR)
        await store.import_articles(
            [entry("old", old), entry("new", outlet="b.example"), entry("single")]
        )
        await store.apply(
            ClusterChanges(
                memberships=(member("old", "s"), member("new", "s"), member("single", "t"))
            )
        )
        found = await store.stories(DAY)
        assert [(story.id, story.articles) for story in found] == [("s", 2), ("t", 1)]

    async def test_one_outlets_archive_leaves_room_for_the_others(self, store: Store) -> None:
        old = [
            entry(f"a{n}", article(f"a{n}", published_at=NOON - (n + 2) * 24 * HOUR))
            for n in range(9)
        ]
        other = entry("z", article("z", published_at=NOON - 30 * 24 * HOUR), outlet="b.example")
        await store.import_articles([*old, other])
        names = [*(f"a{n}" for n in range(9)), "z"]
        await store.apply(ClusterChanges(memberships=tuple(member(name, name) for name in names)))
        assert [story.id for story in await store.stories(DAY, limit=3)] == ["a0", "z", "a1"]

    async def test_an_unknown_story_is_not_found(self, store: Store) -> None:
        with pytest.raises(NotFound):
            await store.story("nobody")

    async def test_feeds_are_summed_up(self, store: Store) -> None:
        a, b, c = await subscribe(store, A, B, C)
        await store.save_state(a, polled(condition="failing"))
        await store.save_state(b, polled(condition="silent", last_poll_at=NOON - 99 * HOUR))
        await store.save_state(c, polled(condition="ok"))
        summary = await store.feeds_summary(DAY)
        assert (summary.polled, summary.failing, summary.silent) == (2, 1, 1)

    async def test_statistics_count(self, store: Store) -> None:
        await subscribe(store, A)
        await store.import_articles([entry("x"), entry("y"), entry("z")])
        await store.import_articles([entry("x", article("x", title="New"))])
        placed = (member("y", "y"), member("z", "y", copy_of="y"))
        await store.apply(ClusterChanges(memberships=placed))
        counted = await store.statistics()
        assert (counted.feeds, counted.articles, counted.revisions) == (1, 3, 1)
        assert counted.copies == 1
        assert (counted.stories, counted.waiting) == (1, 1)
        assert (counted.oldest, counted.newest) == (NOON, NOON)
        assert counted.size > 0
