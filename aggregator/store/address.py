"""Database addresses: which backend one means."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from aggregator.errors import ConfigError
from aggregator.store.backend import Backend


def backend_for(url: str, *, readers: int, busy_seconds: float) -> Backend:
    """The backend a database address names.

    Raises:
        ConfigError: the address is none, or names a database this program does not speak to.
    """
    address = _parsed(url)
    kind = address.get_backend_name()
    if kind == "sqlite":
        from aggregator.store.sqlite import SqliteBackend

        if not address.database or address.database == ":memory:":
            raise ConfigError(
                f"the database address {url!r} names no file",
                hint="Write it like sqlite:////var/lib/aggregator/news.db",
            )
        path = Path(address.database).absolute()
        return SqliteBackend(path, busy_seconds=busy_seconds, readers=readers)
    if kind == "postgresql":
        try:
            from aggregator.store.postgres import PostgresBackend
        except ModuleNotFoundError:
            raise ConfigError(
                "PostgreSQL's driver is not installed",
                hint="Install it with: pip install 'aggregator[postgres]'",
            ) from None
        return PostgresBackend(address, readers=readers)
    raise ConfigError(
        f"the database address begins with {kind!r}",
        hint="It must begin with sqlite:/// or postgresql://",
    )


def _parsed(url: str) -> URL:
    try:
        return make_url(re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url))
    except ArgumentError:
        raise ConfigError(
            f"{re.sub('//[^@/]*@', '//***@', url)!r} is no database address",
            hint="Write it like sqlite:////var/lib/aggregator/news.db or postgresql://host/name",
        ) from None
