"""Instants: the one shape of time inside the program."""

from __future__ import annotations

from datetime import UTC, datetime

Instant = datetime
"""An aware datetime in UTC; ``checked`` is the door."""


def checked(value: datetime) -> Instant:
    """The same instant in UTC.

    Raises:
        ValueError: the datetime is naive, so that nobody can say which instant it means, or
            outside the calendar in UTC.
    """
    if value.tzinfo is None:
        raise ValueError(f"a naive datetime is no instant: {value!r}")
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{value.isoformat()} is no date in UTC") from error


def rfc3339(value: Instant) -> str:
    """An instant as RFC 3339 text in UTC, to the second, or finer where it is finer.

    >>> rfc3339(datetime(2024, 1, 31, 13, 58, tzinfo=UTC))
    '2024-01-31T13:58:00Z'
    """
    return checked(value).isoformat().replace("+00:00", "Z")


def from_rfc3339(text: str) -> Instant:
    """The instant an RFC 3339 text names.

    Raises:
        ValueError: the text is no date and time, or names no zone.
    """
    return checked(datetime.fromisoformat(text.strip().replace("z", "Z")))
