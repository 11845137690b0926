"""Feeds to rows and back: what is asked for by value in columns, all of it as JSON beside them."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from aggregator.model.feed import Feed, FeedRecord, FeedState, Validators
from aggregator.model.instants import Instant
from aggregator.store import rows

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

_MICROSECOND = timedelta(microseconds=1)


def _micros(value: Instant | None) -> int | None:
    return None if value is None else rows.micros(value)


def packed(value: Any) -> rows.Columns:
    """A flat dataclass as JSON: only what differs from its defaults, so that fields may come."""
    kept = {}
    for each in fields(value):
        held = getattr(value, each.name)
        if held != each.default:
            kept[each.name] = _packed(held)
    return kept


def unpacked(kind: type[T], columns: rows.Columns) -> T:
    """The dataclass again; what a newer version wrote and this one does not know is left out."""
    known = {each.name for each in fields(kind)}
    return kind(**{name: _unpacked(held) for name, held in columns.items() if name in known})


def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"instant": rows.micros(value)}
    if isinstance(value, timedelta):
        return {"span": value // _MICROSECOND}
    if isinstance(value, Validators):
        return {"validators": packed(value)}
    if isinstance(value, tuple):
        return [_packed(part) for part in value]
    return rows.storable(value)


def _unpacked(value: Any) -> Any:
    match value:
        case {"instant": held}:
            return rows.instant(held)
        case {"span": held}:
            return timedelta(microseconds=held)
        case {"validators": held}:
            return unpacked(Validators, held)
        case list():
            return tuple(_unpacked(part) for part in value)
        case _:
            return value


def feed_columns(feed: Feed) -> rows.Columns:
    """What feeds.toml says of a feed."""
    return {
        "url": rows.storable(feed.url),
        "config": packed(feed),
        "title": rows.storable(feed.title),
        "category": rows.storable(feed.category),
        "paused": feed.paused,
    }


def state_columns(state: FeedState) -> rows.Columns:
    """What polling taught; ``due_at`` follows from it.

    A feed that was polled and names no next poll is never due (it is gone); one that never was
    is due at once.
    """
    never_polled = state.next_poll_at is None and state.last_poll_at is None
    return {
        "due_at": 0 if never_polled else _micros(state.next_poll_at),
        "state": packed(state),
        "own_title": rows.storable(state.title),
        "condition": state.condition,
        "last_poll_at": _micros(state.last_poll_at),
    }


def feed_of(row: rows.Row) -> Feed:
    """The subscription in a row of ``feed``."""
    return unpacked(Feed, row["config"])


def record_of(row: rows.Row, aliases: tuple[str, ...]) -> FeedRecord:
    """A row of ``feed`` whole; ``aliases`` come from their own table."""
    return FeedRecord(
        id=row["id"],
        feed=feed_of(row),
        state=unpacked(FeedState, row["state"]),
        aliases=aliases,
        subscribed=row["subscribed"],
        articles=row["articles"],
    )
