"""How a document travels from a worker: plain JSON lists, so that nothing but data comes back.

Pickles would run code of a worker's choosing in the service; JSON cannot, and is as fast.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from aggregator.model.entry import Entry, EntrySource, FeedDocument, Media, Text

_ENTRY = tuple(field.name for field in fields(Entry))
_DOCUMENT = tuple(field.name for field in fields(FeedDocument) if field.name != "entries")
_TEXT = tuple(field.name for field in fields(Text))
_MEDIA = tuple(field.name for field in fields(Media))
_SOURCE = tuple(field.name for field in fields(EntrySource))

_NESTED = {"title": Text, "summary": Text, "source": EntrySource}
_LISTED = {"contents": Text, "media": Media, "enclosures": Media}
_NAMES: dict[type, tuple[str, ...]] = {Text: _TEXT, Media: _MEDIA, EntrySource: _SOURCE}


def pack(message: dict[str, Any]) -> bytes:
    """A message as bytes; lone surrogates survive, as escapes."""
    return json.dumps(message, separators=(",", ":"), check_circular=False).encode("ascii")


def unpack(data: bytes) -> dict[str, Any]:
    """The message in these bytes.

    Raises:
        ValueError: they hold none.
    """
    message = json.loads(data)
    if not isinstance(message, dict):
        raise ValueError("a message is an object")  # noqa: TRY004 - one error for the caller
    return message


def entries_to_wire(entries: Iterable[Entry]) -> list[list[Any]]:
    """Entries as lists of their fields in order."""
    return [[_plain(getattr(entry, name)) for name in _ENTRY] for entry in entries]


def entries_from_wire(rows: list[list[Any]]) -> tuple[Entry, ...]:
    """The inverse of `entries_to_wire`."""
    return tuple(_entry(row) for row in rows)


def document_to_wire(document: FeedDocument) -> list[Any]:
    """A document without its entries, as the list of its fields."""
    return [getattr(document, name) for name in _DOCUMENT]


def document_from_wire(row: list[Any], entries: tuple[Entry, ...]) -> FeedDocument:
    """The inverse of `document_to_wire`, with its entries."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in zip(_DOCUMENT, row, strict=True)
    }
    return FeedDocument(entries=entries, **values)


def _plain(value: Any) -> Any:
    names = _NAMES.get(type(value))
    if names is not None:
        return [getattr(value, name) for name in names]
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _entry(row: list[Any]) -> Entry:
    values: dict[str, Any] = {}
    for name, value in zip(_ENTRY, row, strict=True):
        if value is None or not isinstance(value, list):
            values[name] = value
        elif name in _NESTED:
            values[name] = _value(_NESTED[name], value)
        elif name in _LISTED:
            values[name] = tuple(_value(_LISTED[name], part) for part in value)
        else:
            values[name] = tuple(value)
    return Entry(**values)


def _value(kind: type, row: list[Any]) -> Any:
    return kind(**dict(zip(_NAMES[kind], row, strict=True)))
