"""What the store hands out and takes beside the values of the stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from aggregator.model.article import Article
from aggregator.model.instants import Instant
from aggregator.model.signature import SignedArticle
from aggregator.model.story import Constraint, Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChanges:
    """What a changed feed list meant: addresses by what happened to them."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    resumed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """What is stored of an entry: the digest it had, to see at once that nothing changed."""

    article_id: str
    entry_digest: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a feed's document says of the articles that the feed has, and has no more.

    Attributes:
        ids: the articles in the document.
        complete: whether there are no others (RFC 5005 §2).
        deleted: guids that it declares deleted (RFC 6721).
    """

    ids: frozenset[str]
    complete: bool = False
    deleted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPoll:
    """Ids of the articles a poll brought: ``new`` and ``changed`` in the order given.

    ``withdrawn`` ones the feed held before and holds no more.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article as it is kept, with its place.

    ``membership`` is None while the article waits for the clusterer. ``revisions`` counts earlier
    wordings. ``html`` is the sanitised body for display. ``withdrawn_at`` is when its feed
    was found to have it no more.
    """

    article: Article
    outlet_key: str
    feed_id: str | None = None
    html: str = ""
    membership: Membership | None = None
    revisions: int = 0
    withdrawn_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterWindow:
    """What a clusterer needs to go on where another stopped, in the order of arrival.

    Articles may lack their texts.

    ``stamps`` tell what the store holds by now: handed back, they ask for what has changed.
    """

    articles: tuple[SignedArticle, ...] = ()
    memberships: tuple[Membership, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    stamps: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A search over articles. ``text`` holds words, "phrases" and -exclusions.

    ``starred_by`` keeps to the stories that this reader starred.
    """

    text: str
    outlet: str | None = None
    language: str | None = None
    topic: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    starred_by: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStatistics:
    """How much is stored; ``size`` in bytes, ``waiting`` articles not yet clustered.

    ``copies`` are articles that share their text with an earlier one of their story.
    """

    feeds: int = 0
    articles: int = 0
    copies: int = 0
    revisions: int = 0
    stories: int = 0
    waiting: int = 0
    size: int = 0
    oldest: Instant | None = None
    newest: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollsWaiting:
    """Feeds whose time has come: ``due`` and not handed out, ``claimed`` by a poll or a queue."""

    due: int = 0
    claimed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How much is kept; None: no bound.

    Attributes:
        age: articles fetched longer ago than this are taken out.
        articles: how many are kept in all, the newest.
        per_feed: how many are kept of each feed, the newest.
        size: bytes the database may take.
    """

    age: timedelta | None = None
    articles: int | None = None
    per_feed: int | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What retention did: articles taken out, and the database's bytes before and after."""

    articles: int
    size_before: int
    size_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSize:
    """What one feed's articles of a span take: texts and signatures, in bytes.

    Indexes and search take about as much again.
    """

    feed_id: str
    articles: int
    size: int
    a_day: int
