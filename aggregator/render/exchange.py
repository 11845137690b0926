"""An article as one line of JSON: the exchange form (contract: one object a line)."""

from __future__ import annotations

import json
from typing import Any

from aggregator.model.article import Article
from aggregator.model.instants import rfc3339
from aggregator.text.controls import encodable


def article_json(article: Article) -> str:
    """The article on one line, every key of the schema there, unknown values null or empty."""
    return encodable(json.dumps(article_object(article), ensure_ascii=False))


def article_object(article: Article) -> dict[str, Any]:
    """The article as the object that the exchange form writes."""
    image = article.image
    return {
        "id": article.id,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "outlet": {
            "name": article.outlet.name,
            "tagline": article.outlet.tagline,
            "url": article.outlet.url,
            "feed_url": article.outlet.feed_url,
        },
        "title": article.title,
        "published_at": rfc3339(article.published_at),
        "updated_at": rfc3339(article.updated_at) if article.updated_at else None,
        "fetched_at": rfc3339(article.fetched_at),
        "authors": list(article.authors),
        "agency": article.agency,
        "place": article.place,
        "image": image and {"url": image.url, "caption": image.caption, "credit": image.credit},
        "summary": article.summary or "",
        "paragraphs": list(article.paragraphs),
        "related": [
            {"label": link.label, "title": link.title, "url": link.url, "after": link.after}
            for link in article.related
        ],
        "topics": list(article.topics),
        "enclosures": [
            {"url": one.url, "type": one.type, "length": one.length} for one in article.enclosures
        ],
        "date_source": article.date_source,
        "language": article.language,
        "word_count": article.word_count,
    }
