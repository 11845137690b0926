"""What goes wrong with a database file is said in words, loses nothing, and passes by itself."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from aggregator.errors import (
    ConfigError,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
    StoreUnreachable,
)
from aggregator.store import SqlStore
from aggregator.store.schema import VERSION
from aggregator.store.sqlite import PAGE_SIZE
from tests.contract.store_values import article, entry
from tests.integration.store_faults import as_nobody, names, opened
from tests.postgres import PostgresServer

REFUSED = r"news\.db: the database cannot be written to"


async def test_a_locked_database_says_so_and_passes(tmp_path: Path) -> None:
    file = tmp_path / "news.db"
    async with opened(f"sqlite:///{file}") as store:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreLocked, match=r"news\.db: another program is writing"):
                await store.import_articles([entry("x")])
            assert (await store.statistics()).articles == 0, "readers go on"
            other.execute("ROLLBACK")
        assert (await store.import_articles([entry("x")])).new == ("x",)


async def test_a_short_lock_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "news.db"
    async with opened(f"sqlite:///{file}", busy_seconds=10) as store:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            saving = asyncio.create_task(store.import_articles([entry("x")]))
            await asyncio.sleep(0.2)
            assert not saving.done()
            other.execute("COMMIT")
            assert (await saving).new == ("x",)


async def test_a_full_disk_keeps_what_was_stored(tmp_path: Path) -> None:
    """The bound on the file's size is the system's own: see `_grow`."""
    file = tmp_path / "news.db"
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tests.integration.test_store_faults", str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    kept = int(done.stdout)
    async with opened(f"sqlite:///{file}") as store:
        assert (await store.statistics()).articles == kept > 0
        assert await store.check() == []
        assert (await store.import_articles([entry("after")])).new == ("after",)


async def _grow(file: str) -> int:
    """Stores until the disk is full, and says how many articles were acknowledged."""
    kept = 0
    async with opened(f"sqlite:///{file}") as store:
        bound = 4 * 1024 * 1024
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bound, bound))
        for number in range(10_000):
            big = article(f"x{number}", paragraphs=("word " * 2000,))
            try:
                await store.import_articles([entry(f"x{number}", big)])
            except StoreFull:
                return kept
            kept += 1
    raise AssertionError("the disk was never full")


async def test_pages_run_out(tmp_path: Path) -> None:
    file = tmp_path / "news.db"
    async with opened(f"sqlite:///{file}") as store:
        await store.import_articles([entry("x")])
        limit = (file.stat().st_size + 20 * PAGE_SIZE) // PAGE_SIZE
        with store._backend.writers.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {limit}")
        big = [entry(f"y{n}", article(f"y{n}", paragraphs=("word " * 9999,))) for n in range(50)]
        with pytest.raises(StoreFull, match=r"news\.db: there is no room left"):
            await store.import_articles(big)
        assert (await store.statistics()).articles == 1
        assert (await store.import_articles([entry("y")])).new == ("y",)


@pytest.mark.parametrize("what", ["file", "folder"])
async def test_what_may_not_be_written_says_so(what: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/news.db"
        async with opened(f"sqlite:///{file}") as store:
            await store.import_articles([entry("x")])
        with without_rights(file, folder, writable_folder=what == "file"):
            async with opened(f"sqlite:///{file}") as store:
                assert (await store.article("x")).article.id == "x", "it can still be read"
                assert await store.changed() == await store.changed()
                with pytest.raises(StoreReadOnly, match=REFUSED):
                    await store.import_articles([entry("y")])
            assert names(Path(folder)) == ["news.db"] or what == "file"
        async with opened(f"sqlite:///{file}") as store:
            assert (await store.statistics()).articles == 1


async def test_one_that_was_in_use_is_read_whole_or_not_at_all() -> None:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as copied:
        file, copy = f"{folder}/news.db", f"{copied}/news.db"
        async with opened(f"sqlite:///{file}") as store:
            await store.import_articles([entry("x")])
            for end in ("", "-wal"):
                shutil.copy(f"{file}{end}", f"{copy}{end}")
        refused = pytest.raises(StoreReadOnly, match="was in use")
        with without_rights(copy, copied, writable_folder=False), refused:
            await SqlStore(f"sqlite:///{copy}").open()
        async with opened(f"sqlite:///{copy}") as store:
            assert (await store.article("x")).article.id == "x"


@contextmanager
def without_rights(file: str, folder: str, *, writable_folder: bool) -> Iterator[None]:
    """Runs a block as a user who may not write; root's own rights no mode could hold back."""
    Path(file).chmod(0o444)
    Path(folder).chmod(0o777 if writable_folder else 0o555)
    try:
        with as_nobody():
            yield
    finally:
        Path(folder).chmod(0o755)


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"file/news\.db"):
        async with opened(f"sqlite:///{tmp_path}/file/news.db"):
            pass


