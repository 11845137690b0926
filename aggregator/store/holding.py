"""Named locks on PostgreSQL: advisory locks of a session, which end with it however it ends."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from aggregator.errors import StoreUnreachable
from aggregator.store.faults import translated

_PAUSE = 0.5
_CHECKED_EVERY = 1.0
_SILENCE = "6s"
"""The server ends the session of a holder that was silent for so long: it is frozen, not dead.

One that was only slow loses nothing: what it decided and could not write is decided anew."""


def lock_key(name: str) -> int:
    """The number that the server knows a lock by."""
    digest = hashlib.sha256(f"aggregator:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


@asynccontextmanager
async def holding(
    engine: Engine, name: str, held_by: dict[str, int], *, place: str, wait: bool
) -> AsyncIterator[bool]:
    """See `Store.hold`. ``engine`` makes a session of its own, without transactions.

    While the lock is held, ``held_by`` names the session that does, for `still_holds`.

    Raises:
        StoreUnreachable: the server is away; out of the block, too, once the lock was lost.
    """
    key = lock_key(name)
    connection = await asyncio.to_thread(_connected, engine, place)
    try:
        held = await asyncio.to_thread(_try_lock, connection, key, place)
        while wait and not held:
            await asyncio.sleep(_PAUSE)
            held = await asyncio.to_thread(_try_lock, connection, key, place)
        if not held:
            yield False
            return
        held_by[name] = await asyncio.to_thread(_session, connection)
        async with _watched(connection, name, place):
            yield True
    finally:
        held_by.pop(name, None)
        # Closing the session lets go of the lock.
        await asyncio.to_thread(_close, connection)
        engine.dispose()


@asynccontextmanager
async def _watched(connection: Connection, name: str, place: str) -> AsyncIterator[None]:
    """Stops the block with `StoreUnreachable` once the server no longer holds its lock.

    A holder whose session was cut must not go on: the server has given the lock to another.
    """
    holder = asyncio.current_task()
    assert holder is not None, "runs in a task"  # noqa: S101
    lost: list[StoreUnreachable] = []

    async def watch() -> None:
        while not lost:
            await asyncio.sleep(_CHECKED_EVERY)
            try:
                await asyncio.to_thread(_ping, connection)
            except DBAPIError as error:
                lost.append(
                    StoreUnreachable(
                        f"{place}: the lock {name!r} was lost with its connection",
                        hint=translated(error, place).hint,
                    )
                )
                holder.cancel()

    watching = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if lost:
            holder.uncancel()
            raise lost[0] from None
        raise
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


def still_holds(connection: Connection, name: str, session: int | None) -> bool:
    """Whether the server knows this session to hold the lock.

    https://www.postgresql.org/docs/current/view-pg-locks.html
    """
    key = lock_key(name) % 2**64
    found = text(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND pid = :session AND classid = CAST(:high AS oid) AND objid = CAST(:low AS oid)"
    )
    values = {"session": session, "high": key >> 32, "low": key % 2**32}
    return connection.execute(found, values).first() is not None


def _connected(engine: Engine, place: str) -> Connection:
    try:
        connection = engine.connect()
        connection.execute(text(f"SET idle_session_timeout = '{_SILENCE}'"))
        return connection
    except DBAPIError as error:
        raise translated(error, place) from error


def _try_lock(connection: Connection, key: int, place: str) -> bool:
    try:
        return bool(connection.execute(select(func.pg_try_advisory_lock(key))).scalar())
    except DBAPIError as error:
        raise translated(error, place) from error


def _session(connection: Connection) -> int:
    return int(connection.execute(select(func.pg_backend_pid())).scalar_one())


def _ping(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))


def _close(connection: Connection) -> None:
    with suppress(DBAPIError):
        connection.invalidate()
        connection.close()
