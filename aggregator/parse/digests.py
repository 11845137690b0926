"""The hash over everything an entry said: equal digests mean that nothing changed."""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from functools import cache

from aggregator.model.entry import Entry

_VERSION = "1"
_LEFT_OUT = frozenset({"position", "digest", "base"})


def entry_digest(entry: Entry) -> str:
    """A stable digest of an entry, independent of its place; ``1-`` and 32 hex digits.

    The bases of its texts are left out: a feed that moved would seem to have changed whole.
    The prefix is the version of this recipe: a change of it makes every entry look changed once.
    """
    hasher = hashlib.blake2b(digest_size=16)
    pieces: list[str] = []
    _spell(entry, pieces)
    hasher.update("".join(pieces).encode("utf-8", "surrogatepass"))
    return f"{_VERSION}-{hasher.hexdigest()}"


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in _LEFT_OUT)


def _spell(value: object, pieces: list[str]) -> None:
    """Writes a value so that no two different ones are written alike."""
    if value is None:
        pieces.append("-")
    elif isinstance(value, str):
        pieces.append(f"{len(value)}:{value}")
    elif isinstance(value, tuple):
        pieces.append(f"[{len(value)}")
        for part in value:
            _spell(part, pieces)
    elif is_dataclass(value) and not isinstance(value, type):
        pieces.append("{")
        for name in _names(type(value)):
            _spell(getattr(value, name), pieces)
    else:
        pieces.append(f"={value!r};")
