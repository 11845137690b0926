"""The contract of what the clusterer asks of the port `Store`, run on every adapter."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from aggregator.errors import NotFound
from aggregator.model.story import ClusterChanges, Constraint
from aggregator.ports import Store
from tests.contract.store_values import (
    HOUR,
    NOON,
    A,
    B,
    article,
    entry,
    member,
    polled,
    subscribe,
)


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

    async def test_a_window_read_before_asks_for_what_was_written_since(self, store: Store) -> None:
        await store.import_articles([entry(each) for each in ("a", "b", "c", "d", "e")])
        everyone = tuple(member(each, each) for each in ("a", "b", "c", "d"))
        own = await store.apply(ClusterChanges(memberships=everyone))
        before = await store.cluster_window(since=NOON - HOUR)
        assert before.stamps == own
        assert len(before.stamps) == 4

        async def since() -> dict[str, str]:
            found = await store.cluster_window(since=NOON - HOUR, known=before.stamps)
            assert [each.id for each in found.articles] == [m.article_id for m in found.memberships]
            return {each.article_id: each.story_id for each in found.memberships}

        assert await since() == {}
        await store.apply(ClusterChanges(memberships=(member("e", "e"), member("a", "a"))))
        assert await since() == {"a": "a", "e": "e"}
        # b lives on under c without being named, and what copied d has another to copy.
        await store.apply(ClusterChanges(aliases={"b": "c"}))
        await store.apply(ClusterChanges(memberships=(member("e", "d", copy_of="d"),)))
        before = replace(before, stamps=(await store.cluster_window(since=NOON - HOUR)).stamps)
        assert await since() == {}
        await store.forget_articles(["d"], now=NOON)
        assert await since() == {"e": "d"}

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
