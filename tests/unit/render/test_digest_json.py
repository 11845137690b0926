from __future__ import annotations

import json

from aggregator.render.digest_json import digest_json
from tests.unit.render import sample


def test_the_keys_are_the_contracts() -> None:
    digest = json.loads(digest_json(sample.ferry()))
    assert list(digest) == ["generated_at", "window", "stories", "feeds"]
    assert list(digest["window"]) == ["from", "to"]
    assert digest["feeds"] == {"polled": 12, "failing": 2, "silent": 1}
    story = digest["stories"][0]
    assert list(story) == [
        "id",
        "title",
        "url",
        "summary",
        "first_seen",
        "last_seen",
        "outlets",
        "articles",
        "independent_texts",
        "first_reporter",
        "score",
        "image",
        "topics",
        "language",
        "coverage",
    ]
    row = story["coverage"][0]
    assert list(row) == [
        "id",
        "outlet",
        "title",
        "url",
        "published_at",
        "relation",
        "copy_of",
        "evidence",
    ]
    assert list(row["evidence"]) == [
        "rule",
        "score",
        "parts",
        "terms",
        "resemblance",
        "compared_with",
    ]
    assert story["image"] == {
        "url": "https://harbour-times.example/ferry.jpg",
        "caption": "The ferry off Skerry Point",
        "credit": "Ida Strand/AFP",
    }


def test_values_are_plain_and_instants_rfc_3339() -> None:
    story = json.loads(digest_json(sample.ferry()))["stories"][0]
    assert (story["outlets"], story["articles"], story["independent_texts"]) == (6, 6, 3)
    assert story["first_seen"] == "2026-03-04T06:01:00Z"
    assert [row["relation"] for row in story["coverage"]] == [
        "lead",
        "copy",
        "copy",
        "copy",
        "report",
        "report",
    ]


def test_one_line_unless_indented() -> None:
    assert "\n" not in digest_json(sample.hostile())
    assert json.loads(digest_json(sample.ferry(), indent=2)) == json.loads(
        digest_json(sample.ferry())
    )
