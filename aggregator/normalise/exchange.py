"""Exchange form → article: one JSON object of the schema, read back."""

from __future__ import annotations

import json
from typing import Any, cast, get_args

from aggregator.errors import InputError
from aggregator.model.article import (
    Article,
    DateSource,
    Enclosure,
    Image,
    Outlet,
    RelatedLink,
)
from aggregator.model.instants import Instant, from_rfc3339
from aggregator.text.controls import encodable
from aggregator.text.words import word_count


def read_article_json(
    line: str, *, fetched_at: Instant, file: str | None = None, number: int | None = None
) -> Article:
    """Reads one article of the exchange form.

    Only ``id``, ``title`` and ``outlet.name`` must be there; a missing date is ``fetched_at``,
    other missing keys are empty. Keys beside the schema's are left alone.

    Raises:
        InputError: no JSON object, or a value of another kind than the schema's; names the key,
            ``file`` and line ``number``.
    """
    try:
        value = json.loads(line)
    except ValueError as error:
        raise InputError(f"is no JSON: {error}", file=file, line=number) from error
    try:
        return _article(_Object(value, "the article"), fetched_at)
    except _WrongKind as error:
        raise InputError(
            str(error),
            file=file,
            line=number,
            hint="`aggregator schema` prints what an article consists of.",
        ) from error


def _article(row: _Object, fetched_at: Instant) -> Article:
    outlet = row.inner("outlet")
    fetched = row.instant("fetched_at") or fetched_at
    published = row.instant("published_at")
    paragraphs = row.texts("paragraphs")
    return Article(
        id=row.needed("id"),
        url=row.text("url"),
        canonical_url=row.text("canonical_url"),
        outlet=Outlet(
            name=outlet.needed("name"),
            tagline=outlet.text("tagline"),
            url=outlet.text("url"),
            feed_url=outlet.text("feed_url"),
        ),
        title=row.needed("title"),
        published_at=published or fetched,
        updated_at=row.instant("updated_at"),
        fetched_at=fetched,
        authors=row.texts("authors"),
        agency=row.text("agency"),
        place=row.text("place"),
        image=_image(row.maybe_inner("image")),
        summary=row.text("summary") or None,
        paragraphs=paragraphs,
        related=tuple(
            RelatedLink(
                label=link.needed("label"),
                title=link.needed("title"),
                url=link.text("url"),
                after=link.number("after") or 0,
            )
            for link in row.inners("related")
        ),
        topics=row.texts("topics"),
        enclosures=tuple(
            Enclosure(url=one.needed("url"), type=one.text("type"), length=one.number("length"))
            for one in row.inners("enclosures")
        ),
        date_source=_date_source(row.text("date_source"), known=published is not None),
        language=row.text("language"),
        word_count=word_count(paragraphs),
    )


def _image(row: _Object | None) -> Image | None:
    if row is None:
        return None
    return Image(url=row.text("url"), caption=row.text("caption"), credit=row.text("credit"))


def _date_source(stated: str | None, *, known: bool) -> DateSource:
    if stated is None:
        return "published" if known else "fetched"
    for source in get_args(DateSource):
        if stated == source:
            return cast("DateSource", source)
    raise _WrongKind(f"date_source is {stated!r}, none of {', '.join(get_args(DateSource))}")


def _storable(text: str) -> str:
    """The text without what JSON can write and databases cannot: half surrogate pairs and NUL."""
    return encodable(text).replace("\x00", "")


class _WrongKind(ValueError):
    """A value is of another kind than the schema says."""


class _Object:
    """A JSON object whose values are asked for by the kind they must have."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise _WrongKind(f"{where} is no JSON object")
        self._value = value
        self._where = where

    def text(self, key: str) -> str | None:
        value = self._value.get(key)
        if value is not None and not isinstance(value, str):
            raise _WrongKind(f"{key} of {self._where} is no text: {value!r:.60}")
        return _storable(value) if value else value

    def needed(self, key: str) -> str:
        value = self.text(key)
        if value is None:
            raise _WrongKind(f"{key} of {self._where} is missing")
        return value

    def number(self, key: str) -> int | None:
        value = self._value.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise _WrongKind(f"{key} of {self._where} is no whole number: {value!r:.60}")
        return value

    def instant(self, key: str) -> Instant | None:
        text = self.text(key)
        if text is None:
            return None
        try:
            return from_rfc3339(text)
        except ValueError as error:
            raise _WrongKind(f"{key} of {self._where} is no RFC 3339 instant: {text!r}") from error

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._list(key)
        if not all(isinstance(value, str) for value in values):
            raise _WrongKind(f"{key} of {self._where} is no list of texts")
        return tuple(_storable(value) for value in values)

    def inner(self, key: str) -> _Object:
        return _Object(self._value.get(key), f"{key} of {self._where}")

    def maybe_inner(self, key: str) -> _Object | None:
        return None if self._value.get(key) is None else self.inner(key)

    def inners(self, key: str) -> list[_Object]:
        return [_Object(value, f"an entry of {key}") for value in self._list(key)]

    def _list(self, key: str) -> list[Any]:
        value = self._value.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise _WrongKind(f"{key} of {self._where} is no list")
        return value
