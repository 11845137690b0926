"""What the tests of a poll's answer are made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aggregator.cadence import (
    body_digest,
)
from aggregator.model.entry import FeedDocument
from aggregator.model.feed import Feed, FeedState, Validators
from aggregator.model.poll import FetchAnswer, Hop

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FEED = Feed(url="https://a.example/feed")
DOCUMENT = FeedDocument(format="rss20", title="A")


def answer(
    status: int = 200,
    *headers: tuple[str, str],
    body: bytes = b"<rss/>",
    url: str = FEED.url,
    hops: tuple[Hop, ...] = (),
    cut_off: bool = False,
) -> FetchAnswer:
    return FetchAnswer(
        url=url, status=status, headers=headers, body=body, hops=hops, cut_off=cut_off
    )


def known(**changes: object) -> FeedState:
    """A feed that has been read before, with validators."""
    state = FeedState(
        validators=Validators(etag='W/"1"', last_modified="Mon, 02 Mar 2026 00:00:00 GMT"),
        body_digest=body_digest(b"<rss/>"),
        last_poll_at=NOW - HOUR,
        last_success_at=NOW - HOUR,
        last_new_at=NOW - 2 * HOUR,
        last_unconditional_at=NOW - 30 * DAY,
        gap=2 * HOUR,
        interval=HOUR,
        condition="ok",
        status=200,
    )
    return replace(state, **changes)  # type: ignore[arg-type]


def next_poll(state: FeedState) -> timedelta:
    assert state.next_poll_at is not None
    return state.next_poll_at - NOW
