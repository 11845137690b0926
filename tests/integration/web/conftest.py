from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from aggregator.store import SqlStore
from aggregator.web.app import create_app
from aggregator.web.options import WebOptions
from tests.integration.web.world import FixedClock, fill


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = SqlStore(f"sqlite:///{tmp_path}/news.db")
    await opened.open()
    await fill(opened)
    yield opened
    await opened.aclose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def browser(store: SqlStore, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """A client that keeps cookies, talking to the site over a filled store."""
    app = create_app(store=store, clock=clock, options=WebOptions(hosts=("news.example",)))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client
