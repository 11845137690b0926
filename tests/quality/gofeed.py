"""gofeed's expected documents, field by field, beside ours.

`MAPPING` is the table: where gofeed's expectation (its atom, rss, json or translated form) puts a
field, and where `FeedDocument` and `Entry` have it. A field of gofeed's that is not in the table
has no place in our schema: a feed's picture as gofeed derives it, contributors, rights, generator,
cloud, rating, text input, comments, link attributes other than the address, and extensions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from aggregator.errors import ParseError
from aggregator.model.entry import Entry, FeedDocument, Text
from aggregator.parse.addresses import resolve
from aggregator.parse.document import parse_document

Getter = Callable[[Any], Any]

_LINK = re.compile(r"""\b(href|src)=(["'])(.*?)\2""")
_TAG = re.compile(r"<[^<>]*>")
_IMAGE = re.compile(r"""<img[^<>]*?\bsrc=["'](.*?)["']""")
_SPACE = re.compile(r"\s+")


def text(value: Text | None) -> str | None:
    """A text with the links in it made absolute, which gofeed does and our normaliser does."""
    if value is None or value.type == "text/plain":
        return value.value if value else None
    return _LINK.sub(
        lambda found: f'{found[1]}="{resolve(found[3], value.base)}"',
        value.value,
    )


def plain(value: str | None) -> str | None:
    """A feed's own title without markup: our schema shows it as text."""
    return _TAG.sub("", value) if value else None


def content(entry: Entry) -> str | None:
    """gofeed has one content; of an XML type it gives the source, we the text in it."""
    if not entry.contents:
        return None
    first = entry.contents[0]
    markup = first.type == "application/xhtml+xml" or not (first.type or "").endswith("xml")
    return text(first) if markup else escape(first.value)


def json_content(kind: str) -> Getter:
    def get(entry: Entry) -> str | None:
        return next((part.value for part in entry.contents if part.type == kind), None)

    return get


def names(people: list[dict[str, Any]]) -> list[str] | None:
    """A person is a name, else a mail address; one with neither is nobody."""
    found = [name for person in people if (name := person.get("name") or person.get("email"))]
    return list(dict.fromkeys(found)) or None


def hrefs(rel: str) -> Getter:
    def get(links: list[dict[str, Any]]) -> str | None:
        return next((k.get("href") for k in links if k.get("rel", "alternate") == rel), None)

    return get


def words(categories: list[Any]) -> list[str] | None:
    found = [
        word
        for c in categories
        if (word := c if isinstance(c, str) else c.get("label") or c.get("term") or c.get("value"))
    ]
    return list(dict.fromkeys(found)) or None


def media(attachments: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (
            a.get("url"),
            a.get("type") or a.get("mime_type"),
            int(a.get("length") or a.get("size_in_bytes") or 0) or None,
        )
        for a in attachments
    ]


def same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the table: gofeed's key, how its value reads, and ours."""

    theirs: str
    ours: Getter
    read: Getter = same


def enclosures(entry: Entry) -> list[tuple[Any, ...]]:
    return [(m.url, m.type, m.length) for m in entry.enclosures]


def picture(entry: Entry) -> str | None:
    """The article's image: Media RSS, then a picture enclosed, then the first in the text."""
    named = [m.url for m in entry.media if m.medium == "image"]
    enclosed = [m.url for m in entry.enclosures if (m.type or "").startswith("image/")]
    bodies = [text(part) or "" for part in (*entry.contents, entry.summary)]
    drawn = [found[1] for body in bodies for found in _IMAGE.finditer(body)]
    return next(iter([*named, *enclosed, *drawn]), None)


_SOURCE = (
    Field("title", lambda s: s.title),
    Field("url", lambda s: s.feed_url),
    Field("links", lambda s: s.url, hrefs("alternate")),
)
_ENTRY = (
    Field("title", lambda e: text(e.title)),
    Field("summary", lambda e: text(e.summary)),
    Field("id", lambda e: e.guid),
    Field("published", lambda e: e.published),
    Field("updated", lambda e: e.updated),
    Field("authors", lambda e: list(e.authors) or None, names),
    Field("categories", lambda e: list(e.categories) or None, words),
)
_FEED = (
    Field("title", lambda d: plain(d.title), plain),
    Field("language", lambda d: d.language),
)
_TRANSLATED = (
    *_FEED,
    Field("description", lambda d: d.subtitle),
    Field("link", lambda d: d.link),
    Field("feedLink", lambda d: d.self_url),
)
_TRANSLATED_ENTRY = (
    Field("title", lambda e: text(e.title)),
    Field("description", lambda e: text(e.summary)),
    Field("content", content),
    Field("link", lambda e: e.link),
    Field("guid", lambda e: e.guid),
    Field("published", lambda e: e.published),
    Field("updated", lambda e: e.updated),
    Field("authors", lambda e: list(e.authors) or None, names),
    Field("categories", lambda e: list(e.categories) or None, words),
    Field("enclosures", enclosures, media),
    Field("image", picture, lambda i: i.get("url")),
)
MAPPING: dict[str, tuple[tuple[Field, ...], tuple[Field, ...]]] = {
    "atom": (
        (
            *_FEED,
            Field("subtitle", lambda d: d.subtitle),
            Field("updated", lambda d: d.updated),
            Field("links", lambda d: d.link, hrefs("alternate")),
            Field("icon", lambda d: d.icon),
        ),
        (
            *_ENTRY,
            Field("content", content, lambda c: c.get("value")),
            Field("links", lambda e: e.link, hrefs("alternate")),
        ),
    ),
    "rss": (
        (
            *_FEED,
            Field("description", lambda d: d.subtitle),
            Field("link", lambda d: d.link),
            Field("ttl", lambda d: d.ttl),
            Field("skipHours", lambda d: sorted(d.skip_hours), lambda v: sorted(map(int, v))),
            Field("skipDays", lambda d: sorted(d.skip_days), sorted),
            Field("image", lambda d: d.icon, lambda i: i.get("url")),
        ),
        (
            Field("title", lambda e: text(e.title)),
            Field("description", lambda e: text(e.summary)),
            Field("content", content),
            Field("link", lambda e: e.link),
            Field("pubDate", lambda e: e.published),
            Field("author", lambda e: e.authors[0] if e.authors else None),
            Field("categories", lambda e: list(e.categories) or None, words),
            Field("enclosures", enclosures, media),
            Field("guid", lambda e: e.guid, lambda g: g.get("value")),
        ),
    ),
    "json": (
        (
            *_FEED,
            Field("description", lambda d: d.subtitle),
            Field("home_page_url", lambda d: d.link),
            Field("feed_url", lambda d: d.self_url),
            Field("icon", lambda d: d.icon),
        ),
        (
            Field("title", lambda e: text(e.title)),
            Field("summary", lambda e: text(e.summary)),
            Field("id", lambda e: e.guid),
            Field("url", lambda e: e.link),
            Field("content_html", json_content("text/html")),
            Field("content_text", json_content("text/plain")),
            Field("date_published", lambda e: e.published),
            Field("date_modified", lambda e: e.updated),
            Field("tags", lambda e: list(e.categories)),
            Field("image", picture),
            Field("authors", lambda e: list(e.authors), names),
            Field("attachments", enclosures, media),
        ),
    ),
    "translated-xml": ((*_TRANSLATED, Field("updated", lambda d: d.updated)), _TRANSLATED_ENTRY),
    # gofeed makes a JSON Feed's date of its newest item's; the format has none.
    "translated-json": (_TRANSLATED, _TRANSLATED_ENTRY),
}


def pairs(folder: Path) -> Iterator[tuple[str, Path, dict[str, Any], str]]:
    """Every document that has an expectation: its name, its path, the expectation, its form."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".xml":
            expected = path.with_suffix(".json")
        elif path.suffix == ".json":
            expected = path.with_name(f"{path.stem}_expected.json")
        else:
            continue
        if expected.is_file():
            name = path.relative_to(folder).as_posix()
            form = (
                name.split("/")[1]
                if name.startswith("parser/")
                else f"translated-{path.suffix[1:]}"
            )
            yield name, path, json.loads(expected.read_text("utf-8")), form


def differences(path: Path, expected: dict[str, Any], form: str) -> list[str]:
    """Where ours is not what gofeed expects, in words; empty where all mapped fields agree."""
    try:
        document = parse_document(path.read_bytes())
    except ParseError as error:
        return [f"refused: {error.reason}"]
    feed_fields, entry_fields = MAPPING[form]
    found = _compare("feed", feed_fields, expected, document)
    theirs = expected.get("entries" if form == "atom" else "items") or []
    if len(theirs) != len(document.entries):
        return [*found, f"entries: {len(theirs)} expected, {len(document.entries)} read"]
    for entry, said in zip(document.entries, theirs, strict=True):
        found += _compare("entry", entry_fields, said, entry)
        if "source" in said and entry.source is not None:
            found += _compare("source", _SOURCE, said["source"], entry.source)
    return found


def _compare(
    where: str, table: tuple[Field, ...], said: dict[str, Any], ours: FeedDocument | Entry | Any
) -> list[str]:
    found = []
    for row in table:
        if row.theirs not in said:
            continue
        expected, read = row.read(said[row.theirs]), row.ours(ours)
        if _folded(expected) != _folded(read) and (expected or read):
            found.append(f"{where}.{row.theirs}: {expected!r} expected, {read!r} read")
    return found


def _folded(value: Any) -> Any:
    """White space, which XML leaves to the reader, does not count."""
    return _SPACE.sub(" ", value).strip() if isinstance(value, str) else value
