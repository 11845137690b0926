"""The contract of feeds in the port `Store`, run on every adapter."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from aggregator.errors import NotFound
from aggregator.model.feed import Feed, FeedState, Validators
from aggregator.ports import Store
from tests.contract.store_values import (
    HOUR,
    NOON,
    A,
    B,
    C,
    entry,
    polled,
    subscribe,
)


class TestFeeds:
    async def test_a_new_address_gets_an_id_that_stays(self, store: Store) -> None:
        changes = await store.sync_feeds([Feed(url=A), Feed(url=B)], now=NOON)
        assert changes.added == (A, B)
        before = [record.id for record in await store.feeds()]
        again = await store.sync_feeds([Feed(url=B), Feed(url=A, title="A")], now=NOON)
        assert (again.added, again.removed, again.changed) == ((), (), (A,))
        assert [record.id for record in await store.feeds()] == before[::-1]

    async def test_everything_the_config_says_comes_back(self, store: Store) -> None:
        feed = Feed(
            url=A,
            title="Äther",
            category="World",
            timezone="Europe/London",
            interval=timedelta(minutes=30),
            outlet="Example",
            full_text=True,
            paused=True,
            headers=(("Accept-Language", "de"), ("X-Api-Key", "k")),
            line=7,
        )
        await store.sync_feeds([feed], now=NOON)
        (record,) = await store.feeds()
        assert record.feed == feed
        assert record.feed.line == 7
        assert record.state == FeedState()
        assert record.aliases == (A,)

    async def test_a_feed_that_leaves_keeps_its_articles_and_resumes(self, store: Store) -> None:
        first, _ = await subscribe(store, A, B)
        await store.save_poll(first, polled(), [entry("x")])
        assert (await store.sync_feeds([Feed(url=B)], now=NOON)).removed == (A,)
        assert [record.feed.url for record in await store.feeds()] == [B]
        assert [r.feed.url for r in await store.feeds(subscribed=None)] == [B, A]
        assert (await store.article("x")).feed_id == first
        resumed = await store.sync_feeds([Feed(url=B), Feed(url=A)], now=NOON)
        assert resumed.resumed == (A,)
        assert (await store.feed(A)).id == first
        assert (await store.feed(A)).articles == 1

    async def test_addresses_are_those_of_the_list_without_secrets(self, store: Store) -> None:
        await store.sync_feeds([Feed(url=A), Feed(url=B)], now=NOON)
        secret = "https://me:hush@c.example/rss?token=hush"
        await store.sync_feeds([Feed(url=B), Feed(url=secret)], now=NOON)
        one, two = sorted(await store.addresses())
        assert one == B
        assert "hush" not in two
        assert urlsplit(two).hostname == "c.example"

    async def test_a_feed_listed_twice_is_one_feed(self, store: Store) -> None:
        await store.sync_feeds([Feed(url=A, title="first"), Feed(url=A, title="second")], now=NOON)
        (record,) = await store.feeds()
        assert record.feed.title == "first"

    async def test_is_found_by_id_address_alias_and_unique_title(self, store: Store) -> None:
        await store.sync_feeds(
            [Feed(url=A, title="Morning News"), Feed(url=B), Feed(url=C, title="Twin")], now=NOON
        )
        first, second, third = await store.feeds()
        await store.add_alias(first.id, "https://old.example/rss")
        await store.save_state(second.id, polled(title="Twin"))
        for name in (first.id, A, "https://old.example/rss", "morning news"):
            assert (await store.feed(name)).id == first.id
        with pytest.raises(NotFound, match="Twin"):
            await store.feed("Twin")
        with pytest.raises(NotFound, match="nowhere"):
            await store.feed("nowhere")
        assert third.id != second.id

    async def test_an_alias_in_the_list_resumes_its_feed(self, store: Store) -> None:
        (first,) = await subscribe(store, A)
        await store.add_alias(first, B)
        changes = await store.sync_feeds([Feed(url=B)], now=NOON)
        assert changes.added == ()
        (record,) = await store.feeds()
        assert (record.id, record.feed.url, record.aliases) == (first, B, (A, B))

    async def test_a_feed_may_go_to_another_of_its_addresses_and_back(self, store: Store) -> None:
        await store.sync_feeds([Feed(url=A, title="a"), Feed(url=B, title="b")], now=NOON)
        first, second = await store.feeds()
        await store.add_alias(first.id, C)
        await store.sync_feeds([Feed(url=C, title="a"), Feed(url=B, title="b")], now=NOON)
        await store.sync_feeds([Feed(url=A, title="a"), Feed(url=B, title="b")], now=NOON)
        assert [record.id for record in await store.feeds()] == [first.id, second.id]

    async def test_a_feed_met_at_anothers_address_is_merged_into_it(self, store: Store) -> None:
        first, second = await subscribe(store, A, B)
        await store.save_poll(first, polled(), [entry("x")])
        await store.save_poll(second, polled(), [entry("y")])
        await store.add_alias(first, B)
        (record,) = await store.feeds()
        assert (record.id, record.articles, record.aliases) == (first, 2, (A, B))
        assert (await store.article("y")).feed_id == first
        with pytest.raises(NotFound):
            await store.add_alias("nobody", C)

    async def test_state_comes_back_whole(self, store: Store) -> None:
        (feed,) = await subscribe(store, A)
        state = FeedState(
            validators=Validators(etag='W/"ü-1"', last_modified="Wed, 31 Jan 2024 13:58:00 GMT"),
            body_digest="abc",
            next_poll_at=NOON + HOUR,
            last_poll_at=NOON,
            last_success_at=NOON - HOUR,
            last_new_at=NOON - 2 * HOUR,
            last_unconditional_at=NOON - 3 * HOUR,
            failures=3,
            error="no\x00 answer",
            status=503,
            condition="throttled",
            moved_to=B,
            moved_since=NOON,
            interval=timedelta(minutes=20),
            gap=timedelta(seconds=12.5),
            fresh_until=NOON + 2 * HOUR,
            ttl=HOUR,
            skip_hours=(1, 2),
            skip_days=(6,),
            site_url="https://a.example/",
            title="A",
            subtitle="All of it",
            language="en-GB",
            hub_url="https://hub.example/",
            topic_url=A,
        )
        await store.save_state(feed, state)
        assert (await store.feed(feed)).state == replace(state, error="no answer")
        with pytest.raises(NotFound):
            await store.save_state("nobody", state)

    async def test_many_polls_end_at_once_and_one_of_no_feed_is_its_own_fault(
        self, store: Store
    ) -> None:
        feeds = await subscribe(store, *(f"https://{n}.example/rss" for n in range(30)))
        states = {feed: polled(failures=number) for number, feed in enumerate(feeds)}
        asked = [*states.items(), ("nobody", polled())]
        ends = await asyncio.gather(
            *(store.save_state(feed, state) for feed, state in asked), return_exceptions=True
        )
        assert [type(end) for end in ends] == [type(None)] * 30 + [NotFound]
        found = await asyncio.gather(*(store.feed(feed) for feed in feeds))
        assert {record.id: record.state for record in found} == states

    async def test_the_word_of_an_overtaken_poll_does_not_count(self, store: Store) -> None:
        (a,) = await subscribe(store, A)
        newer, older = (polled(last_poll_at=NOON + n * HOUR, failures=n) for n in (2, 1))
        await store.save_state(a, newer)
        await store.save_state(a, older)
        assert (await store.feed(a)).state == newer
