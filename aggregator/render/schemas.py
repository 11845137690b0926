"""JSON Schema of what the program writes: article, story and digest (draft 2020-12)."""

from __future__ import annotations

from typing import Any, get_args

from aggregator.model.article import DateSource
from aggregator.model.story import Relation

_DRAFT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def schemas() -> dict[str, Schema]:
    """The schemas by name: ``article``, ``story``, ``digest``."""
    return {"article": article_schema(), "story": story_schema(), "digest": digest_schema()}


def article_schema() -> Schema:
    """The exchange form: every key there, and beside them what ``export`` adds, or nothing."""
    schema = _closed(
        {
            "id": _text("Stable over re-polls and restarts."),
            "url": _maybe(_address("Where the article is read.")),
            "canonical_url": _maybe(
                _address("The address without tracking, fragment, AMP and mobile forms.")
            ),
            "outlet": _closed(
                {
                    "name": _text("The publisher's name."),
                    "tagline": _maybe(_text("What it says of itself under its name.")),
                    "url": _maybe(_address("Its site.")),
                    "feed_url": _maybe(_address("The feed the article came from.")),
                }
            ),
            "title": _text("Plain text, without the outlet's name."),
            "published_at": _instant("Always known; date_source says where from."),
            "updated_at": _maybe(_instant("When the outlet last changed it.")),
            "fetched_at": _instant("When it was read."),
            "authors": _list(_text("A name.")),
            "agency": _maybe(_text("The wire the text came from.")),
            "place": _maybe(_text("Where it was filed, of the dateline.")),
            "image": _maybe(
                _closed(
                    {
                        "url": _maybe(_address("The picture.")),
                        "caption": _maybe(_text("What stands under it.")),
                        "credit": _maybe(_text("Whose it is.")),
                    }
                )
            ),
            "summary": _text("The summary as plain text; empty where there is none."),
            "paragraphs": _list(_text("One paragraph of the body.")),
            "related": _list(
                _closed(
                    {
                        "label": _text("What announces the link: READ, OPINION …"),
                        "title": _text("The other piece's title."),
                        "url": _maybe(_address("The other piece.")),
                        "after": _count("Body paragraphs before it."),
                    }
                )
            ),
            "topics": _list(_text("A category.")),
            "enclosures": _list(
                _closed(
                    {
                        "url": _address("A file that is no picture."),
                        "type": _maybe(_text("Its media type.")),
                        "length": _maybe(_count("Its size in bytes.")),
                    }
                )
            ),
            "date_source": {
                "description": "Where published_at came from.",
                "enum": list(get_args(DateSource)),
            },
            "language": _maybe(_text("A BCP 47 tag.")),
            "word_count": _count("Words of the paragraphs."),
        }
    )
    schema["properties"] |= {
        "story": _maybe(_text("The story it is in; of stored articles, as the next two.")),
        "copy_of": _maybe(_text("The earliest-read member with this text.")),
        "evidence": _maybe(_evidence()),
    }
    return {
        "$schema": _DRAFT,
        "title": "Article",
        "description": "One article; JSON Lines hold one a line.",
        **schema,
    }


def story_schema() -> Schema:
    """A story as the digest and ``story show --json`` write it; later keys may join."""
    return {
        "$schema": _DRAFT,
        "title": "Story",
        "description": "All coverage of one event.",
        **_story(),
    }


def digest_schema() -> Schema:
    """The digest as ``digest --format json`` writes it; later keys may join."""
    return {
        "$schema": _DRAFT,
        "title": "Digest",
        "description": "The stories with an article fetched in the window, best first.",
        **_open(
            {
                "generated_at": _instant("When it was made."),
                "window": _open(
                    {"from": _instant("From here on."), "to": _instant("Before here.")}
                ),
                "stories": _list(_story()),
                "feeds": _open(
                    {
                        "polled": _count("Feeds polled in the window."),
                        "failing": _count("Feeds that fail now."),
                        "silent": _count("Feeds that bring nothing though they used to."),
                    }
                ),
            }
        ),
    }


def _story() -> Schema:
    return _open(
        {
            "id": _text("Stable; lives on as an alias when stories are merged."),
            "title": _text("The lead's title."),
            "url": _maybe(_address("The lead's address.")),
            "summary": _maybe(_text("The lead's summary.")),
            "first_seen": _instant("The earliest article."),
            "last_seen": _instant("The latest article."),
            "outlets": _count("Distinct outlets."),
            "articles": _count("All articles, copies counted."),
            "independent_texts": _count("Articles with copies folded."),
            "first_reporter": _maybe(_text("The outlet that published first.")),
            "score": {"type": "number", "description": "The rank; larger stands first."},
            "image": _maybe({"type": ["object", "string"]}),
            "topics": _list(_text("A topic.")),
            "language": _maybe(_text("A BCP 47 tag.")),
            "coverage": {
                **_list(
                    _open(
                        {
                            "id": _text("The article's id."),
                            "outlet": _text("The outlet's name."),
                            "title": _text("The article's title."),
                            "url": _maybe(_address("The article's address.")),
                            "published_at": _instant("When it was published."),
                            "relation": {"enum": list(get_args(Relation))},
                            "copy_of": _maybe(_text("The earliest-read member with this text.")),
                            "evidence": _maybe(_evidence()),
                        }
                    )
                ),
                "minItems": 1,
                "contains": {"properties": {"relation": {"const": "lead"}}},
                "maxContains": 1,
            },
        }
    )


def _evidence() -> Schema:
    return _open(
        {
            "rule": _text("The rule that decided."),
            "score": _maybe({"type": "number"}),
            "parts": {"type": "object", "additionalProperties": {"type": ["number", "null"]}},
            "terms": _list(_text("A shared telling term.")),
            "resemblance": _maybe({"type": "number", "minimum": 0, "maximum": 1}),
            "compared_with": _maybe(_text("The member it was compared with.")),
        }
    )


def _closed(properties: Schema) -> Schema:
    return {**_open(properties), "additionalProperties": False}


def _open(properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _address(description: str) -> Schema:
    return {"type": "string", "format": "uri", "description": description}


def _instant(description: str) -> Schema:
    return {"type": "string", "format": "date-time", "description": description}


def _count(description: str) -> Schema:
    return {"type": "integer", "minimum": 0, "description": description}


def _maybe(schema: Schema) -> Schema:
    """The same, or null; a description stays where a reader of the schema looks for it."""
    rest = dict(schema)
    described = {"description": rest.pop("description")} if "description" in rest else {}
    return {**described, "anyOf": [rest, {"type": "null"}]}
