"""What is wrong in a config file, in words: where it stands, what it is, what was meant.

Values are checked by pydantic; places are looked for only once there is a fault to report.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from aggregator.errors import ConfigError
from aggregator.settings.places import line_and_column, place

_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_MOST = 9
"""Faults that are told beside the first."""

_WANTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list in [brackets]",
    "list_type": "a list in [brackets]",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}
_GIVEN = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number with a fraction",
    list: "a list",
    tuple: "a list",
    dict: "a table",
}


def read_text(path: Path) -> str:
    """A config file's text, line ends as they are.

    Raises:
        ConfigError: it cannot be read, or is no UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=path) from error
    try:
        return raw.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        raise ConfigError(
            f"byte 0x{raw[error.start]:02x} is no UTF-8",
            file=path,
            line=before.count(b"\n") + 1,
            column=error.start - before.rfind(b"\n"),
            hint="Save the file as UTF-8.",
        ) from error


def read_toml(text: str, path: Path) -> dict[str, Any]:
    """The values in a TOML text. Raises `ConfigError` with the place of a fault in its syntax."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = _POSITION.search(message)
        if found and found[1]:
            line, column = int(found[1]), int(found[2])
        else:  # "at end of document": behind the last thing that stands there
            line, column = line_and_column(text, len(text.rstrip()))
        raise ConfigError(
            f"this is no TOML: {_POSITION.sub('', message)}",
            file=path,
            line=line,
            column=column,
            hint=_syntax_hint(text, line),
        ) from error


def config_error(
    error: ValidationError, *, text: str, path: Path, known: Mapping[str, Sequence[str]]
) -> ConfigError:
    """The faults of a file as one error: the first with its place, the others in the hint.

    ``known`` holds the valid keys of each table by its dotted name ("" for the top).
    """
    faults = error.errors(include_url=False)
    (line, column), (message, hint) = _placed(faults[0], text), describe(faults[0], known)
    said = [hint] if hint else []
    for fault in faults[1 : _MOST + 1]:
        where = ":".join(str(part) for part in (path, *_placed(fault, text)) if part is not None)
        said.append(f"And {where}: {describe(fault, known)[0]}")
    if len(faults) > _MOST + 1:
        said.append(f"And {len(faults) - _MOST - 1} more.")
    return ConfigError(message, file=path, line=line, column=column, hint="\n  ".join(said) or None)


def _placed(fault: ErrorDetails, text: str) -> tuple[int | None, int | None]:
    found = place(text, fault["loc"], of_key=fault["type"] == "extra_forbidden")
    return found or (None, None)


def describe(
    fault: ErrorDetails, known: Mapping[str, Sequence[str]], *, name: str | None = None
) -> tuple[str, str | None]:
    """A fault and what to do about it, in words."""
    table = ".".join(str(part) for part in fault["loc"][:-1] if isinstance(part, str))
    key = str(fault["loc"][-1]) if fault["loc"] else ""
    name = name or ".".join(str(part) for part in fault["loc"] if isinstance(part, str))
    kind = fault["type"]
    if kind == "extra_forbidden":
        what = "section" if not table and "feeds" not in known.get("", ()) else "key"
        return f"there is no {what} {name!r}", nearest(key, known.get(table, ()))
    if kind == "missing":
        return f"{name!r} is missing", "It is the one key that must be there."
    if kind in _WANTED:
        given = _GIVEN.get(type(fault["input"]), "something else")
        return f"{name!r} must be {_WANTED[kind]}, not {given}", None
    if kind == "literal_error":
        expected = fault["ctx"]["expected"].replace("'", '"')
        options = re.findall(r'"([^"]*)"', expected)
        guess = difflib.get_close_matches(str(fault["input"]), options, 1, 0.5)
        return f"{name!r} must be {expected}", f'Did you mean "{guess[0]}"?' if guess else None
    message = fault["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if kind == "value_error":
        return f"{name!r}: {message}", _zone_hint(fault) if "time zone" in message else None
    return f"{name!r} must be {message}", None


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The known word that was probably meant, as a question; else all of them."""
    options = list(words)
    guess = difflib.get_close_matches(word.lower(), options, 1, 0.5)
    if guess:
        return f"Did you mean {guess[0]!r}?"
    return f"Known here: {', '.join(options)}." if options else None


def _zone_hint(fault: ErrorDetails) -> str:
    from zoneinfo import available_timezones

    given = str(fault["input"])
    zones = {zone.lower(): zone for zone in available_timezones()}
    # People write the city alone, or with a space; IANA names end in it, with an underscore.
    wanted = given.strip().lower().replace(" ", "_")
    ending = next((zones[zone] for zone in sorted(zones) if zone.endswith(f"/{wanted}")), None)
    guess = difflib.get_close_matches(wanted, list(zones), 1, 0.5)
    if ending or guess:
        return f'Did you mean "{ending or zones[guess[0]]}"?'
    return 'Write an IANA name, as in "Europe/London".'


def _syntax_hint(text: str, line: int) -> str | None:
    lines = text.splitlines()
    shown = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    return f"The line reads: {shown[:120]}" if shown else None
