"""SQLite: one file, one writer at a time, any number of readers beside it."""

from __future__ import annotations

import asyncio
import itertools
import os
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    LargeBinary,
    Select,
    Text,
    bindparam,
    cast,
    column,
    create_engine,
    event,
    func,
    insert,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.pool import QueuePool

from aggregator.errors import StoreReadOnly
from aggregator.model.store import SearchQuery
from aggregator.store import schema
from aggregator.store.backend import Backend, Indexed, Progress, Unit
from aggregator.store.encoding import compact_json, plain_json
from aggregator.store.faults import translated
from aggregator.store.files import replacing
from aggregator.store.rows import storable
from aggregator.store.words import Clause

PAGE_SIZE = 16384
"""Bytes: four times SQLite's own, 1.7 × the insert rate and 40 % less file for rows like ours."""

_CACHE_KIB = 32 * 1024
_LOG_KEPT = 64 * 1024 * 1024
"""Bytes of write-ahead log that stay on the disk; a long backup makes it grow past that."""

_PAGES_A_STEP = 256
_LOCK_PAUSE = 0.5

_words = table("article_words", column("rowid"), column("article_words"))
_words_in = table(
    "article_words", column("rowid"), column("title"), column("summary"), column("body")
)


class SqliteBackend(Backend):
    """A database file. ``path`` is absolute; its folder is made when it is missing.

    ``discarded``: whoever writes it throws the file away unless all went well, so that it needs no
    log, which for a whole database would take as much room again.
    """

    write_threads = 1

    def __init__(
        self, path: Path, *, busy_seconds: float, readers: int, discarded: bool = False
    ) -> None:
        self.path = path
        self._discarded = discarded
        self.place = str(path)
        self._busy_seconds = busy_seconds
        self._watching = Lock()
        self._watch: sqlite3.Connection | None = None
        self.writers = self._engine("BEGIN IMMEDIATE", 1, writable=True)
        self.readers = self._engine("BEGIN", readers, writable=False)

    def prepare(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreReadOnly(
                f"{self.place}: the database's folder cannot be made ({error.strerror})",
                hint="Name another place with AGGREGATOR_DATABASE_URL, or make the folder.",
            ) from error

    def exists(self) -> bool:
        return self.path.exists()

    def _connected(self) -> sqlite3.Connection:
        # isolation_level None: the driver begins no transactions of its own, the events do.
        return sqlite3.connect(
            f"{self.path.as_uri()}?immutable=1" if self._at_rest() else self.path,
            uri=True,
            timeout=self._busy_seconds,
            check_same_thread=False,
            isolation_level=None,
        )

    def _at_rest(self) -> bool:
        """Whether nobody uses the file, and we may put nothing beside it: else it is read so.

        SQLite keeps a log and an index beside a file that is in use, and makes them to read it:
        https://www.sqlite.org/wal.html#read_only_databases
        """
        beside = [Path(f"{self.path}{end}") for end in ("-wal", "-shm")]
        return (
            self.path.exists()
            and not _may_write(self.path.parent)
            and not any(each.exists() and each.stat().st_size for each in beside)
        )

    def _engine(self, begin: str, size: int, *, writable: bool) -> Engine:
        engine = create_engine(
            f"sqlite+pysqlite:///{self.path}",
            creator=self._connected,
            poolclass=QueuePool,
            pool_size=size,
            max_overflow=0,
            pool_timeout=600,
            json_serializer=compact_json,
            json_deserializer=plain_json,
        )

        @event.listens_for(engine, "connect")
        def connected(connection: sqlite3.Connection, _: Any) -> None:
            if writable:
                # These two are heeded only while the file is still empty.
                connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
                if self._discarded:
                    connection.execute("PRAGMA journal_mode = OFF")
                    connection.execute("PRAGMA synchronous = OFF")
                else:
                    connection.execute("PRAGMA journal_mode = WAL")
                    connection.execute("PRAGMA synchronous = FULL")
                    connection.execute(f"PRAGMA journal_size_limit = {_LOG_KEPT}")
            else:
                connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")

        @event.listens_for(engine, "begin")
        def begun(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine

    def among(self, column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
        listed = func.json_each(bindparam(None, compact_json(storable(values)), Text)).table_valued(
            "value"
        )
        return column.in_(select(listed.c.value))

    def next_seqs(self, unit: Unit, count: int) -> Sequence[int]:
        last = unit.run(select(func.max(schema.article.c.seq))).scalar() or 0
        return range(last + 1, last + 1 + count)

    def claiming(self, due: Select[Any]) -> Select[Any]:
        return due

    def locking(self, statement: Select[Any]) -> Select[Any]:
        return statement

    def numbers_taken(self, unit: Unit) -> None:
        """Nothing: the next number is read off the table."""

    def migrating(self, unit: Unit) -> None:
        """Nothing: a writing transaction on SQLite is alone."""

    def index(self, unit: Unit, articles: Sequence[Indexed]) -> None:
        if articles:
            unit.run(
                insert(_words_in),
                [
                    {"rowid": each.seq, "title": each.title, "summary": each.summary}
                    | {"body": each.body}
                    for each in articles
                ],
            )

    def unindex(self, unit: Unit, articles: Sequence[Indexed]) -> None:
        # A contentless index forgets an article only when told the words it was given:
        # https://www.sqlite.org/fts5.html#the_delete_command
        if articles:
            unit.run(
                text(
                    "INSERT INTO article_words (article_words, rowid, title, summary, body)"
                    " VALUES ('delete', :rowid, :title, :summary, :body)"
                ),
                [
                    {"rowid": each.seq, "title": each.title, "summary": each.summary}
                    | {"body": each.body}
                    for each in articles
                ],
            )

    def clear_index(self, unit: Unit) -> None:
        unit.run(text("INSERT INTO article_words (article_words) VALUES ('delete-all')"))

    def indexed(self, unit: Unit) -> int:
        # FTS5 keeps a row of sizes for each: https://www.sqlite.org/fts5.html#fts5_data_structures
        return int(unit.run(text("SELECT count(*) FROM article_words_docsize")).scalar_one())

    def search_from(
        self, unit: Unit, *, titles: bool, start: int | None, found: int, wanted: int
    ) -> int | None:
        # The index gives the newest first and is read no further than is wanted.
        return 0 if start is None else None

    def matching(self, clauses: Sequence[Clause], *, titles: bool, start: int) -> FromClause:
        wanted = " AND ".join(_phrase(clause) for clause in clauses if clause.wanted)
        unwanted = " OR ".join(_phrase(clause) for clause in clauses if not clause.wanted)
        query = f"title : ({wanted})" if titles else wanted
        if unwanted:
            query = f"({query}) NOT ({unwanted})"
        return select(_words.c.rowid).where(_words.c.article_words.op("MATCH")(query)).subquery()

    def has_topic(self, query: SearchQuery) -> ColumnElement[bool]:
        topics = func.json_each(schema.article.c.topics).table_valued("value")
        wanted = func.lower(literal(storable(query.topic)))
        return select(topics.c.value).where(func.lower(topics.c.value) == wanted).exists()

    def bytes_in(self, column: ColumnElement[Any]) -> ColumnElement[int]:
        return func.length(cast(column, LargeBinary))

    def reclaim(self, *, wholly: bool) -> None:
        # Step by step, so that writers get their turn. (The file was made for this: see _engine.)
        before = -1
        while True:
            self.going_on()
            with self.writers.begin() as connection:
                pages = connection.exec_driver_sql("PRAGMA freelist_count").scalar() or 0
                if pages in (0, before):
                    break
                before = pages
                # One page a step of the statement, which SQLAlchemy takes for one without rows.
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)  # noqa: S101
                raw.execute(f"PRAGMA incremental_vacuum({_PAGES_A_STEP})").fetchall()
        if wholly:
            with closing(sqlite3.connect(self.path, timeout=self._busy_seconds)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def rewrite(self) -> None:
        with closing(sqlite3.connect(self.path, timeout=self._busy_seconds)) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def size(self, unit: Unit) -> int:
        names = (self.path, Path(f"{self.path}-wal"))
        return sum(name.stat().st_size for name in names if name.exists())

    def problems(self, unit: Unit) -> Sequence[str]:
        found = [str(row[0]) for row in unit.run(text("PRAGMA integrity_check(20)"))]
        found = [] if found == ["ok"] else found
        for name, row, parent, _ in unit.run(text("PRAGMA foreign_key_check")):
            found.append(f"row {row} of {name} points to a row of {parent} that is not there")
        return found

    def backup(self, target: str, progress: Progress | None) -> None:
        def told(_: int, remaining: int, total: int) -> None:
            self.going_on()
            if progress is not None:
                progress(total - remaining, total)

        with (
            replacing(Path(target)) as part,
            closing(self._connected()) as source,
            closing(sqlite3.connect(part)) as copy,
        ):
            source.execute("PRAGMA query_only = ON")
            # In a read transaction: else every write of another process starts the copy anew.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            source.backup(copy, pages=_PAGES_A_STEP, progress=told)
            # The copy shall be one file, whatever reads it next.
            copy.execute("PRAGMA journal_mode = DELETE")

    def set_aside(self) -> Path | None:
        """Gives the database file a second name beside it, and folds its log into it.

        Raises:
            sqlite3.OperationalError: another process has the database open.
        """
        if not self.path.exists():
            return None
        self.close()  # our own idle connections would count as another's
        logs = [Path(f"{self.path}{end}") for end in ("-wal", "-shm")]
        with closing(sqlite3.connect(self.path, timeout=self._busy_seconds)) as connection:
            try:
                # Leaving WAL needs the file to oneself: it fails where anyone else has it open.
                connection.execute("PRAGMA journal_mode = DELETE")
            except sqlite3.DatabaseError as error:
                if error.sqlite_errorcode not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                    raise
        kept = next(
            name
            for number in itertools.count(1)
            if not (name := self.path.with_name(f"{self.path.name}.replaced-{number}")).exists()
        )
        kept.hardlink_to(self.path)
        for log in logs:
            log.unlink(missing_ok=True)
        return kept

    def changed(self) -> str:
        # `data_version` tells what others committed since this very connection last asked, so it
        # is one of its own that never writes. (Reading the files beside would drop their locks.)
        with self._watching:
            if self._watch is None:
                self._watch = self._connected()
            return str(self._watch.execute("PRAGMA data_version").fetchone()[0])

    @asynccontextmanager
    async def hold(self, name: str, *, wait: bool) -> AsyncIterator[bool]:
        # An exclusive transaction on an empty database beside ours: the system takes the lock back
        # from a process however it dies, and SQLite knows how to lock on every system.
        beside = self.path.with_name(f"{self.path.name}-{name}.lock")
        self.prepare()
        try:
            made = sqlite3.connect(beside, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise translated(error, self.place) from error
        with closing(made) as lock:
            held = _locked(lock)
            while wait and not held:
                await asyncio.sleep(_LOCK_PAUSE)
                held = _locked(lock)
            try:
                yield held
            finally:
                if held:
                    with suppress(sqlite3.Error):
                        lock.execute("ROLLBACK")

    def still_holding(self, unit: Unit, name: str) -> bool:
        return True  # the system takes a lock from nobody who lives

    def close(self) -> None:
        if self._watch is not None:
            self._watch.close()
        self.readers.dispose()
        self.writers.dispose()


def _may_write(folder: Path) -> bool:
    # A service that gave up root's rights is asked by those it has.
    effective = os.access in os.supports_effective_ids
    return os.access(folder, os.W_OK, effective_ids=effective)


def _locked(lock: sqlite3.Connection) -> bool:
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    return True


def _phrase(clause: Clause) -> str:
    return '"' + " ".join(clause.words) + '"' + (" *" if clause.prefix else "")
