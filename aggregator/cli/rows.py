"""Rows of article JSON Lines as the clusterer takes them, for `cluster` and `evaluate`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aggregator.cli.shell import standard_input
from aggregator.errors import InputError
from aggregator.model.instants import Instant
from aggregator.model.signature import SignedArticle
from aggregator.text.dates import read_date
from aggregator.text.urls import canonical_url

_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_TAG = re.compile(r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*$")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of input: the article, and the whole object for labels."""

    article: SignedArticle
    fields: dict[str, Any]


def read_rows(file: str) -> Iterator[Row]:
    """The articles of a JSON Lines file, ``-`` for standard input.

    Raises:
        InputError: the file cannot be read, or a line is no article; names the line.
    """
    name = "standard input" if file == "-" else file
    try:
        lines = standard_input() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror}", file=name, hint="Is the path right?"
        ) from error
    for number, line in enumerate(lines.split(b"\n"), start=1):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if text.strip():
            yield _row(text, name, number)


def _row(line: bytes, file: str, number: int) -> Row:
    try:
        fields = json.loads(line)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(
            f"no JSON: {error}", file=file, line=number, hint="One JSON object a line is expected."
        ) from error
    if not isinstance(fields, dict):
        raise InputError(
            "a JSON object is expected, with at least id and title", file=file, line=number
        )
    identity = fields.get("id")
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    if not isinstance(identity, str) or not identity:
        raise InputError(
            "the article has no id", file=file, line=number, hint='Give each line an "id".'
        )
    try:
        published = _instant(fields.get("published_at", fields.get("published")))
    except (ValueError, OverflowError) as error:
        raise InputError(
            f"the date is none that can be read: {error}",
            file=file,
            line=number,
            hint="Write it as RFC 3339 has it: 2024-01-31T13:58:00Z.",
        ) from error
    return Row(
        SignedArticle(
            id=identity,
            title=_text(fields, "title", file, number),
            text=_body(fields, file, number),
            language=_language(fields),
            source=_source(fields),
            url=_url(fields),
            published_at=published,
        ),
        fields,
    )


def _text(fields: dict[str, Any], key: str, file: str, number: int) -> str:
    value = fields.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f'"{key}" is no text', file=file, line=number)
    return value


def _body(fields: dict[str, Any], file: str, number: int) -> str:
    paragraphs = fields.get("paragraphs")
    if isinstance(paragraphs, list) and paragraphs:
        return "\n".join(part for part in paragraphs if isinstance(part, str))
    return _text(fields, "text", file, number) or _text(fields, "summary", file, number)


def _source(fields: dict[str, Any]) -> str | None:
    source = _string(fields.get("source"))
    outlet = fields.get("outlet")
    if source or outlet is None:
        return source
    return _string(outlet.get("name")) if isinstance(outlet, dict) else _string(outlet)


def _language(fields: dict[str, Any]) -> str | None:
    tag = _string(fields.get("language")) or _string(fields.get("lang"))
    return tag if tag and _TAG.match(tag) else None


def _url(fields: dict[str, Any]) -> str | None:
    """The address as polling would have it: without fragment and tracking parameters."""
    url = _string(fields.get("canonical_url")) or _string(fields.get("url"))
    return (canonical_url(url) or url) if url else None


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _instant(value: object) -> Instant | None:
    """The date of a row; a day alone counts from its midnight, a time without zone as UTC.

    Any form that feeds have their dates in is read, seconds since 1970 too. One before 1990 or in
    the future is not believed.
    """
    if value is None or value == "":
        return None
    text = str(int(value)) if isinstance(value, float) and value > 0 else str(value).strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        read = read_date(text)
        if read is None or read.rest:
            raise
        moment = read.instant
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    return moment if _OLDEST <= moment <= datetime.now(UTC) + timedelta(days=1) else None


def signed(rows: list[Row]) -> list[SignedArticle]:
    """The rows' articles with their signatures."""
    return [replace(row.article) for row in rows]
