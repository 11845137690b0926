"""Backups, restores and copies lose nothing, from either database to either."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from aggregator.errors import StoreCorrupt, StoreError, StoreLocked
from aggregator.model.access import Token
from aggregator.model.digest import Window
from aggregator.model.feed import Feed
from aggregator.model.reading import SavedSearch, StoryMark, Taste
from aggregator.model.status import Heartbeat, ServiceStatus
from aggregator.model.store import Listing, SearchQuery
from aggregator.model.story import ClusterChanges, Constraint, Undoing
from aggregator.model.websub import Subscription
from aggregator.store import SqlStore
from aggregator.store.schema import metadata
from tests.contract.store_values import NOON, article, entry, member, polled
from tests.integration.store_faults import as_nobody
from tests.postgres import PostgresServer

ALWAYS = Window(start=NOON - timedelta(days=99), end=NOON + timedelta(days=99))


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlStore]:
    store = SqlStore(url)
    await store.open()
    try:
        yield store
    finally:
        await store.aclose()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def fill(store: SqlStore) -> None:
    """Something in every table."""
    await store.sync_feeds([Feed(url="https://a.example/rss", title="Ä", category="W")], now=NOON)
    (feed,) = await store.feeds()
    await store.add_alias(feed.id, "https://old.example/rss")
    whole = article("x0", whole=True)
    many = [entry(f"x{n}", position=n) for n in range(1, 1500)]
    await store.save_poll(feed.id, polled(), [entry("x0", whole), *many], pages=True)
    placed = tuple(member(f"x{n}", f"x{n % 700}") for n in range(1400))
    await store.apply(ClusterChanges(memberships=placed, aliases={"gone": "x1"}))
    await store.save_poll(
        feed.id,
        polled(),
        [entry("x5", article("x5", title="Anew, 東京"))],
        listing=Listing(ids=frozenset(), deleted=frozenset({"guid-x6"})),
    )
    pin = Constraint(kind="pin", a="x1", b="x1", made_at=NOON)
    await store.constrain([pin], ClusterChanges())
    status = ServiceStatus(version="1", started_at=NOON, polls=(("modified", 3),))
    await store.save_marks("me", [StoryMark(story_id="x1", read_at=NOON, starred=True)])
    await store.save_taste("me", Taste(kind="topic", name="Ünder", likes=True))
    search = SavedSearch(name="s", query=SearchQuery(text="x", since=NOON), made_at=NOON)
    await store.save_search("me", search)
    await store.import_articles([entry("forgotten")])
    await store.forget_articles(["forgotten"], now=NOON)
    hub = Subscription(
        feed_id=(await store.feeds())[0].id,
        hub="https://hub.example/",
        topic="https://a.example/rss",
        key="k3y",
        asked_at=NOON,
        lease_until=NOON,
    )
    await store.save_subscription(hub)
    await store.save_token(Token(name="phone", digest="d", scopes=("read",), made_at=NOON))
    await store.note_done("mail", NOON)
    apart = Constraint(kind="apart", a="a", b="c", made_at=NOON)
    await store.remember("key", Undoing(constraints=(apart,)), now=NOON)
    await store.beat(Heartbeat(name="host:1", at=NOON, status=status))


def rows(url: str) -> dict[str, list[Any]]:
    """Every row of every table, read with no code of the store's."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found: dict[str, list[Any]] = {
            table.name: [
                tuple(row)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in metadata.sorted_tables
            if table.name != "form"
        }
    engine.dispose()
    return found


