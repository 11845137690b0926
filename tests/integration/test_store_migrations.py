"""Migrations lead from nothing, and from every form before, to what the tables say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from aggregator.model.store import SearchQuery
from aggregator.model.story import ClusterChanges
from aggregator.store import SqlStore
from aggregator.store.migrate import FOLDER
from aggregator.store.schema import VERSION, metadata
from tests.contract.store_values import article, entry, member
from tests.postgres import PostgresServer


def config(connection: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["connection"] = connection
    return made


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/news.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.url(server.database())


def test_the_newest_version_is_the_one_alembic_finds() -> None:
    scripts = ScriptDirectory.from_config(config())
    assert scripts.get_heads() == [VERSION]


async def test_migrations_make_what_the_tables_say(empty_url: str) -> None:
    store = SqlStore(empty_url)
    assert await store.upgrade() == (None, VERSION)
    assert await store.upgrade() == (VERSION, VERSION)
    await store.aclose()
    with connected(empty_url) as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, *_: not str(name).startswith("article_words")},
        )
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("before", ["0001", "0003", "0006", "0011", "0012"])
async def test_an_older_database_keeps_what_it_holds(empty_url: str, before: str) -> None:
    with connected(empty_url) as connection:
        command.upgrade(config(connection), before)
        connection.execute(
            text("INSERT INTO correction (kind, a, b, made_at) VALUES ('pin', 'x', 'y', 5)")
        )
    store = SqlStore(empty_url)
    await store.open()
    (kept,) = await store.constraints()
    assert (kept.kind, kept.a, kept.b) == ("pin", "x", "y")
    assert await store.check() == []
    await store.aclose()


async def test_search_is_made_anew_where_its_words_have_changed(empty_url: str) -> None:
    store = SqlStore(empty_url)
    await store.open()
    await store.import_articles([entry("x", article("x", title="Flood"))])
    await store.apply(ClusterChanges(memberships=(member("x", "x"),)))
    await store._run.write(lambda unit: unit.backend.clear_index(unit))
    assert await store.check() == ["search knows 0 of 1 articles"]
    await store._run.write(lambda unit: unit.run(text("UPDATE form SET version = 'old'")))
    await store.aclose()
    store = SqlStore(empty_url)
    await store.open()
    assert await store.check() == []
    assert [story.id for story in await store.search(SearchQuery(text="flood"))] == ["x"]
    await store.aclose()
