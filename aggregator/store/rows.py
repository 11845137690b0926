"""Values to rows and back: how articles, stories and their parts lie in tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import xxhash

from aggregator.model.article import (
    Article,
    Enclosure,
    Image,
    NormalisedEntry,
    Outlet,
    RelatedLink,
)
from aggregator.model.instants import Instant
from aggregator.model.signature import Signature, SignedArticle
from aggregator.model.store import StoredArticle
from aggregator.model.story import Constraint, Evidence, Membership

Row = Mapping[str, Any]
Columns = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_WORDING = (
    "title",
    "summary",
    "paragraphs",
    "related",
    "authors",
    "topics",
    "url",
)
"""What a reader would call another wording. Dates, picture addresses and enclosures alone change
with every poll of some feeds and are none."""

_WORDING_VERSION = "1"


def micros(instant: Instant) -> int:
    """An instant as microseconds since 1970."""
    return (instant - _EPOCH) // _MICROSECOND


def instant(value: int) -> Instant:
    """The instant of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=value)


def _micros(value: Instant | None) -> int | None:
    return None if value is None else micros(value)


def _instant(value: int | None) -> Instant | None:
    return None if value is None else instant(value)


def storable(value: Any) -> Any:
    """The same value, less what no database takes as text: NUL and lone surrogates."""
    if isinstance(value, str):
        if value.isascii() and "\0" not in value:
            return value
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, list | tuple):
        return [storable(part) for part in value]
    if isinstance(value, dict):
        return {storable(key): storable(part) for key, part in value.items()}
    return value


# -- articles ------------------------------------------------------------------------------


def article_columns(article: Article) -> Columns:
    """The columns of ``article`` that hold the article itself; also the JSON of a revision."""
    columns: Columns = {
        "id": article.id,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "outlet_name": article.outlet.name,
        "outlet_tagline": article.outlet.tagline,
        "outlet_url": article.outlet.url,
        "outlet_feed_url": article.outlet.feed_url,
        "title": article.title,
        "published_at": micros(article.published_at),
        "updated_at": _micros(article.updated_at),
        "fetched_at": micros(article.fetched_at),
        "date_source": article.date_source,
        "authors": article.authors,
        "agency": article.agency,
        "dateline": article.place,
        "image": None if article.image is None else asdict(article.image),
        "topics": article.topics,
        "language": article.language,
        "word_count": article.word_count,
        "summary": article.summary,
        "enclosures": [asdict(enclosure) for enclosure in article.enclosures],
        "related": [asdict(link) for link in article.related],
        "paragraphs": article.paragraphs,
    }
    return {name: storable(value) for name, value in columns.items()}


def entry_columns(entry: NormalisedEntry, feed_id: str | None) -> Columns:
    """A row of ``article`` for one that is new."""
    columns = article_columns(entry.article)
    return columns | {
        "feed_id": feed_id,
        "outlet_key": storable(entry.outlet_key),
        "guid": storable(entry.guid),
        "position": entry.position,
        "entry_digest": entry.entry_digest,
        "wording_digest": wording_digest(columns),
        "revisions": 0,
        "worded_at": columns["fetched_at"],
        "html": storable(entry.html),
    }


def wording_digest(columns: Row) -> str:
    """A versioned hash of what makes two wordings of one article different."""
    image = columns["image"] or {}
    wording = [columns[name] for name in _WORDING]
    wording += [image.get("caption"), image.get("credit")]
    text = json.dumps(wording, ensure_ascii=False, separators=(",", ":"))
    return f"{_WORDING_VERSION}:{xxhash.xxh3_128_hexdigest(text.encode())}"


def article_of(row: Row) -> Article:
    """The article in a row of ``article``, or in the JSON of a revision."""
    return Article(
        id=row["id"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        outlet=Outlet(
            name=row["outlet_name"],
            tagline=row["outlet_tagline"],
            url=row["outlet_url"],
            feed_url=row["outlet_feed_url"],
        ),
        title=row["title"],
        published_at=instant(row["published_at"]),
        updated_at=_instant(row["updated_at"]),
        fetched_at=instant(row["fetched_at"]),
        authors=tuple(row["authors"]),
        agency=row["agency"],
        place=row["dateline"],
        image=None if row["image"] is None else Image(**row["image"]),
        summary=row["summary"],
        paragraphs=tuple(row["paragraphs"] or ()),
        related=tuple(RelatedLink(**link) for link in row["related"]),
        topics=tuple(row["topics"]),
        enclosures=tuple(Enclosure(**enclosure) for enclosure in row["enclosures"]),
        date_source=row["date_source"],
        language=row["language"],
        word_count=row["word_count"],
    )


def stored_of(row: Row) -> StoredArticle:
    """A row of ``article`` left-joined with ``membership`` and ``withdrawn``."""
    return StoredArticle(
        article=article_of(row),
        outlet_key=row["outlet_key"],
        feed_id=row["feed_id"],
        html=row["html"],
        membership=None if row["story_id"] is None else membership_of(row),
        revisions=row["revisions"],
        withdrawn_at=None if row["withdrawn_at"] is None else instant(row["withdrawn_at"]),
    )


def text_of(row: Row) -> str:
    """The text a clusterer reads: paragraphs by lines, else the summary."""
    return "\n".join(row["paragraphs"]) or row["summary"] or ""


def signed_of(row: Row, *, fetched_at: str, text: str = "") -> SignedArticle:
    """A row of ``article`` with its signature; ``fetched_at`` names the column of its arrival."""
    return SignedArticle(
        id=row["id"],
        title=row["title"],
        text=text,
        language=row["language"],
        source=row["outlet_key"],
        url=row["canonical_url"],
        published_at=instant(row["published_at"]),
        fetched_at=instant(row[fetched_at]),
        signature=Signature(
            recipe=row["recipe"],
            copy=row["copy"],
            event=row["event"],
            features=row["features"],
            passages=row["passages"],
        ),
    )


def signature_columns(signature: Signature) -> Columns:
    """A row of ``signature``, less the article it belongs to."""
    return {
        "recipe": signature.recipe,
        "copy": signature.copy,
        "event": signature.event,
        "features": signature.features,
        "passages": signature.passages,
    }


# -- stories -------------------------------------------------------------------------------


def evidence_columns(evidence: Evidence) -> Columns:
    """Evidence as JSON."""
    return {
        "rule": evidence.rule,
        "score": evidence.score,
        "parts": {name: float(value) for name, value in evidence.parts.items()},
        "terms": storable(evidence.terms),
        "resemblance": evidence.resemblance,
        "compared_with": evidence.compared_with,
        "weights": evidence.weights,
    }


def membership_of(row: Row) -> Membership:
    """A row of ``membership`` with the ``id`` of its article."""
    evidence = row["evidence"]
    return Membership(
        article_id=row["id"],
        story_id=row["story_id"],
        copy_of=None if row["text_id"] == row["id"] else row["text_id"],
        evidence=Evidence(**evidence | {"terms": tuple(evidence["terms"])}),
    )


def constraint_of(row: Row) -> Constraint:
    """A row of ``correction``."""
    return Constraint(kind=row["kind"], a=row["a"], b=row["b"], made_at=instant(row["made_at"]))