async def test_a_copy_to_the_other_database_and_back_loses_nothing(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    first, last = f"sqlite:///{tmp_path}/first.db", f"sqlite:///{tmp_path}/last.db"
    middle = postgres.url(postgres.database())
    steps: list[tuple[int, int]] = []
    async with opened(first) as a, opened(middle) as b, opened(last) as c:
        await fill(a)
        copied = await a.copy_to(b, progress=lambda done, total: steps.append((done, total)))
        await b.copy_to(c)
        before = rows(first)
        assert all(before.values()), "every table is put to the test"
        assert rows(middle) == before
        assert rows(last) == before
        assert steps[-1] == (copied, copied)
        assert copied == sum(map(len, before.values()))
        found = await a.search(SearchQuery(text="東京"))
        assert len(found) == 2
        for store in (b, c):
            assert await store.check() == []
            assert await store.search(SearchQuery(text="東京")) == found
            assert await store.stories(ALWAYS) == await a.stories(ALWAYS)
        # The sequences go on behind what was copied.
        assert (await b.import_articles([entry("new")])).new == ("new",)


async def test_nothing_is_copied_onto_something(database_url: str, tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/from.db") as a, opened(database_url) as b:
        await fill(a)
        await b.import_articles([entry("mine")])
        with pytest.raises(StoreError, match="holds feeds or articles already"):
            await a.copy_to(b)
        assert (await b.statistics()).articles == 1


async def test_a_backup_gives_the_same_stories(database_url: str, tmp_path: Path) -> None:
    backup = tmp_path / "new" / "backup.db"
    async with opened(database_url) as store:
        await fill(store)
        await store.backup(str(backup))
        expected = await store.stories(ALWAYS)
    assert names(backup.parent) == ["backup.db"]
    async with opened(f"sqlite:///{tmp_path}/elsewhere.db") as other:
        assert await other.restore(backup) == tmp_path / "elsewhere.db.replaced-1"
    async with opened(f"sqlite:///{tmp_path}/elsewhere.db") as other:
        assert await other.stories(ALWAYS) == expected
        assert await other.check() == []


async def test_a_backup_is_restored_into_an_empty_server(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    backup = tmp_path / "backup.db"
    async with opened(f"sqlite:///{tmp_path}/news.db") as store:
        await fill(store)
        await store.backup(str(backup))
        expected = await store.stories(ALWAYS)
    url = postgres.url(postgres.database())
    async with opened(url) as server:
        assert await server.restore(backup) is None
        assert await server.stories(ALWAYS) == expected
        with pytest.raises(StoreError, match="already"):
            await server.restore(backup)


async def test_what_a_restore_replaces_is_kept(tmp_path: Path) -> None:
    news, backup = tmp_path / "news.db", tmp_path / "backup.db"
    async with opened(f"sqlite:///{news}") as store:
        await store.import_articles([entry("old")])
        await store.backup(str(backup))
        await store.import_articles([entry("since")])
    restorer = SqlStore(f"sqlite:///{news}")
    kept = await restorer.restore(backup)
    await restorer.aclose()
    assert kept is not None
    async with opened(f"sqlite:///{news}") as now, opened(f"sqlite:///{kept}") as then:
        assert (await now.statistics()).articles == 1
        assert (await then.statistics()).articles == 2


async def test_a_database_in_use_is_not_replaced(tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    async with opened(f"sqlite:///{tmp_path}/news.db") as store:
        await store.import_articles([entry("x")])
        await store.backup(str(backup))
        restorer = SqlStore(f"sqlite:///{tmp_path}/news.db", busy_seconds=0.1)
        with pytest.raises(StoreLocked):
            await restorer.restore(backup)
        await restorer.aclose()
        assert (await store.statistics()).articles == 1
    assert not [name for name in names(tmp_path) if "part" in name]


async def test_a_damaged_database_can_be_replaced(tmp_path: Path) -> None:
    news, backup = tmp_path / "news.db", tmp_path / "backup.db"
    async with opened(f"sqlite:///{news}") as store:
        await store.import_articles([entry("x")])
        await store.backup(str(backup))
    news.write_bytes(b"no database at all" * 999)
    restorer = SqlStore(f"sqlite:///{news}")
    await restorer.restore(backup)
    await restorer.aclose()
    async with opened(f"sqlite:///{news}") as store:
        assert (await store.statistics()).articles == 1


@pytest.mark.parametrize("kind", ["missing", "text", "foreign", "damaged"])
async def test_only_a_whole_backup_is_restored(tmp_path: Path, kind: str) -> None:
    news, backup = tmp_path / "news.db", tmp_path / "backup.db"
    async with opened(f"sqlite:///{news}") as store:
        await fill(store)
        if kind == "damaged":
            await store.backup(str(backup))
            with backup.open("r+b") as file:
                file.seek(backup.stat().st_size // 2)
                file.write(b"\xa5" * 40_000)
    if kind == "text":
        backup.write_text("hello " * 999)
    if kind == "foreign":
        with sqlite3.connect(backup) as connection:
            connection.execute("CREATE TABLE article (id)")
        connection.close()
    restorer = SqlStore(f"sqlite:///{news}")
    with pytest.raises(StoreError) as raised:
        await restorer.restore(backup)
    await restorer.aclose()
    assert str(backup) in str(raised.value) or isinstance(raised.value, StoreCorrupt)
    assert not [name for name in names(tmp_path) if "part" in name]
    async with opened(f"sqlite:///{news}") as store:
        assert (await store.statistics()).articles == 1500


async def test_a_backup_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    async with opened(f"sqlite:///{tmp_path}/news.db") as store:
        await store.backup(str(backup))
    restorer = SqlStore(f"sqlite:///{tmp_path}/other.db")
    with unreadable(backup), pytest.raises(StoreError, match="the backup cannot be read") as said:
        await restorer.restore(backup)
    assert str(backup) in str(said.value)
    await restorer.restore(backup)
    await restorer.aclose()


@contextmanager
def unreadable(file: Path) -> Iterator[None]:
    """Runs a block as a user who may not read this file but may all else."""
    file.chmod(0)
    # The folders that pytest makes are their owner's alone.
    for folder in (file.parent, *file.parents[1:4]) if os.geteuid() == 0 else ():
        folder.chmod(0o777)
    try:
        with as_nobody():
            yield
    finally:
        file.chmod(0o644)
