"""While feeds are fetched the database is free; a claim is one statement that locks nobody out."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from contextlib import AsyncExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.feed import Feed
from aggregator.model.poll import LEASE
from aggregator.service.poll import Poller
from aggregator.store import SqlStore
from tests.integration.politeness.conftest import NOON, Reader, Watch, rss
from tests.integration.servers import ScriptedServer, reply
from tests.postgres import PostgresServer


async def test_no_transaction_is_held_while_fetching(
    database_url: str, request: pytest.FixtureRequest
) -> None:
    async with AsyncExitStack() as opened:
        server = await opened.enter_async_context(ScriptedServer())
        asked, answering = asyncio.Event(), asyncio.Event()

        async def slow(seen: object, writer: object) -> None:
            asked.set()
            await answering.wait()
            await reply(rss(1))(seen, writer)  # type: ignore[arg-type]

        store = SqlStore(database_url)
        await store.open()
        opened.push_async_callback(store.aclose)
        fetcher = HttpFetcher(FetchOptions(allow_private_networks=("127.0.0.0/8",)))
        opened.push_async_callback(fetcher.aclose)
        poller = Poller(
            store=store, fetcher=fetcher, parser=Reader(), clock=Watch(), chance=random.Random(1)
        )
        await store.sync_feeds([Feed(url=server.script("/f", slow))], now=NOON)
        [record] = await store.claim_due(now=NOON, limit=9, lease=LEASE)
        polling = asyncio.create_task(poller.poll(record))
        await asyncio.wait_for(asked.wait(), 20)
        if database_url.startswith("sqlite"):
            file = database_url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(file, timeout=0)) as other:
                other.execute("BEGIN IMMEDIATE")  # raises where anybody writes
                other.rollback()
        else:
            postgres: PostgresServer = request.getfixturevalue("postgres")
            query = "SELECT state FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
            assert postgres.execute(query) == []
        answering.set()
        assert (await polling).report.new == 1


async def test_a_claim_is_one_statement_that_passes_over_what_others_hold(
    database_url: str,
) -> None:
    store = SqlStore(database_url)
    await store.open()
    await store.sync_feeds([Feed(url=f"https://a.example/{n}") for n in range(3)], now=NOON)
    told: list[str] = []
    engine = store._backend.writers
    event.listen(engine, "before_cursor_execute", lambda *said: told.append(said[2]))
    assert len(await store.claim_due(now=NOON, limit=2, lease=LEASE)) == 2
    [claim] = [statement for statement in told if "RETURNING" in statement]
    assert "LIMIT" in claim
    if not database_url.startswith("sqlite"):
        assert "FOR UPDATE SKIP LOCKED" in claim
    assert timedelta(seconds=120) == LEASE
    await store.aclose()


async def test_sqlite_writes_ahead_and_waits_for_the_disk(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/news.db")
    await store.open()
    with store._backend.writers.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    await store.aclose()
