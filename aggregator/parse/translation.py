"""From feedparser's dictionaries to the model: one entry, one feed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from aggregator.model.entry import Entry, EntrySource, FeedDocument, Media, Text
from aggregator.parse.addresses import is_absolute, resolve
from aggregator.parse.cleaning import LONGEST_TEXT, LONGEST_WORD, clean, word
from aggregator.parse.digests import entry_digest
from aggregator.parse.media import MediaTree, whole

Said = Mapping[str, Any]

_WRAPPER = re.compile(r"<div(?:\s[^<>]*)?>(.*)</div>", re.DOTALL)
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def to_entry(said: Said, media: MediaTree | None, *, position: int, atom: bool) -> Entry:
    """An entry as feedparser's handlers left it.

    ``said`` is read as a plain dict: its class answers for keys that are not there.
    """
    said = dict(said)
    media = media or MediaTree()
    base = word(said.get("_base"))
    title = _text(said, "title", guess=not atom) or _plain(said, "dc_title", base)
    title = title or _plain(said, "itunes_title", base) or _from_media(media, "title", base)
    summary, contents = _body(said, media, base)
    entry = Entry(
        position=position,
        digest="",
        guid=word(said.get("id")),
        link=_link(said, atom=atom),
        title=title,
        summary=summary,
        contents=contents,
        published=_first(said, "published", "created", None if atom else "dc_date"),
        updated=_first(said, "updated", "dc_date"),
        authors=_names(said.get("authors"), said.get("author")),
        categories=_categories(said.get("tags")),
        media=media.media(),
        enclosures=_enclosures(_links(said)),
        source=_source(said.get("source"), atom=atom),
        language=_first(said, "language", "_language"),
    )
    return replace(entry, digest=entry_digest(entry))


def to_document(
    said: Said, entries: tuple[Entry, ...], *, form: str, problems: Iterable[str], truncated: bool
) -> FeedDocument:
    """A feed as feedparser's handlers left it, with its entries."""
    said = dict(said)
    links = _links(said)
    if form.startswith("atom"):
        entries = _inheriting(entries, _names(said.get("authors"), said.get("author")))
    return FeedDocument(
        format=form,
        entries=entries,
        title=_heading(said, "title") or _first(said, "dc_title", "itunes_title"),
        subtitle=_heading(said, "subtitle")
        or _first(said, "dc_description", "itunes_subtitle", "itunes_summary"),
        link=_feed_link(said, atom=form.startswith("atom")),
        self_url=_rel(links, "self"),
        language=_first(said, "language", "dc_language"),
        updated=_first(said, "updated", "published", "dc_date"),
        icon=_icon(said),
        hubs=_rels(links, "hub"),
        ttl=word(said.get("ttl")),
        update_period=word(said.get("sy_updateperiod")),
        update_frequency=word(said.get("sy_updatefrequency")),
        skip_hours=_hours(said.get("_hours", ())),
        skip_days=_days(said.get("_days", ())),
        new_feed_url=_first(said, "itunes_new-feed-url", "newlocation"),
        prev_archive=_rel(links, "prev-archive"),
        complete=bool(said.get("_complete")),
        removed=tuple(clean(ref) for ref in said.get("_removed", ())),
        problems=tuple(problems),
        truncated=truncated,
    )


def _inheriting(entries: tuple[Entry, ...], authors: tuple[str, ...]) -> tuple[Entry, ...]:
    """RFC 4287 §4.2.1: an entry that names no author is by the authors of its feed."""
    if not authors:
        return entries
    return tuple(e if e.authors else replace(e, authors=authors) for e in entries)


# -- text ------------------------------------------------------------------------------------
def _first(said: Said, *keys: str | None) -> str | None:
    return next((found for key in keys if key and (found := word(said.get(key)))), None)


def _text(said: Said, key: str, *, guess: bool = False) -> Text | None:
    """A text construct; ``guess`` leaves the type open, for formats that never state it."""
    value = word(said.get(key), LONGEST_WORD if key == "title" else LONGEST_TEXT)
    if value is None:
        return None
    return _construct(value, said.get(f"{key}_detail") or {}, said, guess=guess)


def _construct(value: str, detail: Said, said: Said, *, guess: bool = False) -> Text:
    detail = dict(detail)
    kind = word(detail.get("type"))
    if kind == "application/xhtml+xml":
        value = _unwrapped(value)
    if guess and kind != "application/xhtml+xml":
        kind = None
    return Text(
        value=value,
        type=kind,
        base=word(detail.get("base")) or word(said.get("_base")),
        language=word(detail.get("language")),
    )


def _unwrapped(value: str) -> str:
    """XHTML without the div that RFC 4287 §3.1.1.3 puts around it; Atom 0.3 feeds have it too."""
    found = _WRAPPER.fullmatch(value)
    if found is None or "<div" in found[1]:
        return value
    return found[1].strip()


def _plain(said: Said, key: str, base: str | None) -> Text | None:
    """Text of an element that feedparser reads without a type."""
    value = word(said.get(key), LONGEST_TEXT)
    return Text(value=value, base=base) if value else None


def _from_media(media: MediaTree, kind: str, base: str | None) -> Text | None:
    value = word(media.word(kind), LONGEST_TEXT)
    return Text(value=value, base=base) if value else None


