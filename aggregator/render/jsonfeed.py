"""The merged digest as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from datetime import UTC, tzinfo
from typing import Any

from aggregator.model.digest import Digest, DigestStory
from aggregator.model.instants import rfc3339
from aggregator.render.links import web_link
from aggregator.render.syndication import (
    Channel,
    clean_title,
    story_html,
    story_iri,
    story_link,
    story_updated,
)
from aggregator.text.controls import encodable


def digest_jsonfeed(digest: Digest, *, channel: Channel | None = None, zone: tzinfo = UTC) -> str:
    """The feed as one JSON object; ``_aggregator`` carries what JSON Feed has no word for."""
    about = channel or Channel()
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean_title(about.title),
        "home_page_url": about.home_url or about.site_url,
        "feed_url": about.self_url,
        "items": [_item(story, digest, about, zone) for story in digest.stories],
    }
    return encodable(json.dumps(_known(feed), ensure_ascii=False))


def _item(story: DigestStory, digest: Digest, channel: Channel, zone: tzinfo) -> dict[str, Any]:
    outlets = dict.fromkeys(clean_title(row.outlet) for row in story.coverage)
    address = web_link(story_link(story, channel))
    source = web_link(story.url)
    return _known(
        {
            "id": story_iri(story.id),
            "url": address,
            "external_url": source if source != address else None,
            "title": clean_title(story.title),
            "summary": story.summary,
            "content_html": story_html(story, digest, zone),
            "image": web_link(story.image.url) if story.image else None,
            "date_published": rfc3339(story.first_seen),
            "date_modified": rfc3339(story_updated(story)),
            "authors": [{"name": outlet} for outlet in outlets],
            "tags": list(dict.fromkeys((*story.categories, *story.topics))) or None,
            "language": story.language,
            "_aggregator": {
                "story": story.id,
                "outlets": story.outlets,
                "articles": story.articles,
                "independent_texts": story.independent_texts,
                "first_reporter": story.first_reporter,
                "score": story.score,
            },
        }
    )


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
