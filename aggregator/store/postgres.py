"""PostgreSQL 15 or newer: one server, any number of machines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from time import monotonic
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    FromClause,
    LargeBinary,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    column,
    create_engine,
    delete,
    event,
    func,
    insert,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from aggregator.model.store import SearchQuery
from aggregator.store import schema
from aggregator.store.backend import Backend, Indexed, Progress, Unit
from aggregator.store.encoding import compact_json, plain_json
from aggregator.store.holding import holding, lock_key, still_holds
from aggregator.store.rows import storable
from aggregator.store.words import Clause

_WRITERS = 4
_IDLE = 1.0
_TRIED = 1_000
"""So many articles, the newest, are searched first: they tell how common what is looked for is."""

_RARE = 100
"""What fewer than one article in so many has is rare."""

_TESTED = 50_000
"""Articles that are tested one by one at most."""

_TITLES = 4
"""So many titles are tested in an article's time."""

_FIELD_GAP = 10
"""Positions between title, summary and body, so that no phrase spans two of them."""

# A machine that vanished is noticed in 3 + 2 × 2 seconds, and what it held is let go of.
_KEEPALIVES = {
    "keepalives_idle": 3,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 7000,
}
_SERVER_OPTIONS = (
    "-c tcp_keepalives_idle=3 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=2"
    # To compile a query takes longer than any of ours runs.
    " -c jit=off"
)

_STUCK_READER, _STUCK_WRITER = "60s", "8s"
"""So long may a process do nothing within a transaction: one that is frozen there keeps the rows it
has written from all others."""

_words = table(
    "article_words",
    column("rowid"),
    column("words", TSVECTOR),
    column("titles", TSVECTOR),
)