def _body(said: Said, media: MediaTree, base: str | None) -> tuple[Text | None, tuple[Text, ...]]:
    """Summary and contents: the format's own before what other vocabularies put beside them."""
    contents = tuple(
        _construct(value, part, said)
        for part in map(dict, said.get("content") or ())
        if (value := word(part.get("value"), LONGEST_TEXT))
    )
    spoken = _plain(said, "itunes_summary", base)
    summary = (
        _text(said, "summary")
        or _plain(said, "dc_description", base)
        or spoken
        or _from_media(media, "description", base)
        or _plain(said, "itunes_subtitle", base)
    )
    if spoken and summary and not contents and len(spoken.value) > len(summary.value):
        contents = (spoken,)
    return summary, contents


def _heading(said: Said, key: str) -> str | None:
    text = _text(said, key)
    return text.value if text else None


# -- people and subjects -----------------------------------------------------------------------
def _names(people: object, alone: object) -> tuple[str, ...]:
    """Names, else mail addresses, each once and in order."""
    found: dict[str, None] = {}
    for person in people if isinstance(people, list) else ():
        name = word(person.get("name")) or word(person.get("email"))
        if name:
            found.setdefault(name)
    if not found and (name := word(alone)):
        found.setdefault(name)
    return tuple(found)


def _categories(tags: object) -> tuple[str, ...]:
    """Labels for people where there are such, else terms (RFC 4287 §4.2.2.3)."""
    found: dict[str, None] = {}
    for tag in tags if isinstance(tags, list) else ():
        name = word(tag.get("label")) or word(tag.get("term"))
        if name:
            found.setdefault(name)
    return tuple(found)


# -- links -----------------------------------------------------------------------------------
def _links(said: Said) -> list[Said]:
    """The links; an element that is named ``links`` itself leaves its own text there."""
    links = said.get("links")
    return [link for link in links if isinstance(link, Mapping)] if isinstance(links, list) else []


def _rels(links: Iterable[Said], rel: str) -> tuple[str, ...]:
    found = (word(link.get("href")) for link in links if link.get("rel") == rel)
    return tuple(dict.fromkeys(href for href in found if href))


def _rel(links: Iterable[Said], rel: str) -> str | None:
    return next(iter(_rels(links, rel)), None)


def _link(said: Said, *, atom: bool) -> str | None:
    """The page of an entry: its first link to one, else any alternate, else a guid that is one."""
    links = _links(said)
    pages = _pages(links)
    link = _page(said, pages, atom=atom) or _rel(links, "alternate") or _content_elsewhere(said)
    if link is None and is_absolute(word(said.get("feedburner_origlink"))):
        return word(said.get("feedburner_origlink"))
    if link is not None and not pages and not is_absolute(link) and link == word(said.get("id")):
        # A guid is a permalink unless it says otherwise, and many say nothing: "12345" is none.
        is_path = link.startswith("/") and not atom
        return resolve(link, word(said.get("_base"))) if is_path else None
    return link


def _content_elsewhere(said: Said) -> str | None:
    """Where the content is, if the entry has it by reference (RFC 4287 §4.1.3.2)."""
    parts = said.get("content")
    for part in parts if isinstance(parts, list) else ():
        if address := word(part.get("src")):
            return resolve(address, word(part.get("base")) or word(said.get("_base")))
    return None


def _feed_link(said: Said, *, atom: bool) -> str | None:
    return _page(said, _pages(_links(said)), atom=atom)


def _pages(links: Iterable[Said]) -> list[str]:
    return [
        href
        for link in links
        if link.get("rel") == "alternate" and (href := word(link.get("href")))
        if str(link.get("type", "text/html")) in _HTML_TYPES
    ]


def _page(said: Said, pages: list[str], *, atom: bool) -> str | None:
    """Atom's first alternate; RSS has one link, and where it has more, the last one counts."""
    said_link = word(said.get("link"))
    return (pages[0] if pages else said_link) if atom else said_link or next(iter(pages), None)


def _enclosures(links: Iterable[Said]) -> tuple[Media, ...]:
    found: dict[str, Media] = {}
    for link in links:
        href = word(link.get("href")) if link.get("rel") == "enclosure" else None
        if href and href not in found:
            found[href] = Media(
                url=href,
                type=word(link.get("type")),
                length=whole(link.get("length")),
                caption=word(link.get("title")),
            )
    return tuple(found.values())


def _source(said: object, *, atom: bool) -> EntrySource | None:
    if not isinstance(said, Mapping) or not said:
        return None
    said = dict(said)
    links = _links(said)
    source = EntrySource(
        title=word(said.get("title")),
        url=_feed_link(said, atom=atom),
        feed_url=word(said.get("href")) or _rel(links, "self"),
    )
    return source if source != EntrySource() else None


def _icon(said: Said) -> str | None:
    image = said.get("image")
    address = word(image.get("href") or image.get("url")) if isinstance(image, Mapping) else None
    return _first(said, "icon", "logo") or address or word(said.get("_picture"))


# -- the feed's wishes -------------------------------------------------------------------------
def _hours(said: Iterable[object]) -> tuple[int, ...]:
    """Hours of the day from 0; RSS 0.91 counted to 24, which is midnight."""
    hours = (whole(word) for word in said if isinstance(word, str))
    return tuple(sorted({hour % 24 for hour in hours if hour is not None and hour <= 24}))


def _days(said: Iterable[object]) -> tuple[str, ...]:
    """English day names as they are spelt in RSS, in the order of the week."""
    days = {word.strip().lower() for word in said if isinstance(word, str)}
    return tuple(day.capitalize() for day in _DAYS if day in days)
