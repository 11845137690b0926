"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), read tolerantly."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from aggregator.errors import ParseError
from aggregator.model.entry import Entry, FeedDocument, Media, Text
from aggregator.parse.addresses import resolve
from aggregator.parse.cleaning import LONGEST_TEXT, word
from aggregator.parse.digests import entry_digest

Object = dict[str, object]

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_SPACE_OR_COMMA = re.compile(r"[\s,]*")
_IMAGES = ("image", "banner_image")


def read_json(
    text: str,
    *,
    url: str | None,
    limit: int,
    problems: tuple[str, ...],
    watch: Callable[[Entry], bool] | None,
) -> FeedDocument:
    """The JSON Feed in this text; what a cut-off one holds, up to where it ends.

    Raises:
        ParseError: it is JSON, or nearly, but no feed.
    """
    feed, fault = _load(text)
    version = word(feed.get("version")) or ""
    listed = feed.get("items")
    if not isinstance(listed, list) or not ("jsonfeed.org" in version or _looks_like_feed(feed)):
        reason = f"; it cannot be read: {fault}" if fault else ""
        raise ParseError(f"no feed document: JSON, but no JSON Feed{reason}", feed=url)
    found = list(problems)
    if fault:
        found.append(f"the document is cut off or broken: {fault}")
    items = [item for item in listed if isinstance(item, dict)]
    if len(items) < len(listed):
        found.append(f"{len(listed) - len(items)} items are no objects and were left out")
    chosen = _newest(items, limit)
    first = items.index(chosen[0]) if chosen else 0
    base = _address(feed.get("feed_url"), url) or url
    authors = _authors(feed)
    language = word(feed.get("language"))
    entries: list[Entry] = []
    stopped = False
    for item in chosen:
        entry = _entry(item, first + len(entries), base=base, authors=authors)
        entries.append(entry)
        if watch is not None and not watch(entry):
            stopped = True
            break
    return FeedDocument(
        format="json10" if version.rstrip("/").endswith(("version/1", "1.0")) else "json11",
        entries=tuple(entries),
        title=word(feed.get("title")),
        subtitle=word(feed.get("description")),
        link=_address(feed.get("home_page_url"), base),
        self_url=_address(feed.get("feed_url"), url),
        language=language,
        icon=_address(feed.get("icon"), base) or _address(feed.get("favicon"), base),
        hubs=_hubs(feed.get("hubs"), base),
        complete=False,
        problems=tuple(found),
        truncated=stopped or bool(fault) or len(chosen) < len(items),
    )


def _looks_like_feed(feed: Object) -> bool:
    """A version that names no specification, or none, beside items such as JSON Feed has."""
    items = feed.get("items")
    if isinstance(items, list) and items and isinstance(items[0], dict):
        return any(key in items[0] for key in ("content_html", "content_text", "date_published"))
    return "version" in feed and any(key in feed for key in ("feed_url", "home_page_url", "title"))


# -- loading -----------------------------------------------------------------------------------
def _load(text: str) -> tuple[Object, str | None]:
    """The outermost object, and what is wrong with the text; as much as can be read of it."""
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _salvage(text), _reason(error)
    return (loaded, None) if isinstance(loaded, dict) else ({}, None)


def _reason(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _salvage(text: str) -> Object:
    """The items before the fault, one by one, and the plain members around them."""
    start = _ITEMS.search(text)
    if start is None:
        return {}
    decoder = json.JSONDecoder()
    items: list[object] = []
    position = start.end()
    while True:
        gap = _SPACE_OR_COMMA.match(text, position)
        position = gap.end() if gap else position
        if not text.startswith("{", position):
            break
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        items.append(item)
    feed: Object = {}
    for head in (text[: start.start()].rstrip().rstrip(",") + "}",):
        try:
            loaded = decoder.raw_decode(head)[0]
        except (ValueError, RecursionError):
            continue
        if isinstance(loaded, dict):
            feed = loaded
    feed["items"] = items
    return feed


def _newest(items: list[Object], limit: int) -> list[Object]:
    """The newest items where there are too many; feeds run either way, most from new to old."""
    if len(items) <= limit:
        return items
    first, last = (word(item.get("date_published")) or "" for item in (items[0], items[-1]))
    return items[-limit:] if first and first < last else items[:limit]


# -- items -------------------------------------------------------------------------------------
def _entry(item: Object, position: int, *, base: str | None, authors: tuple[str, ...]) -> Entry:
    language = word(item.get("language"))
    contents = tuple(
        Text(value=value, type=kind, base=base, language=language)
        for key, kind in (("content_html", "text/html"), ("content_text", "text/plain"))
        if (value := word(item.get(key), LONGEST_TEXT))
    )
    title, summary = word(item.get("title")), word(item.get("summary"), LONGEST_TEXT)
    entry = Entry(
        position=position,
        digest="",
        guid=_identifier(item.get("id")),
        link=_address(item.get("url"), base) or _address(item.get("external_url"), base),
        title=Text(value=title, type="text/plain", base=base, language=language) if title else None,
        summary=Text(value=summary, type="text/plain", base=base, language=language)
        if summary
        else None,
        contents=contents,
        published=word(item.get("date_published")),
        updated=word(item.get("date_modified")),
        authors=_authors(item) or authors,
        categories=tuple(dict.fromkeys(filter(None, map(word, _list(item.get("tags")))))),
        media=tuple(
            Media(url=address, medium="image")
            for address in dict.fromkeys(_address(item.get(key), base) for key in _IMAGES)
            if address
        ),
        enclosures=tuple(_attachments(item.get("attachments"), base)),
        language=language,
    )
    return replace(entry, digest=entry_digest(entry))


def _attachments(value: object, base: str | None) -> Iterable[Media]:
    for part in _list(value):
        if isinstance(part, dict) and (address := _address(part.get("url"), base)):
            size = part.get("size_in_bytes")
            yield Media(
                url=address,
                type=word(part.get("mime_type")),
                length=int(size) if isinstance(size, (int, float)) and 0 <= size < 2**53 else None,
                caption=word(part.get("title")),
            )


def _authors(said: Object) -> tuple[str, ...]:
    """Version 1.1's list of authors, else 1.0's one author."""
    people = [*_list(said.get("authors")), said.get("author")]
    names: dict[str, None] = {}
    for person in people:
        name = word(person.get("name")) if isinstance(person, dict) else word(person)
        if name:
            names.setdefault(name)
    return tuple(names)


def _hubs(value: object, base: str | None) -> tuple[str, ...]:
    hubs = (_address(hub.get("url"), base) for hub in _list(value) if isinstance(hub, dict))
    return tuple(hub for hub in hubs if hub)


# -- values ------------------------------------------------------------------------------------
def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _identifier(value: object) -> str | None:
    """An id; the specification asks readers to take a number for one."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return word(str(value))


def _address(value: object, base: str | None) -> str | None:
    said = word(value)
    return resolve(said, base) if said else None
