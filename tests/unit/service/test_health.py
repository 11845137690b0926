from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.model.feed import Feed, FeedRecord, FeedState
from aggregator.service.health import ago, feed_health, roughly

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


MOVED = "it has moved since 2026-11-16 to https://b.example/"


def record(*, paused: bool = False, **state: Any) -> FeedRecord:
    feed = Feed(url="https://a.example/feed", paused=paused)
    return FeedRecord(id="f1", feed=feed, state=FeedState(**state))


@pytest.mark.parametrize(
    ("state", "words", "care"),
    [
        ({}, ["not asked yet", "next try at the next round"], False),
        (
            {
                "condition": "ok",
                "last_poll_at": NOW - timedelta(minutes=20),
                "last_success_at": NOW - timedelta(minutes=20),
                "last_new_at": NOW - timedelta(hours=5),
                "gap": timedelta(hours=3),
                "next_poll_at": NOW + timedelta(minutes=40),
            },
            [
                "fine",
                "last good poll 20 minutes ago",
                "last new article 5 hours ago (usually one every 3 hours)",
                "next try in 40 minutes",
            ],
            False,
        ),
        (
            {
                "condition": "failing",
                "failures": 3,
                "error": "the server answers 404",
                "last_poll_at": NOW,
                "next_poll_at": NOW + timedelta(hours=4),
            },
            [
                "failing",
                "failed 3 times in a row: the server answers 404",
                "no poll has gone well yet",
                "next try in 4 hours",
            ],
            True,
        ),
        (
            {"condition": "gone", "error": "410", "last_success_at": NOW - timedelta(days=9)},
            ["gone for good", "410", "last good poll 9 days ago", "no article yet"],
            True,
        ),
        (
            {
                "condition": "ok",
                "moved_to": "https://b.example/",
                "moved_since": NOW - timedelta(days=4),
            },
            [
                "fine",
                "next try at the next round",
                MOVED,
            ],
            True,
        ),
    ],
)
def test_health_in_words(state: dict[str, Any], words: list[str], care: bool) -> None:
    health = feed_health(record(**state), NOW)
    assert list(health.words) == words
    assert health.needs_care is care
    assert health.as_json()["words"] == words


def test_a_new_address_is_offered_once_it_has_held_for_three_days() -> None:
    moved: dict[str, Any] = {"condition": "ok", "moved_to": "https://b.example/"}
    fresh = feed_health(record(**moved, moved_since=NOW - timedelta(days=2)), NOW)
    held = feed_health(record(**moved, moved_since=NOW - timedelta(days=3)), NOW)
    assert (fresh.offered, fresh.needs_care) == (None, False)
    assert "hold for three days" in fresh.words[-1]
    assert fresh.as_json()["moved_to"] == "https://b.example/"
    assert (held.offered, held.needs_care) == ("https://b.example/", True)


def test_a_paused_feed_needs_no_care() -> None:
    health = feed_health(record(paused=True, condition="failing", failures=2, error="x"), NOW)
    assert health.condition == "paused"
    assert not health.needs_care
    assert not any("next try" in word for word in health.words)


def test_spans_are_told_roughly() -> None:
    assert ago(timedelta(seconds=20)) == "just now"
    assert roughly(timedelta(minutes=1)) == "1 minute"
    assert roughly(timedelta(minutes=119)) == "119 minutes"
    assert roughly(timedelta(hours=47)) == "47 hours"
    assert roughly(timedelta(days=3)) == "3 days"
