"""docs/fetching.md: ttl, skipHours, skipDays, sy:updatePeriod, capped at 24 h; junk survived."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cadence import wishes
from aggregator.model.entry import FeedDocument


def document(
    *,
    ttl: str | None = None,
    period: str | None = None,
    frequency: str | None = None,
    hours: tuple[int, ...] = (),
    days: tuple[str, ...] = (),
) -> FeedDocument:
    return FeedDocument(
        format="rss20",
        ttl=ttl,
        update_period=period,
        update_frequency=frequency,
        skip_hours=hours,
        skip_days=days,
    )


@pytest.mark.parametrize(
    ("ttl", "period", "frequency", "span"),
    [
        ("60", None, None, timedelta(hours=1)),
        (" 60 ", None, None, timedelta(hours=1)),
        ("100000", None, None, timedelta(hours=24)),
        ("0", None, None, None),
        ("-60", None, None, None),
        ("0.1", None, None, None),
        ("an hour", None, None, None),
        (None, "hourly", "1", timedelta(hours=1)),
        (None, "hourly", "4", timedelta(minutes=15)),
        (None, "Daily", None, timedelta(hours=24)),
        (None, "daily", "2", timedelta(hours=12)),
        (None, "weekly", "1", timedelta(hours=24)),
        (None, "hourly", "0", timedelta(hours=1)),
        (None, "hourly", "0.1", timedelta(hours=1)),
        (None, "dayly", "1", None),
        (None, None, "2", timedelta(hours=12)),
        ("30", "hourly", "1", timedelta(hours=1)),
        (None, None, None, None),
    ],
)
def test_ttl_and_update_period(
    ttl: str | None, period: str | None, frequency: str | None, span: timedelta | None
) -> None:
    assert wishes.pause(document(ttl=ttl, period=period, frequency=frequency)) == span


def test_skip_hours_and_days_are_read_and_junk_is_not() -> None:
    said = document(hours=(0, 5, 24, 99, -1), days=("Saturday", " sunday ", "Caturday"))
    assert wishes.skip_hours(said) == (0, 5)
    assert wishes.skip_days(said) == (5, 6)


def test_a_feed_that_skips_all_hours_or_days_skips_none() -> None:
    always = document(
        hours=tuple(range(24)),
        days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    )
    assert wishes.skip_hours(always) == ()
    assert wishes.skip_days(always) == ()


def test_a_poll_is_moved_to_the_end_of_skipped_hours() -> None:
    at_two = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)
    assert wishes.out_of_skips(at_two, (2, 3, 4), ()) == datetime(2026, 3, 3, 5, tzinfo=UTC)
    assert wishes.out_of_skips(at_two, (1, 5), ()) == at_two


def test_skipped_days_put_a_poll_off_by_24_hours_at_most() -> None:
    saturday = datetime(2026, 3, 7, 9, 30, tzinfo=UTC)
    moved = wishes.out_of_skips(saturday, (), (5, 6))
    assert saturday < moved <= saturday + timedelta(hours=24)


@given(
    then=st.datetimes(timezones=st.just(UTC), max_value=datetime(9999, 12, 1)),  # noqa: DTZ001 - hypothesis adds the zone
    hours=st.sets(st.integers(0, 23)),
    days=st.sets(st.integers(0, 6)),
)
def test_skips_only_put_off_and_never_by_more_than_24_hours(
    then: datetime, hours: set[int], days: set[int]
) -> None:
    moved = wishes.out_of_skips(then, hours, days)
    assert then <= moved <= then + timedelta(hours=24)


@given(ttl=st.text(), period=st.text(), frequency=st.text())
def test_no_junk_makes_it_fail(ttl: str, period: str, frequency: str) -> None:
    span = wishes.pause(document(ttl=ttl, period=period, frequency=frequency))
    assert span is None or timedelta() < span <= timedelta(hours=24)
