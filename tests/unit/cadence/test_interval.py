"""docs/fetching.md: at most hourly, oftener where a feed publishes oftener; intervals adapt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cadence import interval

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
spans = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=4000))


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (None, HOUR),
        (timedelta(minutes=1), timedelta(minutes=10)),
        (timedelta(minutes=25), timedelta(minutes=25)),
        (HOUR, HOUR),
        (2 * HOUR, HOUR),
        (12 * HOUR, 6 * HOUR),
        (timedelta(days=7), timedelta(days=1)),
    ],
)
def test_the_interval_follows_the_usual_gap(gap: timedelta | None, expected: timedelta) -> None:
    assert interval.adaptive(gap, None) == expected


def test_a_feed_quieter_than_usual_is_polled_less_often() -> None:
    assert interval.adaptive(2 * HOUR, timedelta(days=30)) == timedelta(days=1)
    assert interval.adaptive(timedelta(minutes=15), timedelta(days=2)) == HOUR
    assert interval.adaptive(None, timedelta(days=900)) == timedelta(days=1)


@given(gap=st.none() | spans, quiet=st.none() | spans)
def test_never_under_ten_minutes_nor_over_a_day(
    gap: timedelta | None, quiet: timedelta | None
) -> None:
    found = interval.adaptive(gap, quiet)
    assert interval.SHORTEST <= found <= interval.LONGEST
    if gap is None or gap >= HOUR:
        assert found >= HOUR


def test_the_first_gap_comes_from_the_documents_dates() -> None:
    hourly = [NOW - n * HOUR for n in range(10)]
    assert interval.first_gap(hourly, NOW) == HOUR
    pinned = [*hourly, NOW - timedelta(days=4000)]
    assert interval.first_gap(pinned, NOW) == HOUR
    assert interval.first_gap(hourly[:2], NOW) is None
    assert interval.first_gap([NOW] * 30, NOW) is None
    assert interval.first_gap([], NOW) is None


def test_the_gap_is_learnt_step_by_step() -> None:
    gap: timedelta | None = timedelta(days=1)
    for _ in range(20):
        gap = interval.learnt_gap(gap, HOUR, 4)
    assert gap is not None
    assert timedelta(minutes=14) <= gap <= timedelta(minutes=20)


def test_a_window_of_mostly_new_entries_brings_the_next_poll_forward() -> None:
    assert interval.narrowed(6 * HOUR, new=20, known=2, elapsed=6 * HOUR) == 3 * HOUR
    assert interval.narrowed(6 * HOUR, new=20, known=20, elapsed=6 * HOUR) == 6 * HOUR
    assert interval.narrowed(6 * HOUR, new=20, known=0, elapsed=None) == 6 * HOUR


def test_back_off_doubles_to_a_day_and_stays_there() -> None:
    waits = [interval.backed_off(HOUR, failures) for failures in (1, 2, 3, 5, 6, 50, 10_000)]
    assert waits == [n * HOUR for n in (1, 2, 4, 16, 24, 24, 24)]


@given(wait=spans, jitter=st.floats(-5, 5))
def test_jitter_only_upward(wait: timedelta, jitter: float) -> None:
    assert wait <= interval.jittered(wait, jitter) <= wait * 1.1 + timedelta(microseconds=1)


def test_silent_is_ten_times_the_usual_gap_and_three_days_at_least() -> None:
    assert not interval.is_silent(HOUR, timedelta(days=2))
    assert interval.is_silent(HOUR, timedelta(days=3))
    assert not interval.is_silent(timedelta(days=7), timedelta(days=69))
    assert interval.is_silent(timedelta(days=7), timedelta(days=70))
    assert interval.is_silent(None, timedelta(days=91))
    assert not interval.is_silent(None, None)
