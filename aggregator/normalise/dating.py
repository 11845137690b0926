"""When an article was published, and which of its sources says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from aggregator.model.article import DateSource
from aggregator.model.instants import Instant
from aggregator.text.dates import read_date

# Servers' clocks differ by minutes; what lies further ahead is a wrong zone or an event's date.
TOLERANCE = timedelta(minutes=15)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# "/2024/01/31/…", "/2024-01-31-…", "/20240131/…" in an address.
_IN_ADDRESS = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<mark>[/-]?)(?P<month>0[1-9]|1[0-2])(?P=mark)(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dating:
    """The article's dates, and where the first came from."""

    published_at: Instant
    updated_at: Instant | None
    source: DateSource


def date_entry(
    *,
    published: str | None,
    updated: str | None,
    text: str | None = None,
    link: str | None,
    zone: tzinfo,
    fetched_at: Instant,
) -> Dating:
    """Published, else updated, else a date in text or address, else when it was fetched.

    A date before 1990 or more than minutes after ``fetched_at`` is not believed.
    """
    first = _believed(published, zone, fetched_at)
    changed = _believed(updated, zone, fetched_at)
    if first is not None:
        return Dating(published_at=first, updated_at=changed, source="published")
    if changed is not None:
        return Dating(published_at=changed, updated_at=changed, source="updated")
    named = _believed(text, zone, fetched_at) or _in_address(link, zone, fetched_at)
    if named is not None:
        return Dating(published_at=named, updated_at=None, source="text")
    return Dating(published_at=fetched_at, updated_at=None, source="fetched")


def _believed(text: str | None, zone: tzinfo, fetched_at: Instant) -> Instant | None:
    read = read_date(text, zone)
    if read is None or not _EARLIEST <= read.instant <= fetched_at + TOLERANCE:
        return None
    return read.instant


def _in_address(link: str | None, zone: tzinfo, fetched_at: Instant) -> Instant | None:
    match = _IN_ADDRESS.search(link or "")
    if match is None:
        return None
    return _believed(f"{match['year']}-{match['month']}-{match['day']}", zone, fetched_at)
