from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from aggregator.ports import Store
from aggregator.store import SqlStore


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened: Store = SqlStore(database_url, key=lambda: b"a key of the tests")
    await opened.open()
    yield opened
    assert await opened.check() == []
    await opened.aclose()
