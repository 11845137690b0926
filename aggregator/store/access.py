"""Tokens of programs, known by their hashes, and when daily work was last done."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from aggregator.errors import NotFound
from aggregator.model.access import Token
from aggregator.model.instants import Instant
from aggregator.store import rows
from aggregator.store.backend import Unit
from aggregator.store.schema import daily, token


def every(unit: Unit) -> Sequence[Token]:
    """See `AccessStore.tokens`."""
    return [_token(row) for row in unit.rows(select(token).order_by(token.c.made_at, token.c.name))]


def known_by(unit: Unit, digest: str) -> Token | None:
    """See `AccessStore.token`."""
    found = unit.rows(select(token).where(token.c.digest == digest))
    return _token(found[0]) if found else None


def save(unit: Unit, kept: Token) -> None:
    """See `AccessStore.save_token`."""
    unit.run(
        insert(token).values(
            name=rows.storable(kept.name),
            digest=kept.digest,
            scopes=list(kept.scopes),
            made_at=rows.micros(kept.made_at),
        )
    )


def drop(unit: Unit, name: str) -> None:
    """See `AccessStore.drop_token`."""
    if not unit.run(delete(token).where(token.c.name == rows.storable(name))).rowcount:
        raise NotFound("token", name, hint="`aggregator token list` shows all.")


def done_at(unit: Unit, name: str) -> Instant | None:
    """See `KeepingStore.done_at`."""
    found = unit.run(select(daily.c.done_at).where(daily.c.name == name)).scalar()
    return None if found is None else rows.instant(found)


def note_done(unit: Unit, name: str, at: Instant) -> None:
    """See `KeepingStore.note_done`."""
    unit.run(delete(daily).where(daily.c.name == name))
    unit.run(insert(daily).values(name=name, done_at=rows.micros(at)))


def _token(row: rows.Row) -> Token:
    return Token(
        name=row["name"],
        digest=row["digest"],
        scopes=tuple(row["scopes"]),
        made_at=rows.instant(row["made_at"]),
    )
