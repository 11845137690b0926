"""Feeds to rows and back: what is asked for by value in columns, all of it as JSON beside them."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from aggregator.model.feed import Feed, FeedRecord, FeedState, Validators
from aggregator.model.instants import Instant
from aggregator.store import rows
from aggregator.store.sealing import Seal, SealBroken, is_sealed
from aggregator.text.secrets import gives_access, holds_secret

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

_MICROSECOND = timedelta(microseconds=1)


def _micros(value: Instant | None) -> int | None:
    return None if value is None else rows.micros(value)


def packed(value: Any, seal: Seal) -> rows.Columns:
    """A flat dataclass as JSON: only what differs from its defaults, so that fields may come.

    What gives access is sealed, a feed's headers for its host alone.
    """
    kept = {}
    for each in fields(value):
        held = getattr(value, each.name)
        if held != each.default:
            kept[each.name] = _packed(held, seal)
    if isinstance(value, Feed) and value.headers:
        kept["headers"] = [
            [name, seal.close(text, bound=_host(value.url)) if gives_access(name, text) else text]
            for name, text in value.headers
        ]
    return kept


def unpacked(kind: type[T], columns: rows.Columns, seal: Seal) -> tuple[T, bool]:
    """The dataclass again; what a newer version wrote and this one does not know is left out.

    So is what was sealed with another key: the second says whether there was anything of the kind.
    """
    known = {each.name for each in fields(kind)}
    held: dict[str, Any] = {}
    broken = False
    for name, value in columns.items():
        if name not in known:
            continue
        bound = _host(held["url"]) if kind is Feed and name == "headers" else ""
        try:
            held[name] = _unpacked(value, seal, bound)
        except SealBroken:
            broken = True
            if kind is Feed and name == "url":
                held[name] = ""
    return kind(**held), broken


def _packed(value: Any, seal: Seal) -> Any:
    if isinstance(value, datetime):
        return {"instant": rows.micros(value)}
    if isinstance(value, timedelta):
        return {"span": value // _MICROSECOND}
    if isinstance(value, Validators):
        return {"validators": packed(value, seal)}
    if isinstance(value, tuple):
        return [_packed(part, seal) for part in value]
    if isinstance(value, str) and holds_secret(value):
        return seal.close(rows.storable(value))
    return rows.storable(value)


def _unpacked(value: Any, seal: Seal, bound: str = "") -> Any:
    match value:
        case {"instant": held}:
            return rows.instant(held)
        case {"span": held}:
            return timedelta(microseconds=held)
        case {"validators": held}:
            return unpacked(Validators, held, seal)[0]
        case list():
            return tuple(_unpacked(part, seal, bound) for part in value)
        case str() if is_sealed(value):
            return seal.open(value, bound=bound)
        case _:
            return value


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def feed_columns(feed: Feed, seal: Seal, before: rows.Row | None = None) -> rows.Columns:
    """What feeds.toml says of a feed; as it is packed already ``before``, if that is the same."""
    same = before is not None and feed_of(before, seal) == (feed, feed.line, False)
    return {
        "url": rows.storable(seal.cover(feed.url)),
        "config": before["config"] if before is not None and same else packed(feed, seal),
        "title": rows.storable(feed.title),
        "category": rows.storable(feed.category),
        "paused": feed.paused,
    }


def state_columns(state: FeedState, seal: Seal) -> rows.Columns:
    """What polling taught; ``due_at`` follows from it.

    A feed that was polled and names no next poll is never due (it is gone); one that never was
    is due at once.
    """
    never_polled = state.next_poll_at is None and state.last_poll_at is None
    return {
        "due_at": 0 if never_polled else _micros(state.next_poll_at),
        "state": packed(state, seal),
        "own_title": rows.storable(state.title),
        "condition": state.condition,
        "last_poll_at": _micros(state.last_poll_at),
    }


def feed_of(row: rows.Row, seal: Seal) -> tuple[Feed, int | None, bool]:
    """The subscription in a row of ``feed``, its line, and whether its secrets stayed sealed."""
    feed, broken = unpacked(Feed, row["config"], seal)
    return (replace(feed, url=feed.url or row["url"]) if broken else feed), feed.line, broken


def record_of(row: rows.Row, aliases: tuple[str, ...], seal: Seal) -> FeedRecord:
    """A row of ``feed`` whole; ``aliases`` come from their own table."""
    feed, _, sealed = feed_of(row, seal)
    return FeedRecord(
        id=row["id"],
        feed=feed,
        state=unpacked(FeedState, row["state"], seal)[0],
        aliases=aliases,
        subscribed=row["subscribed"],
        articles=row["articles"],
        sealed=sealed,
    )
