"""docs/fetching.md: RFC 5005 archives, once, on request, capped; RFC 3229 deltas are partial."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.cadence.archives import absence_means_removal, earlier
from aggregator.model.entry import FeedDocument
from aggregator.model.poll import FetchAnswer

ANSWER = FetchAnswer(url="https://a.example/f/3", status=200, headers=(), body=b"")
DOCUMENT = FeedDocument(format="atom10", prev_archive="2")


def test_the_archive_before_is_found_against_the_documents_address() -> None:
    assert earlier(ANSWER, DOCUMENT, {ANSWER.url}) == "https://a.example/f/2"


@pytest.mark.parametrize(
    ("archive", "seen", "most"),
    [
        (None, set(), 100),
        ("", set(), 100),
        ("2", {"https://a.example/f/2"}, 100),
        ("3", {"https://a.example/f/3"}, 100),
        ("2", {"a", "b"}, 2),
        ("file:///etc/passwd", set(), 100),
        ("javascript:x", set(), 100),
    ],
)
def test_the_walk_ends(archive: str | None, seen: set[str], most: int) -> None:
    assert earlier(ANSWER, replace(DOCUMENT, prev_archive=archive), seen, most=most) is None


def test_only_a_complete_feed_says_that_what_is_absent_was_removed() -> None:
    complete = replace(DOCUMENT, complete=True)
    assert absence_means_removal(ANSWER, complete)
    assert not absence_means_removal(ANSWER, DOCUMENT)
    assert not absence_means_removal(replace(ANSWER, status=226), complete)
    assert not absence_means_removal(replace(ANSWER, cut_off=True), complete)
    assert not absence_means_removal(ANSWER, replace(complete, truncated=True))
