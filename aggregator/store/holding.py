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
_CHECKED_EVERY = 2.0


def lock_key(name: str) -> int:
    """The number that the server knows a lock by."""
    digest = hashlib.sha256(f"aggregator:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


@asynccontextmanager
async def holding(engine: Engine, name: str, *, place: str, wait: bool) -> AsyncIterator[bool]:
    """See `Store.hold`. ``engine`` makes a session of its own, without transactions.

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
        async with _watched(connection, name, place):
            yield True
    finally:
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


def _connected(engine: Engine, place: str) -> Connection:
    try:
        return engine.connect()
    except DBAPIError as error:
        raise translated(error, place) from error


def _try_lock(connection: Connection, key: int, place: str) -> bool:
    try:
        return bool(connection.execute(select(func.pg_try_advisory_lock(key))).scalar())
    except DBAPIError as error:
        raise translated(error, place) from error


def _ping(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))


def _close(connection: Connection) -> None:
    with suppress(DBAPIError):
        connection.invalidate()
        connection.close()
