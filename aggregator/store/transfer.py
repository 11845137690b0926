"""From one database to another, row by row, of whatever kind each is."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Table, func, insert, select

from aggregator.errors import StoreCorrupt, StoreError
from aggregator.store import maintenance, migrate, schema
from aggregator.store.articles import index_row
from aggregator.store.backend import Backend, Progress, Unit
from aggregator.store.faults import translated
from aggregator.store.files import replacing
from aggregator.store.sealing import Seal

_BATCH = 1000


def copy(source: Backend, target: Backend, progress: Progress | None = None) -> int:
    """Copies every row of one database into another that is empty; returns how many.

    The source is read as it is at one moment and may go on being used; the target gets all or
    nothing. What search sees is made anew.

    Raises:
        StoreError: the target holds something already, or the source is not at the newest form.
    """
    with reading(source) as reader, writing(target) as writer:
        _demand_newest(reader)
        migrate.upgrade(writer)
        _demand_empty(writer)
        # The target's index of words is of its own making.
        tables = [table for table in schema.metadata.sorted_tables if table is not schema.form]
        total = sum(_count(reader, table) for table in tables)
        done = 0
        for table in tables:
            for batch in _batches(reader, table):
                writer.run(insert(table), batch)
                if table is schema.article:
                    target.index(writer, [index_row(row) for row in batch])
                done += len(batch)
                source.going_on()
                if progress is not None:
                    progress(done, total)
        target.numbers_taken(writer)
    return done


def write_file(source: Backend, target: str, progress: Progress | None) -> None:
    """Copies a database into a new SQLite file, which takes its name only when it is whole."""
    from aggregator.store.sqlite import SqliteBackend

    with replacing(Path(target)) as part:
        file = SqliteBackend(part, busy_seconds=0, readers=1, discarded=True)
        try:
            copy(source, file, progress)
        finally:
            file.close()


def restore(file: Path, target: Backend, progress: Progress | None = None) -> Path | None:
    """Makes a database what a backup holds; returns where the replaced one is kept, if there was.

    The backup itself is not touched. An SQLite database is replaced in one step and kept beside
    under another name; one on a server must be empty.

    Raises:
        StoreCorrupt: the file is no whole backup of this program.
    """
    from aggregator.store.sqlite import SqliteBackend

    if not file.is_file():
        raise StoreError(f"{file}: there is no such file", hint="Name one that db backup wrote.")
    try:
        file.open("rb").close()
    except OSError as error:
        raise StoreError(
            f"{file}: the backup cannot be read ({error.strerror})", hint="Let this user read it."
        ) from error
    if isinstance(target, SqliteBackend):
        with replacing(target.path) as part:
            _checked_copy(file, part, progress, target.seal)
            return target.set_aside()
    with TemporaryDirectory() as folder:
        part = Path(folder) / "backup.db"
        _checked_copy(file, part, None, target.seal)
        candidate = SqliteBackend(part, busy_seconds=5, readers=1)
        try:
            copy(candidate, target, progress)
        finally:
            candidate.close()
    return None


def _checked_copy(file: Path, part: Path, progress: Progress | None, seal: Seal) -> None:
    """A copy of a backup at the newest form, found whole."""
    from aggregator.store.sqlite import SqliteBackend

    backup = SqliteBackend(file, busy_seconds=5, readers=1)
    try:
        backup.backup(str(part), progress)
    except sqlite3.DatabaseError as error:
        raise translated(error, str(file)) from error
    candidate = SqliteBackend(part, busy_seconds=5, readers=1)
    candidate.seal = seal
    try:
        with writing(candidate) as unit:
            if migrate.version(unit) is None:
                raise StoreCorrupt(f"{file}: this is no backup of this program")
            migrate.upgrade(unit)
        if candidate.residue:
            candidate.rewrite()
        with reading(candidate) as unit:
            found = maintenance.problems(unit)
        if found:
            raise StoreCorrupt(f"{file}: the backup is damaged: {found[0]}")
    finally:
        candidate.close()


@contextmanager
def reading(backend: Backend) -> Iterator[Unit]:
    """One reading transaction."""
    with backend.readers.begin() as connection:
        yield Unit(connection, backend)


@contextmanager
def writing(backend: Backend) -> Iterator[Unit]:
    """One writing transaction."""
    with backend.writers.begin() as connection:
        yield Unit(connection, backend)


def _demand_newest(unit: Unit) -> None:
    if not migrate.is_newest(unit):
        raise StoreError(
            f"{unit.backend.place}: the database is not at the newest form",
            hint="Run `aggregator db upgrade` on it first.",
        )


def _demand_empty(unit: Unit) -> None:
    if _count(unit, schema.feed) or _count(unit, schema.article):
        raise StoreError(
            f"{unit.backend.place}: the database holds feeds or articles already",
            hint="Name one that is new or empty: nothing is overwritten.",
        )


def _count(unit: Unit, table: Table) -> int:
    return unit.run(select(func.count()).select_from(table)).scalar() or 0


def _batches(unit: Unit, table: Table) -> Iterator[Sequence[dict[str, Any]]]:
    found = unit.stream(select(table).order_by(*table.primary_key.columns))
    while batch := [dict(row) for row in itertools.islice(found, _BATCH)]:
        yield batch
