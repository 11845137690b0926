"""The contract of tokens and of daily work, run on every adapter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.errors import NotFound
from aggregator.model.access import Token
from aggregator.ports import Store
from tests.contract.store_values import NOON

PHONE = Token(name="phone", digest="d1", scopes=("read", "mark"), made_at=NOON)
CRON = Token(name="cron", digest="d2", scopes=("metrics",), made_at=NOON - timedelta(days=1))


async def test_a_token_is_known_by_its_digest_until_it_is_dropped(store: Store) -> None:
    await store.save_token(PHONE)
    await store.save_token(CRON)
    assert await store.tokens() == [CRON, PHONE]
    assert await store.token("d1") == PHONE
    assert await store.token("d3") is None
    await store.drop_token("phone")
    assert await store.token("d1") is None
    with pytest.raises(NotFound, match="phone"):
        await store.drop_token("phone")


async def test_what_was_done_is_known_by_its_last_time(store: Store) -> None:
    assert await store.done_at("mail") is None
    await store.note_done("mail", NOON)
    await store.note_done("backup", NOON - timedelta(days=1))
    await store.note_done("mail", NOON + timedelta(days=1))
    assert await store.done_at("mail") == NOON + timedelta(days=1)
    assert await store.done_at("backup") == NOON - timedelta(days=1)
