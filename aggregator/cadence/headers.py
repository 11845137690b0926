"""What a response's headers wish for: freshness and pauses, as spans from now on.

Servers write every kind of junk here; what cannot be read is no wish.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

from aggregator.model.instants import Instant
from aggregator.model.poll import FetchAnswer

LONGEST = timedelta(hours=24)
"""No wish of a server holds for longer."""

_MAX_AGE = re.compile(r'(?:^|[\s,])max-age\s*=\s*"?(\d{1,12})"?(?=\s*(?:,|$))', re.IGNORECASE)


def freshness(answer: FetchAnswer, now: Instant) -> timedelta | None:
    """For how long the answer is fresh, 24 h at most; None where the headers do not say.

    `Cache-Control: max-age` wins over `Expires` (RFC 9111 §5.3); `Age` is taken off.
    """
    control = ", ".join(value for name, value in answer.headers if name == "cache-control")
    found = _MAX_AGE.search(control)
    if found:
        age = (answer.header("age") or "").strip()
        seconds = int(found[1]) - (int(age) if re.fullmatch(r"\d{1,12}", age) else 0)
        return _bounded(timedelta(seconds=min(seconds, 10**9)))
    expires = _instant(answer.header("expires"))
    if expires is None:
        return None
    # Both were read off the server's clock, which may be wrong by hours (RFC 9111 §4.2.1).
    return _bounded(expires - (_instant(answer.header("date")) or now))


def retry_after(answer: FetchAnswer, now: Instant) -> timedelta | None:
    """How long `Retry-After` asks to wait, 24 h at most; seconds or a date (RFC 9110 §10.2.3)."""
    text = (answer.header("retry-after") or "").strip()
    if re.fullmatch(r"\d{1,12}", text):
        return _bounded(timedelta(seconds=min(int(text), 10**9)))
    then = _instant(text)
    return None if then is None else _bounded(then - (_instant(answer.header("date")) or now))


def _bounded(span: timedelta) -> timedelta:
    return max(timedelta(), min(span, LONGEST))


def _instant(text: str | None) -> Instant | None:
    if not text:
        return None
    try:
        then = parsedate_to_datetime(text)
        # RFC 5322's "-0000" gives a naive datetime; over HTTP every date is in GMT.
        return then.replace(tzinfo=UTC) if then.tzinfo is None else then.astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
