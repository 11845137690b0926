"""docs/fetching.md: Cache-Control, Expires, Retry-After; capped at 24 h; junk survived."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cadence.headers import LONGEST, freshness, retry_after
from aggregator.model.poll import FetchAnswer

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def answer(*headers: tuple[str, str], status: int = 200) -> FetchAnswer:
    return FetchAnswer(url="https://a.example/", status=status, headers=headers, body=b"")


@pytest.mark.parametrize(
    ("value", "span"),
    [
        ("max-age=1800", timedelta(minutes=30)),
        ("public, max-age=1800, must-revalidate", timedelta(minutes=30)),
        ('max-age="1800"', timedelta(minutes=30)),
        ("MAX-AGE = 1800", timedelta(minutes=30)),
        ("max-age=31536000", LONGEST),
        ("max-age=99999999999999999999", None),
        ("max-age=0", timedelta()),
        ("s-maxage=1800", None),
        ("max-age=-5", None),
        ("max-age=0.1", None),
        ("max-age=soon", None),
        ("no-cache", None),
        ("", None),
    ],
)
def test_max_age(value: str, span: timedelta | None) -> None:
    assert freshness(answer(("cache-control", value)), NOW) == span


def test_age_is_taken_off_max_age() -> None:
    aged = answer(("cache-control", "max-age=600"), ("age", "200"))
    assert freshness(aged, NOW) == timedelta(seconds=400)


def test_max_age_wins_over_expires() -> None:
    both = answer(("cache-control", "max-age=60"), ("expires", "Mon, 02 Mar 2026 12:00:00 GMT"))
    assert freshness(both, NOW) == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("expires", "span"),
    [
        ("Sun, 01 Mar 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Sunday, 01-Mar-26 13:00:00 GMT", timedelta(hours=1)),
        ("Sun, 01 Mar 2026 13:00:00 -0000", timedelta(hours=1)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", timedelta()),
        ("Thu, 31 Dec 2099 23:59:59 GMT", LONGEST),
        ("0", None),
        ("-1", None),
        ("Sun, 99 Mar 2026 13:00:00 GMT", None),
    ],
)
def test_expires(expires: str, span: timedelta | None) -> None:
    assert freshness(answer(("expires", expires)), NOW) == span


def test_expires_counts_from_the_servers_own_clock() -> None:
    wrong_by_hours = answer(
        ("date", "Sun, 01 Mar 2026 05:00:00 GMT"), ("expires", "Sun, 01 Mar 2026 05:30:00 GMT")
    )
    assert freshness(wrong_by_hours, NOW) == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("value", "span"),
    [
        ("120", timedelta(minutes=2)),
        ("Sun, 01 Mar 2026 14:00:00 GMT", timedelta(hours=2)),
        ("Sun, 01 Mar 2026 10:00:00 GMT", timedelta()),
        ("86400000", LONGEST),
        ("-5", None),
        ("1.5", None),
        ("later", None),
    ],
)
def test_retry_after_in_both_forms(value: str, span: timedelta | None) -> None:
    assert retry_after(answer(("retry-after", value), status=429), NOW) == span


@given(name=st.sampled_from(["cache-control", "expires", "age", "date"]), value=st.text())
def test_no_junk_makes_it_fail_or_pass_the_cap(name: str, value: str) -> None:
    for headers in [(name, value)], [("cache-control", "max-age=10"), (name, value)]:
        span = freshness(answer(*headers), NOW)
        assert span is None or timedelta() <= span <= LONGEST
    wait = retry_after(answer(("retry-after", value)), NOW)
    assert wait is None or timedelta() <= wait <= LONGEST
