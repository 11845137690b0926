"""Where in a TOML text a table, a key or a value stands.

tomllib gives values without their places, and tomlkit takes seconds for a long list. This scan
reads the structure alone, of a text that tomllib has already found valid.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_DOTTED = re.compile(rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*")
_KEY_PART = re.compile(_KEY)
_HEADER = re.compile(rf"(\[\[?)[ \t]*({_DOTTED.pattern})[ \t]*\]\]?")
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_STRING = re.compile(
    r"""
    \"{3} (?: [^\\] | \\. )*? \"{3,5}   # many lines, with escapes
  | '{3} .*? '{3,5}                   # many lines, as they are
  | \" (?: [^"\\\n] | \\. )* \"
  | ' [^'\n]* '
    """,
    re.DOTALL | re.VERBOSE,
)
_NESTED = re.compile(
    rf"(?P<string>{_STRING.pattern}) | \#[^\n]* | (?P<bracket>[\[\]{{}}])",
    re.DOTALL | re.VERBOSE,
)
_BARE = re.compile(r"[^,\]}#\r\n]*")


@dataclass(frozen=True, slots=True)
class Statement:
    """A table's header or a key with its value.

    ``path`` is the full path from the top, array members counted from 0. ``start`` to ``end`` are
    offsets into the text, ``value`` that of the value (of a header: its own).
    """

    path: Path
    start: int
    value: int
    end: int
    is_header: bool


def statements(text: str) -> Iterator[Statement]:
    """The headers and keys of a valid TOML text, in order."""
    counts: dict[Path, int] = {}
    table: Path = ()
    at = 0
    while True:
        at = _end(_BLANK, text, at)
        if at >= len(text):
            return
        if header := _HEADER.match(text, at):
            table = _resolved(_keys(header[2]), counts, is_member=header[1] == "[[")
            yield Statement(table, at, at, header.end(), is_header=True)
            at = header.end()
        elif key := _DOTTED.match(text, at):
            value = _end(_EQUALS, text, key.end())
            end = _value_end(text, value)
            yield Statement(table + _keys(key[0]), at, value, end, is_header=False)
            at = end
        else:  # not TOML: the caller has been told by tomllib
            return


def place(text: str, path: Path, *, of_key: bool = False) -> tuple[int, int] | None:
    """Line and column, from 1, of the value at a path, or of its key; else of what holds it."""
    best: Statement | None = None
    shared = 0
    for statement in statements(text):
        length = min(len(statement.path), len(path))
        if length > shared and statement.path[:length] == path[:length]:
            best, shared = statement, length
    if best is None:
        return None
    return line_and_column(text, best.start if of_key else best.value)


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Where an offset stands, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _keys(dotted: str) -> Path:
    parts = _KEY_PART.findall(dotted)
    return tuple(
        str(tomllib.loads(f"key = {part}")["key"]) if part[0] in "\"'" else part for part in parts
    )


def _resolved(keys: Path, counts: dict[Path, int], *, is_member: bool) -> Path:
    """A header's path with the number of the array member it belongs to put in."""
    path: Path = ()
    for depth, key in enumerate(keys, 1):
        path = (*path, key)
        if is_member and depth == len(keys):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _value_end(text: str, at: int) -> int:
    if at >= len(text):
        return at
    if text[at] in "\"'":
        return _end(_STRING, text, at)
    if text[at] not in "[{":
        bare = _BARE.match(text, at)
        return at + len(bare[0].rstrip()) if bare else at
    depth = 0
    for token in _NESTED.finditer(text, at):
        if token["bracket"]:
            depth += 1 if token["bracket"] in "[{" else -1
            if depth == 0:
                return token.end()
    return len(text)
