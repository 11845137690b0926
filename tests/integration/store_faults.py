"""Stores whose database fails, for the tests of it."""

from __future__ import annotations

import asyncio
import os
import pwd
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from aggregator.errors import (
    StoreError,
)
from aggregator.store import SqlStore


@asynccontextmanager
async def opened(url: str, *, busy_seconds: float = 0.1) -> AsyncIterator[SqlStore]:
    store = SqlStore(url, busy_seconds=busy_seconds)
    try:
        await store.open()
        yield store
    finally:
        await store.aclose()


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def until(work: Callable[[], Awaitable[object]], kind: type[StoreError]) -> None:
    """Tries until it works; only this kind of error may come before."""
    for _ in range(200):
        try:
            await work()
        except kind:
            await asyncio.sleep(0.05)
        else:
            return
    raise AssertionError("it never came back")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Runs a block as a user whom modes hold back, as they never do root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
