"""What a feed document said, before anything of it is believed.

Values are as the document gave them: strings untrimmed of markup, dates as text. Addresses alone
are made absolute here, because only the parser knows the base in force where each one stood.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text construct: RSS and Atom say how to read it, or leave it open.

    ``type`` is a media type: ``text/plain``, ``text/html``, ``application/xhtml+xml``, or None
    where the format does not say (RSS titles: markup is guessed by the normaliser).
    ``base`` is the address that relative links inside the value count from.
    """

    value: str
    type: str | None = None
    base: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture, sound, film or file that came with an entry (Media RSS, enclosure, iTunes)."""

    url: str
    type: str | None = None
    medium: str | None = None
    length: int | None = None
    caption: str | None = None
    credit: str | None = None
    width: int | None = None
    height: int | None = None
    thumbnail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySource:
    """The feed an entry was taken from, as RSS ``<source url>`` or Atom ``<source>`` name it."""

    title: str | None = None
    url: str | None = None
    feed_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed document.

    ``position`` counts from 0 in document order. ``digest`` is a hash over everything the entry
    said: the same digest under the same key means nothing changed, and no later stage runs.
    """

    position: int
    digest: str
    guid: str | None = None
    link: str | None = None
    title: Text | None = None
    summary: Text | None = None
    contents: tuple[Text, ...] = ()
    published: str | None = None
    updated: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    enclosures: tuple[Media, ...] = ()
    source: EntrySource | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A parsed feed document: what it says of itself, and its entries in document order.

    ``format`` is one of ``rss090 rss091 rss092 rss10 rss20 atom03 atom10 cdf json10 json11`` or
    ``unknown`` for XML that feedparser could still read. ``problems`` names, in words for a
    person, what was wrong and mended; ``truncated`` says that entries after a stated number, a
    limit of time or the end of a cut-off body were left out.
    ``ttl`` is in minutes. ``removed`` are guids the document declares deleted (RFC 6721).
    """

    format: str
    entries: tuple[Entry, ...] = ()
    title: str | None = None
    subtitle: str | None = None
    link: str | None = None
    self_url: str | None = None
    language: str | None = None
    updated: str | None = None
    icon: str | None = None
    hubs: tuple[str, ...] = ()
    ttl: str | None = None
    update_period: str | None = None
    update_frequency: str | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    new_feed_url: str | None = None
    prev_archive: str | None = None
    complete: bool = False
    removed: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    truncated: bool = False
