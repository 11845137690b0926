"""The contract of the port `Store`: what takes corrections back, the same on every database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from aggregator.errors import NotFound
from aggregator.model.story import Constraint, Evidence, Membership, Undoing
from aggregator.ports import Store
from aggregator.store import SqlStore
from tests.contract.store_values import NOON

UNDOING = Undoing(
    constraints=(Constraint(kind="apart", a="é", b="b", made_at=NOON),),
    given_up=(Constraint(kind="pin", a="a", b="s", made_at=NOON - timedelta(days=1)),),
    before=(
        Membership(
            article_id="a",
            story_id="s",
            copy_of="b",
            evidence=Evidence(
                rule="event",
                score=0.8,
                parts={"title": 0.5},
                terms=("ferry", "fog"),
                resemblance=0.1,
                compared_with="b",
                weights="w1",
            ),
        ),
        Membership(article_id="b", story_id="s", evidence=Evidence(rule="founder")),
    ),
)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened: Store = SqlStore(database_url)
    await opened.open()
    yield opened
    await opened.aclose()


async def test_what_was_kept_is_given_back_once(store: Store) -> None:
    await store.remember("key", UNDOING, now=NOON)
    assert await store.recall("key") == UNDOING
    with pytest.raises(NotFound, match="taken back before"):
        await store.recall("key")


async def test_the_latest_stay(store: Store) -> None:
    for number in range(202):
        now = NOON + timedelta(seconds=number)
        await store.remember(f"k{number}", Undoing(constraints=()), now=now)
    for gone in ("k0", "k1"):
        with pytest.raises(NotFound):
            await store.recall(gone)
    assert await store.recall("k2") == Undoing(constraints=())
