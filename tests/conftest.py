"""Fixtures that every kind of test shares."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.integration.servers import ScriptedServer
from tests.postgres import PostgresServer, running

# No test depends on a time. In CI the same cases are drawn every time, so that a change is judged
# by what it changes; everywhere else, and in `python -m tests.fuzz`, new ones are.
_UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("here", _UNTIMED)
settings.register_profile("ci", _UNTIMED, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


_MAKES_MACHINE_CODE = (
    "from tests.unit.cluster.test_both_kernels import news, placed; placed(news(300), '')"
)


def pytest_configure(config: pytest.Config) -> None:
    """Has the machine code made before the whole suite starts, where Numba is installed.

    That takes half a minute in a fresh checkout, which no test of a running service would wait for.
    """
    whole = getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput")
    if whole and find_spec("numba"):
        subprocess.run([sys.executable, "-c", _MAKES_MACHINE_CODE], cwd=config.rootpath, check=True)


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    """A server on loopback that does as it is told."""
    async with ScriptedServer() as server:
        yield server


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of third-party texts, named by AGGREGATOR_SHARED_DATA; skips where absent."""
    named = os.environ.get("AGGREGATOR_SHARED_DATA")
    if not named or not Path(named).is_dir():
        pytest.skip("AGGREGATOR_SHARED_DATA names no folder: third-party data is not here")
    return Path(named)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL server a session; skips where its programs are not installed."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def migrated(postgres: PostgresServer) -> str:
    """A database at the newest migration, emptied for each test: a new one each takes longer."""
    name = postgres.database()
    _migrate(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database at the newest migration, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "news.db"
    _migrate(f"sqlite:///{file}")
    return file


def _migrate(url: str) -> None:
    from aggregator.store import SqlStore

    store = SqlStore(url)
    asyncio.run(store.open())
    asyncio.run(store.aclose())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "news.db")
        return f"sqlite:///{tmp_path}/news.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    name: str = request.getfixturevalue("migrated")
    server.empty(name)
    return server.url(name)
