"""Spans of time as a person types them: a duration back from now, or an instant."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from aggregator.errors import UsageError
from aggregator.model.instants import Instant, from_rfc3339
from aggregator.settings.durations import parse_duration


def instant_option(text: str, *, now: Instant, option: str) -> Instant:
    """The instant that ``24h`` (ago) or ``2024-01-31T13:58:00Z`` means.

    Raises:
        UsageError: it is neither.
    """
    with suppress(ValueError):
        return now - parse_duration(text)
    try:
        return from_rfc3339(text)
    except ValueError:
        raise UsageError(
            f"{option}: {text!r} is neither a duration nor an instant",
            hint='Write it as in "24h", "7d" or "2024-01-31T13:58:00Z".',
        ) from None


def span_option(text: str) -> timedelta:
    """The span back from now that ``30d`` means.

    Raises:
        UsageError: it is no duration.
    """
    try:
        return parse_duration(text)
    except ValueError as error:
        raise UsageError(f"--since: {error}") from None
