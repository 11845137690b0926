"""Transactions in threads: the asynchronous port over blocking drivers."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from aggregator.store.backend import Backend, Unit
from aggregator.store.faults import is_transient, translated, unwritable

P = ParamSpec("P")
T = TypeVar("T")

_TRIES = 5


class Transactions:
    """Runs functions of a `Unit`, each as one transaction, in threads of its own.

    On SQLite one thread writes, so that writers queue here and not on the file; readers run beside
    it. A transaction that other sessions got in the way of is tried again.
    """

    def __init__(self, backend: Backend, *, readers: int) -> None:
        self._backend = backend
        self._writing = ThreadPoolExecutor(backend.write_threads, "store-write")
        self._reading = ThreadPoolExecutor(readers, "store-read")

    async def write(
        self, work: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What ``work`` returns, once its transaction is on the disk."""
        return await self._run(self._writing, self._backend.writers, work, *args, **kwargs)

    async def read(
        self, work: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What ``work`` returns, out of one consistent view of the database."""
        return await self._run(self._reading, self._backend.readers, work, *args, **kwargs)

    async def call(
        self, work: Callable[[], T], *, place: str | None = None, reading: bool = False
    ) -> T:
        """What ``work`` returns, run beside the transactions.

        ``place`` is what it works on; ``reading``: it only reads, and may be called anew.
        """
        called = partial(_guarded, place or self._backend.place, work, reading=reading)
        return await asyncio.get_running_loop().run_in_executor(self._reading, called)

    async def _run(
        self,
        threads: ThreadPoolExecutor,
        engine: Engine,
        work: Callable[Concatenate[Unit, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        job = partial(_transaction, self._backend, engine, partial(_call, work, args, kwargs))
        return await asyncio.get_running_loop().run_in_executor(threads, job)

    def close(self) -> None:
        """Waits for what runs, less what takes minutes; then closes every connection."""
        self._backend.stopping = True
        self._writing.shutdown()
        self._reading.shutdown()
        self._backend.close()


def _call(work: Callable[..., T], args: Any, kwargs: Any, unit: Unit) -> T:
    return work(unit, *args, **kwargs)


def _transaction(backend: Backend, engine: Engine, work: Callable[[Unit], T]) -> T:
    def once() -> T:
        with engine.begin() as connection:
            return work(Unit(connection, backend))

    return _guarded(backend.place, once, reading=engine is backend.readers)


def _guarded(place: str, work: Callable[[], T], *, reading: bool = False) -> T:
    for left in reversed(range(_TRIES)):
        try:
            return work()
        except (DBAPIError, sqlite3.Error) as error:
            # A connection that was cut while it lay idle is found out at its next use. What only
            # reads is asked anew on another; what writes may have been done, so its caller decides.
            cut = reading and isinstance(error, DBAPIError) and error.connection_invalidated
            if not left or not (cut or is_transient(error)):
                raise translated(error, place) from error
        except OSError as error:
            raise unwritable(error, place) from error
    raise AssertionError("the last try returns or raises")
