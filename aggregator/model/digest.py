"""The merged digest: each event once (contract of `digest --format json`)."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.model.article import Image
from aggregator.model.instants import Instant
from aggregator.model.story import Evidence, Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The span the digest speaks of: fetched at or after ``start``, before ``end``."""

    start: Instant
    end: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One article in its story; ``outlet`` is a name.

    Where it is not ``dated``, ``published_at`` is only when it was fetched.
    """

    id: str
    outlet: str
    outlet_key: str
    title: str
    url: str | None
    published_at: Instant
    fetched_at: Instant
    relation: Relation
    copy_of: str | None
    evidence: Evidence
    agency: str | None = None
    words: int = 0
    withdrawn_at: Instant | None = None
    dated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStory:
    """One story as the digest shows it. Counts are of the whole story, not of the window's part.

    ``new_articles`` counts what came since the reader last looked (None: never looked).
    """

    id: str
    title: str
    url: str | None
    summary: str | None
    first_seen: Instant
    last_seen: Instant
    outlets: int
    articles: int
    independent_texts: int
    first_reporter: str
    score: float
    image: Image | None
    topics: tuple[str, ...]
    language: str | None
    coverage: tuple[Coverage, ...]
    categories: tuple[str, ...] = ()
    new_articles: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedsSummary:
    """How the feeds are: polled in the window, failing now, silent now."""

    polled: int = 0
    failing: int = 0
    silent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The merged digest of a window, best story first."""

    generated_at: Instant
    window: Window
    stories: tuple[DigestStory, ...]
    feeds: FeedsSummary = FeedsSummary()
