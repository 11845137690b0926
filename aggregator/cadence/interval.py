"""How often to poll: a feed's usual gap, the interval that follows, back-off, jitter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

from aggregator.model.instants import Instant

SHORTEST = timedelta(minutes=10)
USUAL = timedelta(hours=1)
LONGEST = timedelta(hours=24)

_JITTER = 0.1
_SPREAD = 0.5
_WEIGHT = 0.25
_SILENT_GAPS = 10
_SILENT_AT_LEAST = timedelta(days=3)
_SILENT_UNKNOWN = timedelta(days=90)


def adaptive(gap: timedelta | None, quiet: timedelta | None) -> timedelta:
    """The interval for a feed with this usual gap whose last article is ``quiet`` old.

    A feed that publishes oftener than hourly is polled once a gap, never under 10 minutes; any
    other twice a gap, hourly at most, daily at least. (Miniflux polls once a gap, which finds an
    article half a gap late on average.) A feed quieter than usual counts as slower than usual.
    """
    if gap is None:
        return USUAL if quiet is None else _clamped(quiet / 10, USUAL, LONGEST)
    if gap < USUAL:
        gap = max(gap, (quiet or gap) / 4)
        return _clamped(gap, SHORTEST, USUAL)
    return _clamped(max(gap, quiet or gap) / 2, USUAL, LONGEST)


def first_gap(published: Sequence[Instant], now: Instant) -> timedelta | None:
    """The usual gap, from the dates of a first document's newer half; None if they are too few."""
    dates = sorted({min(date, now) for date in published}, reverse=True)
    dates = dates[: max(5, len(dates) // 2)]
    if len(dates) < 3:
        return None
    return max((dates[0] - dates[-1]) / (len(dates) - 1), timedelta(minutes=1))


def learnt_gap(gap: timedelta | None, since_last: timedelta, new: int) -> timedelta:
    """The usual gap after a poll that brought ``new`` articles in the time since the one before.

    A geometric moving average: gaps differ by factors, not by differences.
    """
    sample = max(since_last / max(1, new), timedelta(minutes=1))
    if gap is None:
        return sample
    blend = (1 - _WEIGHT) * math.log(max(gap.total_seconds(), 60.0)) + _WEIGHT * math.log(
        sample.total_seconds()
    )
    return timedelta(seconds=round(math.exp(blend)))


def narrowed(interval: timedelta, *, new: int, known: int, elapsed: timedelta | None) -> timedelta:
    """A shorter interval where entries may have been missed: two thirds of the document were new.

    Media Cloud's rule: the share of entries already known tells how far a document's window has
    slid. Under a third, and the next poll comes in half the time that this one took to come.
    """
    if elapsed is None or new == 0 or known >= new / 2:
        return interval
    return max(SHORTEST, min(interval, elapsed / 2))


def backed_off(interval: timedelta, failures: int) -> timedelta:
    """The wait after so many failures in a row: doubling, daily in the end, never given up."""
    return _clamped(interval * 2 ** min(max(failures, 1) - 1, 10), SHORTEST, LONGEST)


def jittered(wait: timedelta, jitter: float, *, in_a_herd: bool = False) -> timedelta:
    """The wait, up to a tenth longer; ``jitter`` is 0 to 1. Never shorter.

    ``in_a_herd``: many feeds are planned in the same moment, and spread over half an interval.
    """
    most = _SPREAD if in_a_herd else _JITTER
    return wait * (1 + most * min(max(jitter, 0.0), 1.0))


def is_silent(gap: timedelta | None, quiet: timedelta | None) -> bool:
    """Whether a feed has been quiet for ten times its usual gap (three days at least)."""
    if quiet is None:
        return False
    if gap is None:
        return quiet >= _SILENT_UNKNOWN
    return quiet >= max(gap * _SILENT_GAPS, _SILENT_AT_LEAST)


def _clamped(span: timedelta, low: timedelta, high: timedelta) -> timedelta:
    return max(low, min(span, high))