class PostgresBackend(Backend):
    """A database on a server."""

    write_threads = _WRITERS

    def __init__(self, address: URL, *, readers: int) -> None:
        self._address = address.set(drivername="postgresql+psycopg")
        self.place = address.render_as_string(hide_password=True)
        self._held_by: dict[str, int] = {}
        self.writers = self._engine(_WRITERS, isolation_level="READ COMMITTED", stuck=_STUCK_WRITER)
        self.readers = self._engine(readers, isolation_level="REPEATABLE READ")

    def prepare(self) -> None:
        """Nothing: the database is there, or its absence is an error."""

    def exists(self) -> bool:
        return True

    def _engine(
        self, size: int | None, *, isolation_level: str, stuck: str = _STUCK_READER
    ) -> Engine:
        pool: dict[str, Any] = (
            {"poolclass": NullPool}
            if size is None
            else {"pool_size": size, "max_overflow": 0, "pool_timeout": 600}
        )
        engine = create_engine(
            self._address,
            **pool,
            isolation_level=isolation_level,
            json_serializer=compact_json,
            json_deserializer=plain_json,
            connect_args={
                "connect_timeout": 5,
                "application_name": "aggregator",
                "options": f"{_SERVER_OPTIONS} -c idle_in_transaction_session_timeout={stuck}",
                **_KEEPALIVES,
            },
        )
        _look_after_idle(engine)
        return engine

    def among(self, column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
        return column == any_(bindparam(None, storable(values), ARRAY(column.type)))

    def next_seqs(self, unit: Unit, count: int) -> Sequence[int]:
        numbers = unit.run(
            select(func.nextval(func.pg_get_serial_sequence("article", "seq"))).select_from(
                func.generate_series(1, count)
            )
        )
        return sorted(numbers.scalars())

    def claiming(self, due: Select[Any]) -> Select[Any]:
        # In a CTE, which is run once: as a plain subquery the planner may run it for each row.
        chosen = due.with_for_update(skip_locked=True).cte("due")
        return select(chosen.c.id)

    def locking(self, statement: Select[Any]) -> Select[Any]:
        return statement.with_for_update()

    def numbers_taken(self, unit: Unit) -> None:
        last = select(func.max(schema.article.c.seq)).scalar_subquery()
        sequence = func.pg_get_serial_sequence("article", "seq")
        unit.run(select(func.setval(sequence, func.coalesce(last, 0) + 1, False)))

    def migrating(self, unit: Unit) -> None:
        unit.run(select(func.pg_advisory_xact_lock(lock_key("migrate"))))

    def index(self, unit: Unit, articles: Sequence[Indexed]) -> None:
        if articles:
            unit.run(
                insert(_words),
                [
                    {
                        "rowid": each.seq,
                        "words": _vector(each.title, each.summary, each.body),
                        "titles": _vector(each.title),
                    }
                    for each in articles
                ],
            )

    def unindex(self, unit: Unit, articles: Sequence[Indexed]) -> None:
        if articles:
            seqs = [each.seq for each in articles]
            unit.run(
                delete(_words).where(
                    _words.c.rowid == any_(bindparam(None, seqs, ARRAY(schema.article.c.seq.type)))
                )
            )

    def clear_index(self, unit: Unit) -> None:
        unit.run(text("TRUNCATE article_words"))

    def indexed(self, unit: Unit) -> int:
        return int(unit.run(select(func.count()).select_from(_words)).scalar_one())

    def search_from(
        self, unit: Unit, *, titles: bool, start: int | None, found: int, wanted: int
    ) -> int | None:
        if start == 0:
            return None
        often = _TITLES if titles else 1
        at_first = _TRIED * often
        newest = unit.run(select(func.max(schema.article.c.seq))).scalar() or 0
        if start is None:
            # The planner takes a scan of the table for cheap: it does not count that each vector
            # it tests lies elsewhere and is packed. And which plan is best depends on the words.
            unit.run(
                text(
                    "SELECT set_config('enable_seqscan', 'off', true),"
                    " set_config('plan_cache_mode', 'force_custom_plan', true)"
                )
            )
            return newest - at_first if newest > 2 * at_first else 0
        # To test article by article costs 3 µs each, to read a match off the index costs about as
        # much: a word that is common among the newest is found there, a rare one by the index.
        tried = newest - start
        if tried > at_first or found * _RARE * often < tried:
            return 0
        enough = tried * wanted * 3 // (found * 2)
        return newest - enough if enough < min(newest, _TESTED * often) else 0

    def matching(self, clauses: Sequence[Clause], *, titles: bool, start: int) -> FromClause:
        wanted = [_phrase(each) for each in clauses if each.wanted]
        unwanted = [f"!({_phrase(each)})" for each in clauses if not each.wanted]
        # What is in no part of an article goes with what is: the index then answers both at once.
        asked = [(_words.c.titles, wanted)] if titles else [(_words.c.words, wanted + unwanted)]
        if titles and unwanted:
            asked.append((_words.c.words, wanted + unwanted))
        found = select(_words.c.rowid)
        for within, phrases in asked:
            found = found.where(within.op("@@")(cast(literal(" & ".join(phrases)), TSQUERY)))
        if start:
            found = found.where(_words.c.rowid >= start)
        # By itself, not as a part of the join: else the order asked for tempts the planner to walk
        # through the articles and test each.
        return found.cte().prefix_with("MATERIALIZED")

    def has_topic(self, query: SearchQuery) -> ColumnElement[bool]:
        topics = func.json_array_elements_text(schema.article.c.topics).table_valued("value")
        wanted = func.lower(literal(storable(query.topic)))
        return select(topics.c.value).where(func.lower(topics.c.value) == wanted).exists()

    def bytes_in(self, column: ColumnElement[Any]) -> ColumnElement[int]:
        text_or_bytes = column if isinstance(column.type, LargeBinary) else cast(column, Text)
        return func.octet_length(text_or_bytes)

    def reclaim(self, *, wholly: bool) -> None:
        engine = self._engine(None, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            names = ", ".join([*schema.metadata.tables, "article_words"])
            how = "FULL, ANALYZE" if wholly else "ANALYZE"
            connection.execute(text(f"VACUUM ({how}) {names}"))
        engine.dispose()

    def rewrite(self) -> None:
        self.reclaim(wholly=True)

    def size(self, unit: Unit) -> int:
        return int(unit.run(select(func.pg_database_size(func.current_database()))).scalar_one())

    def problems(self, unit: Unit) -> Sequence[str]:
        invalid = unit.run(
            text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
        )
        return [f"the index {name} is not valid" for name in invalid.scalars()]

    def backup(self, target: str, progress: Progress | None) -> None:
        from aggregator.store.transfer import write_file

        write_file(self, target, progress)

    def changed(self) -> str:
        # Whatever is written moves the log on; what else moves it costs a page made anew.
        with self.readers.begin() as connection:
            return str(connection.execute(text("SELECT pg_current_wal_insert_lsn()")).scalar())

    def hold(self, name: str, *, wait: bool) -> AbstractAsyncContextManager[bool]:
        engine = self._engine(None, isolation_level="AUTOCOMMIT")
        return holding(engine, name, self._held_by, place=self.place, wait=wait)

    def still_holding(self, unit: Unit, name: str) -> bool:
        return still_holds(unit.connection, name, self._held_by.get(name))

    def close(self) -> None:
        self.readers.dispose()
        self.writers.dispose()


def _look_after_idle(engine: Engine) -> None:
    """Has connections that lay idle looked at before they are used; broken ones are replaced.

    SQLAlchemy's own ``pool_pre_ping`` looks every time, which is a fifth of a short transaction.
    """

    @event.listens_for(engine, "checkin")
    def laid_down(_: Any, record: ConnectionPoolEntry) -> None:
        record.info["idle since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def taken_up(connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
        if monotonic() - record.info.get("idle since", monotonic()) < _IDLE:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error


def _vector(*fields: str) -> str:
    """A tsvector's text: words with their places.

    https://www.postgresql.org/docs/current/datatype-textsearch.html
    """
    places: dict[str, list[str]] = defaultdict(list)
    at = 0
    for words in fields:
        for word in words.split():
            at += 1
            places[word].append(str(at))
        at += _FIELD_GAP
    return " ".join(f"'{word}':{','.join(found[:255])}" for word, found in places.items())


def _phrase(clause: Clause) -> str:
    words = [f"'{word}'" for word in clause.words]
    if clause.prefix:
        words[-1] += ":*"
    return f"({' <-> '.join(words)})"
