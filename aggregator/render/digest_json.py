"""The digest as JSON, key for key as the contract has it."""

from __future__ import annotations

import json
from typing import Any

from aggregator.model.article import Image
from aggregator.model.digest import Coverage, Digest, DigestStory
from aggregator.model.instants import rfc3339
from aggregator.model.story import Evidence
from aggregator.text.controls import encodable


def digest_json(digest: Digest, *, indent: int | None = None) -> str:
    """The whole digest as one JSON object; on one line unless an indent is asked for."""
    return encodable(json.dumps(digest_object(digest), ensure_ascii=False, indent=indent))


def digest_object(digest: Digest) -> dict[str, Any]:
    """The digest as plain values."""
    return {
        "generated_at": rfc3339(digest.generated_at),
        "window": {"from": rfc3339(digest.window.start), "to": rfc3339(digest.window.end)},
        "stories": [story_object(story) for story in digest.stories],
        "feeds": {
            "polled": digest.feeds.polled,
            "failing": digest.feeds.failing,
            "silent": digest.feeds.silent,
        },
    }


def story_object(story: DigestStory) -> dict[str, Any]:
    """One story as plain values; also what `story --json` prints."""
    return {
        "id": story.id,
        "title": story.title,
        "url": story.url,
        "summary": story.summary,
        "first_seen": rfc3339(story.first_seen),
        "last_seen": rfc3339(story.last_seen),
        "outlets": story.outlets,
        "articles": story.articles,
        "independent_texts": story.independent_texts,
        "first_reporter": story.first_reporter,
        "score": story.score,
        "image": _image_object(story.image),
        "topics": list(story.topics),
        "language": story.language,
        "coverage": [_coverage_object(row) for row in story.coverage],
    }


def evidence_object(evidence: Evidence) -> dict[str, Any]:
    """Evidence in its one shape."""
    return {
        "rule": evidence.rule,
        "score": evidence.score,
        "parts": dict(evidence.parts),
        "terms": list(evidence.terms),
        "resemblance": evidence.resemblance,
        "compared_with": evidence.compared_with,
    }


def _coverage_object(row: Coverage) -> dict[str, Any]:
    return {
        "id": row.id,
        "outlet": row.outlet,
        "title": row.title,
        "url": row.url,
        "published_at": rfc3339(row.published_at),
        "relation": row.relation,
        "copy_of": row.copy_of,
        "evidence": evidence_object(row.evidence),
    }


def _image_object(image: Image | None) -> dict[str, Any] | None:
    if image is None:
        return None
    return {"url": image.url, "caption": image.caption, "credit": image.credit}
