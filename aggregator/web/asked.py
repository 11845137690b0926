"""What an address asks for, read strictly: a wrong value is said, not guessed."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request

from aggregator.errors import UsageError
from aggregator.settings.durations import duration_text, parse_duration

LONGEST = timedelta(days=366)
MOST = 1000


def asked_since(request: Request, default: timedelta) -> timedelta:
    """The span ``?since=3d`` asks for. Raises `UsageError`."""
    text = request.query_params.get("since")
    if not text:
        return default
    try:
        span = parse_duration(text)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if not timedelta(minutes=1) <= span <= LONGEST:
        raise UsageError(f"{duration_text(span)} is no span for a digest: a minute to a year is.")
    return span


def asked_limit(request: Request, default: int) -> int:
    """The number ``?limit=20`` asks for. Raises `UsageError`."""
    text = request.query_params.get("limit")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST:
        raise UsageError(f"{text!r} is no limit: 1 to {MOST} is.")
    return int(text)
