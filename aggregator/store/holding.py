"""Named locks on PostgreSQL: advisory locks of a session, which end with it however it ends."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from aggregator.errors import StoreUnreachable
from aggregator.store.faults import translated

_PAUSE = 0.5
_CHECKED_EVERY = 1.0
_SILENCE, _SILENCE_WAITING = "6s", "60s"
"""The server ends the session of a holder that was silent for so long: it is frozen, not dead.

One that was only slow loses nothing: what it decided and could not write is decided anew."""

_HUNG = 30.0
"""Seconds after which a process whose loop stands still is as good as frozen."""


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
        held_by[name] = await asyncio.to_thread(_session, connection, place)
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

    A holder whose session was cut must not go on: the server has given the lock to another. The
    server hears from a thread of its own, so that a loop with much to do is not taken for frozen.
    """
    holder = asyncio.current_task()
    assert holder is not None, "runs in a task"  # noqa: S101
    loop = asyncio.get_running_loop()
    lost: list[StoreUnreachable] = []
    over = threading.Event()
    turned = monotonic()

    def speak() -> None:
        while not over.wait(_CHECKED_EVERY):
            if monotonic() - turned > _HUNG:
                continue
            try:
                _ping(connection)
            except DBAPIError as error:
                if not over.is_set():
                    lost.append(
                        StoreUnreachable(
                            f"{place}: the lock {name!r} was lost with its connection",
                            hint=translated(error, place).hint,
                        )
                    )
                    loop.call_soon_threadsafe(holder.cancel)
                return

    async def turn() -> None:
        nonlocal turned
        while True:
            turned = monotonic()
            await asyncio.sleep(_CHECKED_EVERY)

    turning = asyncio.create_task(turn())
    speaking = threading.Thread(target=speak, name=f"lock {name}", daemon=True)
    speaking.start()
    try:
        yield
    except asyncio.CancelledError:
        if lost:
            holder.uncancel()
            raise lost[0] from None
        raise
    finally:
        over.set()
        turning.cancel()
        await asyncio.to_thread(speaking.join)


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
        connection.execute(text(f"SET idle_session_timeout = '{_SILENCE_WAITING}'"))
        return connection
    except DBAPIError as error:
        raise translated(error, place) from error


def _try_lock(connection: Connection, key: int, place: str) -> bool:
    try:
        return bool(connection.execute(select(func.pg_try_advisory_lock(key))).scalar())
    except DBAPIError as error:
        raise translated(error, place) from error


def _session(connection: Connection, place: str) -> int:
    """The number of the session that holds the lock, which may be silent for less long now."""
    try:
        connection.execute(text(f"SET idle_session_timeout = '{_SILENCE}'"))
        return int(connection.execute(select(func.pg_backend_pid())).scalar_one())
    except DBAPIError as error:
        raise translated(error, place) from error


def _ping(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))


def _close(connection: Connection) -> None:
    with suppress(DBAPIError):
        connection.invalidate()
        connection.close()
