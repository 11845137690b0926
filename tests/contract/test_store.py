"""The contract of the port `Store`, run on every adapter."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.errors import NotFound
from aggregator.model.digest import Window
from aggregator.model.feed import Feed, FeedState, Validators
from aggregator.model.store import SearchQuery
from aggregator.model.story import ClusterChanges, Constraint
from aggregator.ports import Store
from tests.contract.store_values import NOON, article, entry, member, polled

HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=120)
A, B, C = "https://a.example/rss", "https://b.example/rss", "https://c.example/rss"
DAY = Window(start=NOON - timedelta(hours=24), end=NOON + HOUR)


async def subscribe(store: Store, *urls: str) -> list[str]:
    await store.sync_feeds([Feed(url=url) for url in urls], now=NOON)
    return [record.id for record in await store.feeds()]


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


class TestClaims:
    async def test_due_feeds_are_leased_once_longest_overdue_first(self, store: Store) -> None:
        a, b, c = await subscribe(store, A, B, C)
        await store.save_state(a, polled(next_poll_at=NOON - HOUR))
        await store.save_state(b, polled(next_poll_at=NOON - 2 * HOUR))
        await store.save_state(c, polled(next_poll_at=NOON + HOUR))
        first = await store.claim_due(now=NOON, limit=1, lease=LEASE)
        second = await store.claim_due(now=NOON, limit=9, lease=LEASE)
        assert [r.id for r in first] == [b]
        assert [r.id for r in second] == [a]
        assert await store.claim_due(now=NOON, limit=9, lease=LEASE) == []

    async def test_a_feed_never_polled_is_due_and_comes_first(self, store: Store) -> None:
        a, b = await subscribe(store, A, B)
        await store.save_state(a, polled(next_poll_at=NOON - HOUR))
        assert [r.id for r in await store.claim_due(now=NOON, limit=9, lease=LEASE)] == [b, a]

    async def test_a_claim_is_free_again_when_its_lease_is_over(self, store: Store) -> None:
        (a,) = await subscribe(store, A)
        await store.claim_due(now=NOON, limit=9, lease=LEASE)
        almost = await store.claim_due(now=NOON + LEASE - HOUR / 3600, limit=9, lease=LEASE)
        over = await store.claim_due(now=NOON + LEASE, limit=9, lease=LEASE)
        assert (almost, [record.id for record in over]) == ([], [a])

    async def test_saving_ends_the_lease(self, store: Store) -> None:
        a, b = await subscribe(store, A, B)
        await store.claim_due(now=NOON, limit=9, lease=LEASE)
        await store.save_state(a, polled(next_poll_at=NOON))
        await store.save_poll(b, polled(next_poll_at=NOON), [])
        again = await store.claim_due(now=NOON, limit=9, lease=LEASE)
        assert {record.id for record in again} == {a, b}

    async def test_paused_unsubscribed_and_gone_feeds_are_never_due(self, store: Store) -> None:
        _, b, c = await subscribe(store, A, B, C)
        await store.save_state(c, polled(next_poll_at=None, condition="gone"))
        await store.sync_feeds([Feed(url=B, paused=True), Feed(url=C)], now=NOON)
        assert await store.claim_due(now=NOON + 99 * HOUR, limit=9, lease=LEASE) == []
        await store.sync_feeds([Feed(url=B), Feed(url=C)], now=NOON)
        assert [r.id for r in await store.claim_due(now=NOON, limit=9, lease=LEASE)] == [b]

    async def test_a_clock_set_right_brings_back_what_was_planned_ahead(self, store: Store) -> None:
        a, b = await subscribe(store, A, B)
        ahead = NOON + 9000 * HOUR
        assert len(await store.claim_due(now=ahead, limit=9, lease=LEASE)) == 2
        await store.save_state(a, polled(last_poll_at=ahead, next_poll_at=ahead + HOUR))
        # b is leased still, for more than a year as the clock now goes.
        assert {r.id for r in await store.claim_due(now=NOON, limit=9, lease=LEASE)} == {a}
        later = NOON + HOUR
        assert {r.id for r in await store.claim_due(now=later, limit=9, lease=LEASE)} == {a, b}

    async def test_claims_at_once_never_share_a_feed(self, store: Store) -> None:
        await subscribe(store, *(f"https://{n}.example/rss" for n in range(60)))
        claims = await asyncio.gather(
            *(store.claim_due(now=NOON, limit=7, lease=LEASE) for _ in range(12))
        )
        claimed = [record.id for claim in claims for record in claim]
        assert len(claimed) == len(set(claimed)) == 60


class TestPolls:
    async def test_an_article_comes_back_whole(self, store: Store) -> None:
        (feed,) = await subscribe(store, A)
        whole = article("x", whole=True)
        saved = await store.save_poll(feed, polled(), [entry("x", whole, html="<p>ü</p>")])
        assert saved.new == ("x",)
        stored = await store.article("x")
        assert stored.article == whole
        assert (stored.feed_id, stored.html, stored.membership) == (feed, "<p>ü</p>", None)
        assert (stored.outlet_key, stored.revisions) == ("a.example", 0)

    async def test_text_no_database_takes_is_cleaned_not_refused(self, store: Store) -> None:
        (feed,) = await subscribe(store, A)
        odd = article("x", title="a\x00b \ud800 c", paragraphs=("\x00", "\udfff"))
        await store.save_poll(feed, polled(), [entry("x", odd)])
        stored = (await store.article("x")).article
        assert (stored.title, stored.paragraphs) == ("ab ? c", ("", "?"))

    @pytest.mark.parametrize("name", ["\x00", "a\x00b", "\ud800", "'", "%", ""])
    async def test_a_name_that_no_text_can_be_is_not_found(self, store: Store, name: str) -> None:
        for ask in (store.article, store.story, store.feed):
            with pytest.raises(NotFound):
                await ask(name)
        assert await store.articles([name]) == []
        assert await store.revisions(name) == []
        assert await store.known_entries(name, [name]) == {}
        filters = SearchQuery(text="x", outlet=name, topic=name, language=name)
        assert await store.search(filters) == []

    async def test_a_poll_saved_again_brings_nothing(self, store: Store) -> None:
        (feed,) = await subscribe(store, A)
        entries = [entry("x"), entry("y")]
        assert (await store.save_poll(feed, polled(), entries)).new == ("x", "y")
        again = await store.save_poll(feed, polled(), entries)
        assert (again.new, again.changed) == ((), ())
        assert (await store.feed(feed)).articles == 2

    async def test_known_entries_tell_their_digest(self, store: Store) -> None:
        (feed,) = await subscribe(store, A)
        await store.save_poll(feed, polled(), [entry("x", digest="d1")])
        known = await store.known_entries(feed, ["x", "nobody"])
        assert {key: value.entry_digest for key, value in known.items()} == {"x": "d1"}
        assert await store.known_entries(feed, []) == {}

    async def test_a_changed_article_is_a_revision(self, store: Store) -> None:
        (feed,) = await subscribe(store, A)
        old = article("x", title="Old")
        new = article("x", title="New", fetched_at=NOON + HOUR)
        await store.save_poll(feed, polled(), [entry("x", old)])
        saved = await store.save_poll(feed, polled(), [entry("x", new, digest="d2")])
        assert (saved.new, saved.changed) == ((), ("x",))
        stored = await store.article("x")
        assert stored.article == replace(new, fetched_at=NOON)
        assert stored.revisions == 1
        (revision,) = await store.revisions("x")
        assert (revision.article, revision.number, revision.seen_at) == (old, 1, NOON)
        assert (await store.known_entries(feed, ["x"]))["x"].entry_digest == "d2"

    async def test_a_wording_that_comes_back_is_a_revision_too(self, store: Store) -> None:
        (feed,) = await subscribe(store, A)
        for title in ("One", "Two", "One"):
            await store.save_poll(feed, polled(), [entry("x", article("x", title=title))])
        assert [r.article.title for r in await store.revisions("x")] == ["One", "Two"]

    async def test_dates_alone_make_no_revision_and_move_nothing(self, store: Store) -> None:
        (feed,) = await subscribe(store, A)
        await store.save_poll(feed, polled(), [entry("x")])
        bumped = article("x", published_at=NOON + HOUR, fetched_at=NOON + HOUR)
        saved = await store.save_poll(feed, polled(), [entry("x", bumped, digest="d2")])
        assert (saved.changed, (await store.article("x")).article) == ((), article("x"))
        # The digest is taken over: the next poll of the same entry ends before it is normalised.
        assert (await store.known_entries(feed, ["x"]))["x"].entry_digest == "d2"

    async def test_an_id_given_twice_is_a_revision_of_itself(self, store: Store) -> None:
        (feed,) = await subscribe(store, A)
        saved = await store.save_poll(
            feed,
            polled(),
            [entry("x", article("x", title=title)) for title in ("One", "Two", "Two", "Three")],
        )
        assert (saved.new, saved.changed) == (("x",), ("x",))
        assert (await store.article("x")).article.title == "Three"
        # Each time the document gave it counts, the same words too.
        assert [r.article.title for r in await store.revisions("x")] == ["One", "Two", "Two"]

    async def test_of_an_id_given_twice_again_only_the_new_wording_counts(
        self, store: Store
    ) -> None:
        (feed,) = await subscribe(store, A)
        for titles in (["One", "Two"], ["One", "Two"], ["One", "Two", "Three"]):
            wordings = [entry("x", article("x", title=title)) for title in titles]
            await store.save_poll(feed, polled(), wordings)
        assert (await store.article("x")).article.title == "Three"
        assert [r.article.title for r in await store.revisions("x")] == ["One", "Two"]

    async def test_a_worker_that_slept_past_its_lease_undoes_nothing(self, store: Store) -> None:
        (feed,) = await subscribe(store, A)
        await store.save_poll(feed, polled(last_poll_at=NOON), [entry("x")])
        newer = polled(last_poll_at=NOON + HOUR, next_poll_at=NOON + 2 * HOUR, body_digest="new")
        await store.save_poll(feed, newer, [entry("x", article("x", title="Newer"))])
        older = polled(last_poll_at=NOON + HOUR / 2, body_digest="old")
        seen = [entry("x", article("x", title="Older")), entry("y")]
        saved = await store.save_poll(feed, older, seen)
        assert (saved.new, saved.changed) == (("y",), ())
        await store.save_state(feed, older)
        assert (await store.article("x")).article.title == "Newer"
        assert (await store.feed(feed)).state == newer
        assert (await store.feed(feed)).articles == 2

    async def test_an_unknown_feed_stores_nothing(self, store: Store) -> None:
        with pytest.raises(NotFound):
            await store.save_poll("nobody", polled(), [entry("x")])
        with pytest.raises(NotFound):
            await store.article("x")

    async def test_polls_at_once_store_each_article_once(self, store: Store) -> None:
        (feed,) = await subscribe(store, A)
        entries = [entry(f"x{n}") for n in range(20)]
        saved = await asyncio.gather(*(store.save_poll(feed, polled(), entries) for _ in range(8)))
        assert sum(len(each.new) for each in saved) == 20
        assert sum(len(each.changed) for each in saved) == 0

    async def test_imported_articles_belong_to_no_feed(self, store: Store) -> None:
        assert (await store.import_articles([entry("x")])).new == ("x",)
        assert (await store.article("x")).feed_id is None

    async def test_articles_come_in_the_order_asked_for(self, store: Store) -> None:
        await store.import_articles([entry("x"), entry("y"), entry("z")])
        found = await store.articles(["z", "nobody", "x"])
        assert [each.article.id for each in found] == ["z", "x"]

    async def test_export_is_oldest_first_and_complete(self, store: Store) -> None:
        many = [
            entry(f"x{n}", article(f"x{n}", fetched_at=NOON + timedelta(seconds=-n % 7)))
            for n in range(1203)
        ]
        await store.import_articles(many)
        found = [each.article async for each in store.export()]
        assert len({each.id for each in found}) == len(found) == 1203
        assert [each.fetched_at for each in found] == sorted(each.fetched_at for each in found)
        late = [each async for each in store.export(since=NOON + timedelta(seconds=6))]
        assert 0 < len(late) == sum(e.fetched_at >= NOON + timedelta(seconds=6) for e in found)


class TestClustering:
    async def test_articles_wait_in_the_order_of_arrival(self, store: Store) -> None:
        a, b = await subscribe(store, A, B)
        low, high = sorted((a, b))
        later = article("later", fetched_at=NOON + HOUR)
        await store.save_poll(high, polled(), [entry("h1", position=1), entry("h0", position=0)])
        await store.save_poll(low, polled(), [entry("later", later), entry("l3", position=3)])
        waiting = await store.unclustered(limit=9)
        assert [each.id for each in waiting] == ["l3", "h0", "h1", "later"]
        assert [each.id for each in await store.unclustered(limit=2)] == ["l3", "h0"]

    async def test_what_waits_is_signed_and_whole(self, store: Store) -> None:
        await store.import_articles([entry("x", article("x", whole=True))])
        (waiting,) = await store.unclustered(limit=1)
        assert waiting.text == "First paragraph, 東京.\nSecond."
        assert (waiting.source, waiting.url) == ("a.example", "https://a.example/x")
        assert waiting.signature == entry("x")[1]

    async def test_placed_articles_wait_no_longer(self, store: Store) -> None:
        await store.import_articles([entry("x"), entry("y")])
        await store.unclustered(limit=9)
        await store.apply(ClusterChanges(memberships=(member("x", "x"),)))
        assert [each.id for each in await store.unclustered(limit=9)] == ["y"]
        assert (await store.article("x")).membership == member("x", "x")

    async def test_placing_without_asking_first_ends_the_wait_too(self, store: Store) -> None:
        await store.import_articles([entry("x")])
        await store.apply(ClusterChanges(memberships=(member("x", "x"),)))
        assert await store.unclustered(limit=9) == []

    async def test_a_revision_waits_again(self, store: Store) -> None:
        await store.import_articles([entry("x")])
        await store.apply(ClusterChanges(memberships=(member("x", "x"),)))
        await store.import_articles([entry("x", article("x", title="New"))])
        (waiting,) = await store.unclustered(limit=9)
        assert (waiting.id, waiting.title) == ("x", "New")
        await store.apply(ClusterChanges(memberships=(member("x", "x"),)))
        assert await store.unclustered(limit=9) == []

    async def test_a_revision_that_comes_while_the_old_one_is_placed_waits(
        self, store: Store
    ) -> None:
        await store.import_articles([entry("x")])
        await store.unclustered(limit=9)
        await store.import_articles([entry("x", article("x", title="New"))])
        await store.apply(ClusterChanges(memberships=(member("x", "x"),)))
        assert [each.title for each in await store.unclustered(limit=9)] == ["New"]

    async def test_moving_an_article_leaves_its_waiting_revision(self, store: Store) -> None:
        await store.import_articles([entry("x")])
        await store.apply(ClusterChanges(memberships=(member("x", "x"),)))
        await store.import_articles([entry("x", article("x", title="New"))])
        await store.apply(ClusterChanges(memberships=(member("x", "s"),)))
        assert [each.title for each in await store.unclustered(limit=9)] == ["New"]

    async def test_the_window_holds_articles_places_and_corrections(self, store: Store) -> None:
        old = entry("old", article("old", fetched_at=NOON - 48 * HOUR))
        await store.import_articles([old, entry("x"), entry("y"), entry("waits")])
        placed = (member("old", "old"), member("y", "x", copy_of="x"), member("x", "x"))
        await store.apply(ClusterChanges(memberships=placed))
        apart = Constraint(kind="apart", a="x", b="old", made_at=NOON)
        await store.constrain([apart], ClusterChanges())
        window = await store.cluster_window(since=NOON - HOUR)
        assert [each.id for each in window.articles] == ["x", "y"]
        assert {each.article_id: each for each in window.memberships} == {
            "x": placed[2],
            "y": placed[1],
        }
        assert window.constraints == (apart,)

    async def test_texts_are_title_and_body(self, store: Store) -> None:
        await store.import_articles(
            [entry("x", article("x", title="T", paragraphs=("a", "b"))), entry("y")]
        )
        assert await store.texts(["x", "nobody"]) == {"x": "T\na\nb"}

    async def test_a_story_merged_away_is_still_found(self, store: Store) -> None:
        await store.import_articles([entry("x"), entry("y"), entry("z")])
        await store.apply(ClusterChanges(memberships=tuple(member(i, i) for i in ("x", "y", "z"))))
        # y's own member is not named: the clusterer's window no longer held it.
        await store.apply(ClusterChanges(aliases={"y": "x"}))
        await store.apply(ClusterChanges(memberships=(member("x", "z"),), aliases={"x": "z"}))
        for name in ("x", "y", "z"):
            found = await store.story(name)
            assert (found.id, found.articles) == ("z", 3)
        assert (await store.statistics()).stories == 1

    async def test_a_story_split_off_again_is_itself_again(self, store: Store) -> None:
        await store.import_articles([entry("x"), entry("y")])
        await store.apply(ClusterChanges(memberships=(member("x", "x"), member("y", "y"))))
        await store.apply(ClusterChanges(memberships=(member("y", "x"),), aliases={"y": "x"}))
        await store.apply(ClusterChanges(memberships=(member("y", "y"),)))
        assert [(await store.story(name)).id for name in ("x", "y")] == ["x", "y"]

    async def test_a_story_without_articles_is_gone(self, store: Store) -> None:
        await store.import_articles([entry("x"), entry("y")])
        await store.apply(ClusterChanges(memberships=(member("x", "x"), member("y", "y"))))
        await store.apply(ClusterChanges(memberships=(member("y", "x"),)))
        with pytest.raises(NotFound):
            await store.story("y")

    async def test_unknown_articles_are_passed_over(self, store: Store) -> None:
        await store.apply(ClusterChanges(memberships=(member("nobody", "s"),)))
        assert (await store.statistics()).stories == 0

    async def test_corrections_are_kept_in_order_and_taken_back(self, store: Store) -> None:
        one = Constraint(kind="together", a="x", b="y", made_at=NOON + HOUR)
        two = Constraint(kind="pin", a="x", b="s", made_at=NOON)
        await store.import_articles([entry("x")])
        await store.constrain([one, two], ClusterChanges(memberships=(member("x", "s"),)))
        assert await store.constraints() == [two, one]
        again = replace(two, made_at=NOON + 2 * HOUR)
        await store.constrain([again], ClusterChanges())
        assert await store.constraints() == [one, again]
        await store.release([one])
        assert await store.constraints() == [again]
        assert (await store.story("s")).articles == 1


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
        await store.import_articles([entry("x"), entry("y")])
        await store.import_articles([entry("x", article("x", title="New"))])
        await store.apply(ClusterChanges(memberships=(member("y", "y"),)))
        counted = await store.statistics()
        assert (counted.feeds, counted.articles, counted.revisions) == (1, 2, 1)
        assert (counted.stories, counted.waiting) == (1, 1)
        assert (counted.oldest, counted.newest) == (NOON, NOON)
        assert counted.size > 0


class TestLocks:
    async def test_a_lock_has_one_holder(self, store: Store) -> None:
        async with store.hold("cluster") as first, store.hold("cluster") as second:
            assert (first, second) == (True, False)
        async with store.hold("cluster") as again, store.hold("prune") as other:
            assert (again, other) == (True, True)

    async def test_one_who_waits_gets_it_next(self, store: Store) -> None:
        async def wait() -> bool:
            async with store.hold("cluster", wait=True) as held:
                return held

        async with store.hold("cluster"):
            waiting = asyncio.create_task(wait())
            await asyncio.sleep(0.05)
            assert not waiting.done()
        assert await waiting
