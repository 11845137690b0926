"""The article: an entry, normalised into the schema of the seed documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aggregator.model.instants import Instant

DateSource = Literal["published", "updated", "text", "fetched"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """The publisher of an article, as its feed or page names itself.

    Which feeds are one outlet is decided by an outlet *key* (see `NormalisedEntry`), not here.
    """

    name: str
    tagline: str | None = None
    url: str | None = None
    feed_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """The article's picture, with what is written under it."""

    url: str | None = None
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedLink:
    """A labelled link to another piece (``READ: …``); ``after`` body paragraphs stand before it."""

    label: str
    title: str
    url: str | None = None
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that came with the article and is no picture; ``length`` in bytes."""

    url: str
    type: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article; field by field the contract of the exchange form (one JSON object a line).

    ``id`` is stable over re-polls, restarts and changes of the feed's address. ``published_at``
    is always known: ``date_source`` says where it came from, down to ``fetched``. ``word_count``
    counts the words of ``paragraphs``. ``language`` is a BCP 47 tag or None where too little text
    gives no honest answer.
    """

    id: str
    url: str | None = None
    canonical_url: str | None = None
    outlet: Outlet
    title: str
    published_at: Instant
    updated_at: Instant | None = None
    fetched_at: Instant
    authors: tuple[str, ...] = ()
    agency: str | None = None
    place: str | None = None
    image: Image | None = None
    summary: str | None = None
    paragraphs: tuple[str, ...] = ()
    related: tuple[RelatedLink, ...] = ()
    topics: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    date_source: DateSource = "published"
    language: str | None = None
    word_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalisedEntry:
    """An article together with what the store and the clusterer keep beside it.

    Attributes:
        entry_digest: `Entry.digest` of the entry it was made from; the hot path compares it.
        guid: what the feed called the entry, if it said.
        outlet_key: which outlet it counts for; equal exactly where the outlet is the same.
        html: the body as sanitised HTML, for display; empty where there is none.
        position: place in its document, from 0.
    """

    article: Article
    entry_digest: str
    guid: str | None = None
    outlet_key: str
    html: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """An earlier wording of an article: the article as it stood from ``seen_at`` on."""

    article: Article
    number: int
    seen_at: Instant
