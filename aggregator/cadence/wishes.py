"""What a feed document wishes for: `ttl`, `sy:updatePeriod`, `skipHours`, `skipDays`."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta

from aggregator.cadence.headers import LONGEST
from aggregator.model.entry import FeedDocument
from aggregator.model.instants import Instant

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def pause(document: FeedDocument) -> timedelta | None:
    """The longer of `ttl` and the update period, 24 h at most; None where neither makes sense.

    `ttl` is in whole minutes (RSS 2.0); a period without a frequency happens once, a frequency
    without a period is daily (RSS 1.0 syndication module). ``0.1`` and ``dayly`` are no wishes.
    """
    wishes = [wish for wish in (_ttl(document), _period(document)) if wish is not None]
    return min(max(wishes), LONGEST) if wishes else None


def skip_hours(document: FeedDocument) -> tuple[int, ...]:
    """The hours (UTC, 0 to 23) not to poll in; 24 is midnight (RSS 0.91). All of them: none."""
    hours = {hour % 24 for hour in document.skip_hours if 0 <= hour <= 24}
    return () if len(hours) == 24 else tuple(sorted(hours))


def skip_days(document: FeedDocument) -> tuple[int, ...]:
    """The days (UTC, Monday is 0) not to poll on. All of them: none."""
    named = {day.strip().lower() for day in document.skip_days}
    days = tuple(number for number, name in enumerate(_DAYS) if name in named)
    return () if len(days) == 7 else days


def out_of_skips(then: Instant, hours: Collection[int], days: Collection[int]) -> Instant:
    """The first instant from ``then`` on that lies in no skipped hour or day, 24 h on at most."""
    for _ in range(24):
        if then.hour not in hours and then.weekday() not in days:
            break
        then = then.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return then


def _ttl(document: FeedDocument) -> timedelta | None:
    text = (document.ttl or "").strip()
    if not re.fullmatch(r"\d{1,9}", text) or int(text) == 0:
        return None
    return timedelta(minutes=int(text))


def _period(document: FeedDocument) -> timedelta | None:
    frequency = (document.update_frequency or "").strip()
    times = int(frequency) if re.fullmatch(r"\d{1,6}", frequency) else 0
    period = (document.update_period or "").strip().lower()
    if period not in _PERIODS and (period or not times):
        return None
    return _PERIODS.get(period, _PERIODS["daily"]) / max(1, times)
