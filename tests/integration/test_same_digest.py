"""The same articles give the same digest: of one process, of a fleet, and of a restored backup."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from aggregator.demo.server import DemoServer
from aggregator.demo.world import load_world
from aggregator.service.standby import LOCK
from aggregator.settings.feeds_edit import adding, apply
from aggregator.settings.load import FEEDS_FILE
from aggregator.store import SqlStore
from aggregator.store.rows import micros
from aggregator.store.schema import article, waiting
from tests.integration.command import Program, program
from tests.integration.test_fleet import started
from tests.postgres import PostgresServer

NOON = datetime(2025, 2, 10, 12, tzinfo=UTC)
SPAN = ("--since", "2025-02-10T00:00:00Z", "--until", "2025-02-11T00:00:00Z", "--limit", "200")
ALONE = (("serve", "--port", "0"),)
FLEET = (("serve", "--port", "0"), ("worker",), ("worker",))


@pytest.fixture(scope="module")
def outlets() -> Iterator[DemoServer]:
    with DemoServer(load_world(), now=lambda: NOON) as server:
        yield server


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, outlets: DemoServer) -> Program:
    """One process on SQLite that has read the outlets."""
    app = program(tmp_path_factory.mktemp("alone"))
    return read(app, outlets, ALONE)


@pytest.fixture(scope="module")
def fleet(
    tmp_path_factory: pytest.TempPathFactory, outlets: DemoServer, postgres: PostgresServer
) -> Program:
    """A web process and two workers on PostgreSQL that have read the same."""
    url = postgres.url(postgres.database())
    app = at(program(tmp_path_factory.mktemp("fleet")), url, AGGREGATOR_POLL__HERE="false")
    return read(app, outlets, FLEET)


def at(app: Program, url: str, **more: str) -> Program:
    return replace(app, environ={**app.environ, "AGGREGATOR_DATABASE_URL": url, **more})


def read(app: Program, outlets: DemoServer, commands: tuple[tuple[str, ...], ...]) -> Program:
    """Lets these processes poll every feed and cluster what came, at instants set by us."""
    app.config.mkdir()
    apply(app.config / FEEDS_FILE, adding(outlets.feeds()))
    asyncio.run(_read(app, commands))
    return app


async def _read(app: Program, commands: tuple[tuple[str, ...], ...]) -> None:
    store = SqlStore(app.environ["AGGREGATOR_DATABASE_URL"])
    await store.open()
    with ExitStack() as running:
        # While we hold the clusterer's lock, what is polled waits, in whatever order it came.
        async with store.hold(LOCK) as held:
            assert held
            processes = [running.enter_context(started(app, *command)) for command in commands]
            while not await _all_polled(store, processes):  # noqa: ASYNC110 - others change it
                await asyncio.sleep(0.1)
            await _set_instants(store)
        while (await store.statistics()).waiting:  # noqa: ASYNC110 - others change it
            await asyncio.sleep(0.1)
        for process in processes:
            process.terminate()
            assert await asyncio.to_thread(process.wait, 20) == 0
    await store.aclose()


async def _all_polled(store: SqlStore, processes: list[subprocess.Popen[str]]) -> bool:
    assert all(process.poll() is None for process in processes)
    feeds = await store.feeds()
    return bool(feeds) and all(record.state.last_poll_at for record in feeds)


async def _set_instants(store: SqlStore) -> None:
    """As if the feeds had been polled one after the other, a minute apart."""
    with store._backend.writers.begin() as connection:
        for number, record in enumerate(await store.feeds()):
            then = micros(NOON + timedelta(minutes=number))
            ours = update(article).where(article.c.feed_id == record.id)
            connection.execute(ours.values(fetched_at=then, worded_at=then))
            queued = update(waiting).where(waiting.c.feed_id == record.id)
            connection.execute(queued.values(arrived_at=then))


def digest(app: Program, *more: str) -> dict[str, Any]:
    """The digest as JSON but for when it was made."""
    [found] = app.run(*more, "digest", *SPAN, "--format", "json").lines
    assert found.pop("generated_at")
    whole: dict[str, Any] = found
    return whole


def test_a_fleets_digest_is_that_of_one_process(alone: Program, fleet: Program) -> None:
    expected = digest(alone)
    assert sum(story["outlets"] > 1 for story in expected["stories"]) > 5
    assert digest(fleet) == expected


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_restored_elsewhere_gives_the_same_digest(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    source: Program = request.getfixturevalue("alone" if kind == "sqlite" else "fleet")
    backup = str(tmp_path / "backup.db")
    source.run("db", "backup", backup)
    url = f"sqlite:///{tmp_path}/elsewhere/news.db"
    if kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.url(server.database())
    elsewhere = at(program(tmp_path), url)
    elsewhere.feeds([])
    elsewhere.run("db", "restore", backup)
    assert without_time(elsewhere) == without_time(source)


def without_time(app: Program) -> str:
    """The digest as it is printed, byte for byte but for the time."""
    printed = app.run("digest", *SPAN, "--format", "json").out
    made = json.loads(printed)["generated_at"]
    assert printed.count(f'"{made}"') == 1
    return printed.replace(made, "")
