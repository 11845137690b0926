from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest

from aggregator.kernels import plain
from aggregator.kernels.port import Kernels
from aggregator.ports import Store
from aggregator.store import SqlStore


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened: Store = SqlStore(database_url, key=lambda: b"a key of the tests")
    await opened.open()
    yield opened
    assert await opened.check() == []
    await opened.aclose()


@pytest.fixture(params=["plain", "compiled"])
def kernels(request: pytest.FixtureRequest) -> Kernels:
    if request.param == "plain":
        return plain
    reason = "needs the extra [fast]"
    return cast("Kernels", pytest.importorskip("aggregator.kernels.compiled", reason=reason))
