"""The contract of withdrawn articles in the port `Store`, run on every adapter."""

from __future__ import annotations

from aggregator.model.store import Listing
from aggregator.model.story import ClusterChanges
from aggregator.ports import Store
from tests.contract.store_values import HOUR, NOON, A, B, article, entry, member, polled, subscribe


async def withdrawn(store: Store) -> list[str]:
    return [each.article.id async for each in store.export() if each.withdrawn_at is not None]


async def test_what_a_complete_feed_has_no_more_is_withdrawn_and_kept(store: Store) -> None:
    mine, other = await subscribe(store, A, B)
    await store.save_poll(mine, polled(), [entry("x"), entry("y")])
    await store.save_poll(other, polled(), [entry("z")])
    assert await withdrawn(store) == []
    listing = Listing(ids=frozenset({"y"}), complete=True)
    later = polled(last_poll_at=NOON + HOUR)
    assert (await store.save_poll(mine, later, [], listing=listing)).withdrawn == ("x",)
    assert await withdrawn(store) == ["x"]
    assert (await store.article("x")).withdrawn_at == NOON + HOUR
    known = await store.known_entries(mine, ["x", "y"])
    assert {name: each.withdrawn for name, each in known.items()} == {"x": True, "y": False}
    again = polled(last_poll_at=NOON + 2 * HOUR)
    assert (await store.save_poll(mine, again, [], listing=listing)).withdrawn == ()
    assert (await store.article("x")).withdrawn_at == NOON + HOUR, "the first time stands"


async def test_what_is_back_stands_again(store: Store) -> None:
    (mine,) = await subscribe(store, A)
    gone = Listing(ids=frozenset(), complete=True)
    await store.save_poll(mine, polled(), [entry("x")])
    await store.save_poll(mine, polled(last_poll_at=NOON + HOUR), [], listing=gone)
    assert await withdrawn(store) == ["x"]
    back = Listing(ids=frozenset({"x"}))
    await store.save_poll(mine, polled(last_poll_at=NOON + 2 * HOUR), [], listing=back)
    assert await withdrawn(store) == []


async def test_a_document_may_name_what_was_deleted(store: Store) -> None:
    (mine,) = await subscribe(store, A)
    await store.save_poll(mine, polled(), [entry("x"), entry("y")])
    named = Listing(ids=frozenset(), deleted=frozenset({"guid-x"}))
    later = polled(last_poll_at=NOON + HOUR)
    assert (await store.save_poll(mine, later, [], listing=named)).withdrawn == ("x",)


async def test_the_word_of_a_poll_that_was_overtaken_withdraws_nothing(store: Store) -> None:
    (mine,) = await subscribe(store, A)
    await store.save_poll(mine, polled(last_poll_at=NOON + HOUR), [entry("x")])
    await store.save_poll(mine, polled(), [], listing=Listing(ids=frozenset(), complete=True))
    assert await withdrawn(store) == []


async def test_a_story_tells_which_of_its_articles_were_withdrawn(store: Store) -> None:
    (mine,) = await subscribe(store, A)
    await store.save_poll(mine, polled(), [entry("x", article("x")), entry("y", article("y"))])
    await store.apply(ClusterChanges(memberships=(member("x", "s"), member("y", "s"))))
    before = await store.changed()
    listing = Listing(ids=frozenset({"y"}), complete=True)
    await store.save_poll(mine, polled(last_poll_at=NOON + HOUR), [], listing=listing)
    assert await store.changed() != before, "kept pages end"
    (lead,) = [row for row in (await store.story("s")).coverage if row.relation == "lead"]
    assert lead.id == "y"
    assert [row.id for row in (await store.story("s")).coverage if row.withdrawn_at] == ["x"]
