"""The contract of pages that wait in the port `Store`, run on every adapter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from aggregator.model.instants import Instant
from aggregator.ports import Store
from tests.contract.store_values import HOUR, NOON, A, article, entry, polled, subscribe

PATIENCE = timedelta(minutes=10)


async def claimed(store: Store, now: Instant, *, limit: int = 9) -> Sequence[str]:
    return await store.claim_pages(now=now, limit=limit, patience=PATIENCE, tries=3)


async def test_pages_wait_only_where_the_poll_asks_for_them(store: Store) -> None:
    (mine,) = await subscribe(store, A)
    await store.save_poll(mine, polled(), [entry("x")])
    assert await claimed(store, NOON) == []
    await store.save_poll(mine, polled(last_poll_at=NOON + HOUR), [entry("y")], pages=True)
    assert await claimed(store, NOON + HOUR) == ["y"]


async def test_a_page_is_handed_out_once_the_newest_first(store: Store) -> None:
    (mine,) = await subscribe(store, A)
    await store.save_poll(mine, polled(), [entry(name) for name in "xyz"], pages=True)
    assert await claimed(store, NOON, limit=2) == ["z", "y"]
    assert await claimed(store, NOON, limit=2) == ["x"]
    assert await claimed(store, NOON) == []


async def test_what_was_not_done_is_due_again_later_and_later_and_then_no_more(
    store: Store,
) -> None:
    (mine,) = await subscribe(store, A)
    await store.save_poll(mine, polled(), [entry("x")], pages=True)
    now = NOON
    for time in (1, 2, 3):
        assert await claimed(store, now) == ["x"]
        now += time * PATIENCE - timedelta(seconds=1)
        assert await claimed(store, now) == []
        now += timedelta(seconds=1)
    assert await claimed(store, now) == []
    assert await claimed(store, now + 9 * HOUR) == []


async def test_what_is_done_waits_no_longer(store: Store) -> None:
    (mine,) = await subscribe(store, A)
    await store.save_poll(mine, polled(), [entry("x"), entry("y")], pages=True)
    await claimed(store, NOON)
    await store.page_done("x")
    assert await claimed(store, NOON + HOUR) == ["y"]


async def test_a_new_wording_has_its_page_fetched_again(store: Store) -> None:
    (mine,) = await subscribe(store, A)
    await store.save_poll(mine, polled(), [entry("x")], pages=True)
    await claimed(store, NOON)
    changed = entry("x", article("x", title="Another title"))
    later = polled(last_poll_at=NOON + HOUR)
    assert (await store.save_poll(mine, later, [changed], pages=True)).changed == ("x",)
    await store.page_done("x")
    assert await claimed(store, NOON + HOUR) == ["x"], "only the page of the first one was done"