async def test_a_folder_in_the_files_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match="cannot be opened"):
        async with opened(f"sqlite:///{tmp_path}"):
            pass


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "news.db"
    file.write_text("precious words " * 999)
    with pytest.raises(StoreCorrupt, match="is no database"):
        async with opened(f"sqlite:///{file}"):
            pass
    assert file.read_text() == "precious words " * 999


async def test_a_damaged_database_is_found_out(tmp_path: Path) -> None:
    file = tmp_path / "news.db"
    async with opened(f"sqlite:///{file}") as store:
        await store.import_articles(
            [entry(f"x{n}", article(f"x{n}", paragraphs=("word " * 500,))) for n in range(200)]
        )
    with file.open("r+b") as raw:
        raw.seek(file.stat().st_size // 2)
        raw.write(os.urandom(6 * PAGE_SIZE))
    try:
        async with opened(f"sqlite:///{file}") as store:
            assert await store.check() != []
    except StoreCorrupt as error:
        assert "damaged" in str(error)  # noqa: PT017  # SQLite may stop at the first fault


async def test_a_newer_databases_version_is_named(database_url: str) -> None:
    async with opened(database_url) as store:
        await store.import_articles([entry("x")])
        _set_version(store, "9999")
        try:
            with pytest.raises(StoreCorrupt, match="newer version of this program"):
                async with opened(database_url):
                    pass
        finally:
            _set_version(store, VERSION)
        assert (await store.article("x")).article.id == "x"


def _set_version(store: SqlStore, version: str) -> None:
    with store._backend.writers.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")


async def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "news.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE article (id)")
    with pytest.raises(StoreCorrupt, match="another program"):
        async with opened(f"sqlite:///{file}"):
            pass


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_many_may_open_a_new_database_at_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/news.db"
    if kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.url(server.database())

    async def use(number: int) -> None:
        async with opened(url, busy_seconds=10) as store:
            await store.import_articles([entry(f"x{number}")])

    await asyncio.gather(*(use(number) for number in range(6)))
    async with opened(url) as store:
        assert (await store.statistics()).articles == 6


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "names no file"),
        ("mysql://host/name", "begins with 'mysql'"),
        ("news.db", "is no database address"),
    ],
)
def test_an_address_that_is_none_is_a_fault_of_the_config(url: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        SqlStore(url)


async def test_closing_does_not_wait_for_a_backup_to_end(tmp_path: Path) -> None:
    file, target = tmp_path / "news.db", tmp_path / "backup.db"
    store = SqlStore(f"sqlite:///{file}")
    await store.open()
    many = [entry(f"x{n}", article(f"x{n}", paragraphs=("word " * 999,))) for n in range(3000)]
    await store.import_articles(many)
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told(_: int, __: int) -> None:
        loop.call_soon_threadsafe(begun.set)
        # Between two steps until the store is being closed, so that the backup cannot end first.
        for _wait in range(500):
            if store._backend.stopping:
                return
            time.sleep(0.01)

    backup = asyncio.create_task(store.backup(str(target), progress=told))
    await begun.wait()
    await store.aclose()
    with pytest.raises(StoreError, match="stopped before it was done"):
        await backup
    assert not [name for name in names(tmp_path) if "backup" in name]


if __name__ == "__main__":
    print(asyncio.run(_grow(sys.argv[1])))
