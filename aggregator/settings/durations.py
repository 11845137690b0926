"""Spans of time as people write them: ``30m``, ``2h``, ``1d12h``."""

from __future__ import annotations

import re
from datetime import timedelta

LONGEST = timedelta(days=36_525)
"""Counted back from any date of today's, it stays within the calendar."""

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([wdhms])")
_WHOLE = re.compile(r"(?:\d+(?:\.\d+)?\s*[wdhms]\s*)+")


def parse_duration(text: str) -> timedelta:
    """The span a text names: numbers, each with one of the units w, d, h, m, s.

    Raises:
        ValueError: the text is no such span, or one too long to be counted.

    >>> parse_duration("1d12h")
    datetime.timedelta(days=1, seconds=43200)
    """
    if not _WHOLE.fullmatch(text.strip()):
        raise ValueError(f'{text!r} is no duration: write a number and a unit, as in "30m" or "2h"')
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"{text!r} is too long a duration: a hundred years is the longest")
    return timedelta(seconds=seconds)


def duration_text(span: timedelta) -> str:
    """The shortest way to write a span, to the second; `parse_duration` reads it back.

    >>> duration_text(timedelta(minutes=90))
    '1h30m'
    """
    rest = round(span.total_seconds())
    parts: list[str] = []
    for unit in ("d", "h", "m", "s"):
        if unit == "d" and rest < 2 * _UNITS["d"]:
            continue  # a day's span is read as hours: 24h, 36h
        count, rest = divmod(rest, _UNITS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
