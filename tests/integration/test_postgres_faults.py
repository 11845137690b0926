"""What goes wrong with PostgreSQL is said in words, loses nothing, and passes by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from aggregator.errors import (
    StoreLocked,
    StoreUnreachable,
)
from aggregator.model.feed import Feed
from aggregator.model.story import ClusterChanges
from tests.contract.store_values import NOON, article, entry, member, polled
from tests.integration.store_faults import opened, until
from tests.postgres import PostgresServer

END_HOLDERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'
"""


async def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreUnreachable, match="does not answer") as raised:
        async with opened(f"postgresql://me:secret@/news?host={tmp_path}"):
            pass
    assert "secret" not in str(raised.value)


async def test_a_database_that_is_not_there_is_named(postgres: PostgresServer) -> None:
    with pytest.raises(StoreUnreachable, match="nowhere"):
        async with opened(postgres.url("nowhere")):
            pass


async def test_a_server_that_stops_and_starts_is_found_again(postgres: PostgresServer) -> None:
    async with opened(postgres.url(postgres.database())) as store:
        await store.sync_feeds([Feed(url="https://a.example/rss")], now=NOON)
        (feed,) = await store.feeds()
        await store.save_poll(feed.id, polled(), [entry("before")])
        postgres.stop()
        try:
            for _ in range(3):
                with pytest.raises(StoreUnreachable, match="does not answer"):
                    await store.save_poll(feed.id, polled(), [entry("during")])
        finally:
            postgres.start()
        await until(lambda: store.save_poll(feed.id, polled(), [entry("after")]), StoreUnreachable)
        assert [each.article.id async for each in store.export()] == ["before", "after"]
        assert await store.check() == []


async def test_a_connection_cut_within_a_transaction_leaves_nothing(
    postgres: PostgresServer,
) -> None:
    name = postgres.database()
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
    async with opened(postgres.url(name)) as store:
        many = [entry(f"x{n}", article(f"x{n}", paragraphs=("w " * 99,))) for n in range(3000)]
        saving = asyncio.create_task(store.import_articles(many))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(postgres.execute, f"{cut}'{name}'")
        try:
            await saving
            expected = {0, 3000}
        except StoreUnreachable:
            expected = {0}
        assert (await store.statistics()).articles in expected
        assert len((await store.import_articles(many)).new) in {0, 3000}
        assert (await store.statistics()).articles == 3000


async def test_a_holder_that_loses_its_lock_is_stopped(postgres: PostgresServer) -> None:
    name = postgres.database()
    async with opened(postgres.url(name)) as store:

        async def holding() -> None:
            async with store.hold("cluster") as held:
                assert held
                # Only the lock's session: the others are to notice nothing.
                postgres.execute(END_HOLDERS)
                async with store.hold("cluster", wait=True) as other:
                    assert other
                await asyncio.sleep(30)

        with pytest.raises(StoreUnreachable, match="lock 'cluster' was lost"):
            await holding()
        assert (await store.statistics()).articles == 0


async def test_what_was_decided_under_a_lock_that_is_lost_is_not_written(
    postgres: PostgresServer,
) -> None:
    name = postgres.database()
    async with opened(postgres.url(name)) as store:
        await store.import_articles([entry("x")])
        placed = ClusterChanges(memberships=(member("x", "s"),))
        async with store.hold("cluster") as held:
            assert held
            await store.apply(placed, under="cluster")
            postgres.execute(END_HOLDERS)
            elsewhere = ClusterChanges(memberships=(member("x", "other"),))
            with pytest.raises(StoreLocked, match="has gone to another process"):
                await store.apply(elsewhere, under="cluster")
            stored = await store.article("x")
            assert stored.membership is not None
            assert stored.membership.story_id == "s"
