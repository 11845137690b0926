"""The contract of claims and polls in the port `Store`, run on every adapter."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.errors import NotFound
from aggregator.model.feed import Feed
from aggregator.model.store import PollsWaiting, SearchQuery
from aggregator.ports import Store
from tests.contract.store_values import (
    HOUR,
    LEASE,
    NOON,
    A,
    B,
    C,
    article,
    entry,
    polled,
    subscribe,
)


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

    async def test_a_lease_given_back_is_free_at_once_and_no_later_one(self, store: Store) -> None:
        a, b = await subscribe(store, A, B)
        await store.claim_due(now=NOON, limit=9, lease=LEASE)
        await store.end_leases({b: NOON + LEASE, a: NOON + LEASE - HOUR / 3600})
        again = await store.claim_due(now=NOON, limit=9, lease=LEASE)
        assert [record.id for record in again] == [b]
        await store.end_leases({})
        assert await store.claim_due(now=NOON, limit=9, lease=LEASE) == []

    async def test_those_that_wait_are_counted(self, store: Store) -> None:
        a, b, c = await subscribe(store, A, B, C)
        await store.save_state(c, polled(next_poll_at=NOON + HOUR))
        assert await store.polls_waiting(now=NOON) == PollsWaiting(due=2)
        await store.claim_due(now=NOON, limit=1, lease=LEASE)
        assert await store.polls_waiting(now=NOON) == PollsWaiting(due=1, claimed=1)
        for each in (a, b):
            await store.save_state(each, polled(next_poll_at=NOON + HOUR))
        assert await store.polls_waiting(now=NOON) == PollsWaiting()

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
