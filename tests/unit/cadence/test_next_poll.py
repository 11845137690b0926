"""docs/fetching.md, politeness: when a feed is asked again. One test a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cadence import (
    due,
    settle,
)
from aggregator.model.entry import FeedDocument
from aggregator.model.feed import FeedState, Validators
from tests.unit.cadence.poll_values import DAY, DOCUMENT, FEED, HOUR, NOW, answer, known, next_poll


def test_default_is_hourly() -> None:
    _, state = settle(FEED, FeedState(), now=NOW, answer=answer(), document=DOCUMENT)
    assert next_poll(state) == HOUR


def test_oftener_only_for_feeds_that_publish_oftener_and_never_under_ten_minutes() -> None:
    published = [NOW - n * timedelta(minutes=3) for n in range(20)]
    _, state = settle(
        FEED, FeedState(), now=NOW, answer=answer(), document=DOCUMENT, new=20, published=published
    )
    assert next_poll(state) == timedelta(minutes=10)


def test_a_dead_blog_is_polled_daily_from_the_first_day() -> None:
    published = [NOW - 900 * DAY - n * DAY for n in range(20)]
    _, state = settle(
        FEED, FeedState(), now=NOW, answer=answer(), document=DOCUMENT, new=20, published=published
    )
    assert next_poll(state) == DAY
    assert state.condition == "silent"


@pytest.mark.parametrize(
    ("headers", "document"),
    [
        ((("cache-control", "max-age=18000"),), DOCUMENT),
        ((("expires", "Tue, 03 Mar 2026 17:00:00 GMT"),), DOCUMENT),
        ((), replace(DOCUMENT, ttl="300")),
        ((), replace(DOCUMENT, update_period="daily", update_frequency="4")),
        ((), replace(DOCUMENT, skip_hours=(13, 14, 15, 16))),
        ((), replace(DOCUMENT, skip_days=("Tuesday",))),
    ],
)
def test_never_before_the_servers_and_the_documents_wishes(
    headers: tuple[tuple[str, str], ...], document: FeedDocument
) -> None:
    for feed in (FEED, replace(FEED, interval=timedelta(minutes=10))):
        _, state = settle(
            feed, known(), now=NOW, answer=answer(200, *headers, body=b"2"), document=document
        )
        assert next_poll(state) >= (5 * HOUR if not document.skip_hours else timedelta(minutes=10))
        assert state.next_poll_at is not None
        assert state.next_poll_at.hour not in document.skip_hours
        assert not due(state, NOW + timedelta(minutes=5))


def test_the_documents_wishes_bind_after_a_304_too() -> None:
    wishing = replace(DOCUMENT, ttl="600", skip_hours=(22,))
    _, state = settle(FEED, known(), now=NOW, answer=answer(body=b"2"), document=wishing)
    _, state = settle(
        FEED,
        replace(state, validators=Validators(etag='"1"')),
        now=NOW,
        answer=answer(304, body=b""),
    )
    assert next_poll(state) >= 11 * HOUR - timedelta(minutes=1)


@given(
    max_age=st.integers(0, 10**9),
    ttl=st.integers(0, 10**6),
    jitter=st.floats(0, 1),
    hours=st.sets(st.integers(0, 23)),
)
def test_no_wish_holds_for_more_than_a_day(
    max_age: int, ttl: int, jitter: float, hours: set[int]
) -> None:
    wishing = replace(DOCUMENT, ttl=str(ttl), skip_hours=tuple(hours))
    _, state = settle(
        FEED,
        known(),
        now=NOW,
        answer=answer(200, ("cache-control", f"max-age={max_age}"), body=b"2"),
        document=wishing,
        jitter=jitter,
    )
    assert timedelta(minutes=10) <= next_poll(state) <= 2.6 * DAY
    if not hours:
        assert next_poll(state) <= 1.5 * DAY


def test_the_config_interval_replaces_the_adaptive_one_but_stays_over_ten_minutes() -> None:
    for wanted, got in (
        (timedelta(minutes=30), timedelta(minutes=30)),
        (timedelta(minutes=1), timedelta(minutes=10)),
    ):
        _, state = settle(
            replace(FEED, interval=wanted), known(), now=NOW, answer=answer(304, body=b"")
        )
        assert next_poll(state) == got


@given(jitter=st.floats(0, 1), status=st.sampled_from([200, 304, 404, 429, 500, 503]))
def test_jitter_only_puts_off(jitter: float, status: int) -> None:
    settled = [
        settle(FEED, known(), now=NOW, answer=answer(status), jitter=drawn)[1]
        for drawn in (0.0, jitter)
    ]
    assert next_poll(settled[0]) <= next_poll(settled[1])


def test_after_a_restart_nobody_is_polled_early() -> None:
    _, state = settle(FEED, known(), now=NOW, answer=answer(304, body=b""))
    assert not due(state, NOW + timedelta(minutes=59))
    assert due(state, NOW + HOUR)


@pytest.mark.parametrize(
    ("before", "most"),
    [
        ({"next_poll_at": NOW - timedelta(seconds=30)}, 1.1),
        ({"next_poll_at": None, "last_poll_at": None}, 1.5),
        ({"next_poll_at": NOW - 3 * DAY}, 1.5),
        ({"next_poll_at": NOW + timedelta(minutes=20)}, 1.5),
    ],
)
def test_the_herd_is_spread_after_an_import_a_restart_or_a_round(
    before: dict[str, object], most: float
) -> None:
    for jitter, factor in ((0.0, 1.0), (1.0, most)):
        _, state = settle(
            FEED, known(**before), now=NOW, answer=answer(304, body=b""), jitter=jitter
        )
        assert next_poll(state) == factor * HOUR


def test_a_clock_that_was_days_ahead_does_not_stall_a_feed() -> None:
    _, state = settle(FEED, known(), now=NOW + 400 * DAY, answer=answer(304, body=b""))
    assert due(state, NOW)
    _, back = settle(FEED, state, now=NOW, answer=answer(304, body=b""))
    assert timedelta() < next_poll(back) <= DAY


def test_nothing_breaks_past_2038() -> None:
    later = datetime(2039, 1, 1, tzinfo=UTC)
    _, state = settle(FEED, known(), now=later, answer=answer(200, ("cache-control", "max-age=9")))
    assert state.next_poll_at is not None
    assert state.next_poll_at > later
