"""Stored articles as rows: JSON Lines and flat tables, each with its place in the stories."""

from __future__ import annotations

import json
from typing import Any

from aggregator.model.instants import rfc3339
from aggregator.model.store import StoredArticle
from aggregator.render.digest_json import evidence_object
from aggregator.render.exchange import article_object

COLUMNS = (
    "id", "story", "copy_of", "rule", "score", "compared_with", "outlet", "outlet_key", "feed",
    "title", "url", "published_at", "updated_at", "fetched_at", "date_source", "authors", "agency",
    "place", "language", "topics", "summary", "text", "word_count", "revisions", "evidence",
)  # fmt: skip
"""Columns of the flat form, in order."""


def export_object(stored: StoredArticle) -> dict[str, Any]:
    """The article's exchange form with ``story``, ``copy_of`` and ``evidence`` beside it."""
    place = stored.membership
    return article_object(stored.article) | {
        "story": place.story_id if place else None,
        "copy_of": place.copy_of if place else None,
        "evidence": evidence_object(place.evidence) if place else None,
    }


def export_row(stored: StoredArticle) -> dict[str, Any]:
    """One flat row under `COLUMNS`: numbers stay numbers, lists are joined by ``; ``."""
    article, place = stored.article, stored.membership
    evidence = place.evidence if place else None
    return {
        "id": article.id,
        "story": place.story_id if place else None,
        "copy_of": place.copy_of if place else None,
        "rule": evidence.rule if evidence else None,
        "score": evidence.score if evidence else None,
        "compared_with": evidence.compared_with if evidence else None,
        "outlet": article.outlet.name,
        "outlet_key": stored.outlet_key,
        "feed": article.outlet.feed_url,
        "title": article.title,
        "url": article.url,
        "published_at": rfc3339(article.published_at),
        "updated_at": rfc3339(article.updated_at) if article.updated_at else None,
        "fetched_at": rfc3339(article.fetched_at),
        "date_source": article.date_source,
        "authors": "; ".join(article.authors),
        "agency": article.agency,
        "place": article.place,
        "language": article.language,
        "topics": "; ".join(article.topics),
        "summary": article.summary,
        "text": "\n\n".join(article.paragraphs),
        "word_count": article.word_count,
        "revisions": stored.revisions,
        "evidence": json.dumps(evidence_object(evidence), ensure_ascii=False) if evidence else None,
    }
