"""What the two databases do each in its own way; all other SQL is the same on both."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Executable, FromClause, Select
from sqlalchemy.engine import CursorResult

from aggregator.errors import StoreError
from aggregator.model.store import SearchQuery
from aggregator.store.sealing import Seal
from aggregator.store.words import Clause

_ROWS_AT_ONCE = 1000

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much, in units of its own."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """The words of one article, for the full-text index: each field folded, joined by spaces."""

    seq: int
    title: str
    summary: str
    body: str


class Backend(ABC):
    """One kind of database. Methods that take a `Unit` run inside its transaction.

    Attributes:
        place: the file or server in words, for messages; never with a password.
        writers, readers: engines for transactions that write and that only read.
        write_threads: how many transactions may write at once.
        stopping: set when the store is being closed: what takes minutes gives up.
        seal: closes and opens the secrets of feeds.
        residue: set when secrets that stood in clear were sealed: what they took is to be
            written over.
    """

    place: str
    writers: Engine
    readers: Engine
    write_threads: int
    stopping: bool = False
    seal: Seal = Seal(None)
    residue: bool = False

    def going_on(self) -> None:
        """Called now and then by what takes long; raises `StoreError` once the store closes."""
        if self.stopping:
            raise StoreError(f"{self.place}: stopped before it was done; nothing is left by half")

    @abstractmethod
    def prepare(self) -> None:
        """Makes what must be there before the first connection."""

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is a database at this place; it may be empty."""

    @abstractmethod
    def among(self, column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
        """``column IN values``, as one bound value: any number of them, one cached statement."""

    @abstractmethod
    def next_seqs(self, unit: Unit, count: int) -> Sequence[int]:
        """Numbers for so many new articles, ascending."""

    @abstractmethod
    def claiming(self, due: Select[Any]) -> Select[Any]:
        """The choice of due feeds, so that two claims at once never take the same one."""

    @abstractmethod
    def locking(self, statement: Select[Any]) -> Select[Any]:
        """The same rows, held against other writers until the transaction ends."""

    @abstractmethod
    def numbers_taken(self, unit: Unit) -> None:
        """Lets `next_seqs` go on behind the articles that brought numbers of their own."""

    @abstractmethod
    def migrating(self, unit: Unit) -> None:
        """Keeps other migrations out until the transaction ends."""

    @abstractmethod
    def index(self, unit: Unit, articles: Sequence[Indexed]) -> None:
        """Puts articles that are not in it into the full-text index."""

    @abstractmethod
    def unindex(self, unit: Unit, articles: Sequence[Indexed]) -> None:
        """Takes articles out, with the very words they were put in with."""

    @abstractmethod
    def clear_index(self, unit: Unit) -> None:
        """Empties the full-text index."""

    @abstractmethod
    def indexed(self, unit: Unit) -> int:
        """How many articles the full-text index holds."""

    @abstractmethod
    def search_from(
        self, unit: Unit, *, titles: bool, start: int | None, found: int, wanted: int
    ) -> int | None:
        """The article number to search from on, first or next, in titles or anywhere.

        ``found`` of those ``wanted`` were found from ``start`` on; None: none was looked for yet.
        Returns None where there is nowhere further to look.
        """

    @abstractmethod
    def matching(self, clauses: Sequence[Clause], *, titles: bool, start: int) -> FromClause:
        """The articles from ``start`` on that match, as a table with the column ``rowid``."""

    @abstractmethod
    def has_topic(self, query: SearchQuery) -> ColumnElement[bool]:
        """Whether an article's topics hold the query's, in any case."""

    @abstractmethod
    def bytes_in(self, column: ColumnElement[Any]) -> ColumnElement[int]:
        """How many bytes a value of text, JSON or bytes takes."""

    @abstractmethod
    def reclaim(self, *, wholly: bool) -> None:
        """Lets room that articles left be used again; ``wholly``: gives it to the system."""

    @abstractmethod
    def rewrite(self) -> None:
        """Writes all of it anew, so that nothing is left of what was overwritten."""

    @abstractmethod
    def size(self, unit: Unit) -> int:
        """Bytes the database takes."""

    @abstractmethod
    def problems(self, unit: Unit) -> Sequence[str]:
        """What the database finds wrong with itself, in words."""

    @abstractmethod
    def backup(self, target: str, progress: Progress | None) -> None:
        """Writes a copy of the database as it is now; blocks. ``target`` appears only whole."""

    @abstractmethod
    def changed(self) -> str:
        """A value that differs once any process has written; asked outside of transactions."""

    @abstractmethod
    def hold(self, name: str, *, wait: bool) -> AbstractAsyncContextManager[bool]:
        """A named lock across processes, let go of when the holder dies."""

    @abstractmethod
    def still_holding(self, unit: Unit, name: str) -> bool:
        """Whether this process still holds a lock that it took."""

    @abstractmethod
    def close(self) -> None:
        """Closes every connection."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One transaction, and the database it runs on."""

    connection: Connection
    backend: Backend

    def run(
        self, statement: Executable, parameters: Sequence[dict[str, Any]] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Executes one statement; with parameters, once for each of them."""
        if parameters is None:
            return self.connection.execute(statement)
        return self.connection.execute(statement, parameters)

    def stream(self, statement: Executable) -> Iterator[Any]:
        """The rows of a query, as mappings, without holding all of them at once."""
        lazily = statement.execution_options(yield_per=_ROWS_AT_ONCE)
        yield from self.connection.execute(lazily).mappings()

    def rows(self, statement: Executable) -> Sequence[Any]:
        """The rows of a query, as mappings by column name."""
        return self.connection.execute(statement).mappings().all()
