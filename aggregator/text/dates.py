"""Dates as feeds and pages write them, in every shape met in the wild."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from aggregator.model.instants import Instant
from aggregator.text.months import (
    ORDINALS,
    REGIONS,
    is_date_word,
    month_number,
    zone_hours,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDate:
    """A date that was read out of text.

    ``zoned``: the text itself named its zone. ``timed``: it gave a time of day, not just a day.
    ``rest``: the words that were no part of the date; empty where the text is a date and no more.
    """

    instant: Instant
    zoned: bool
    timed: bool
    rest: str = ""


_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:(?:[T_ ]|\s+)(?P<hour>\d{1,2}):(?P<minute>\d{1,2})"
    r"(?::(?P<second>\d{1,2})(?P<part>[.,]\d+)?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?$",
    re.IGNORECASE,
)
_RFC822 = re.compile(
    r"(?:[A-Za-z]{3},?\s+)?(?P<day>\d{1,2})\s+(?P<month>[A-Za-z]{3})\s+(?P<year>\d{4})\s+"
    r"(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s+(?P<zone>[+-]\d{4}|GMT|UTC|Z)$"
)
# W3C's profile of ISO 8601 lets Dublin Core name a month or a year alone.
_MONTH_OR_YEAR = re.compile(r"((?:19|20)\d{2})(?:-(\d{2}))?$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?Z?)?$")
# ISO 8601's other names of a day: of a week, of a year.
_WEEK_DAY = re.compile(r"(\d{4})-?W(\d{2})(?:-?([1-7]))?(?=$|T)")
_YEAR_DAY = re.compile(r"(\d{4})-(\d{3})(?=$|T)")
# What Microsoft's JSON wrote for long: milliseconds since 1970.
_MILLISECONDS = re.compile(r"\\?/Date\((\d{12,13})(?:[+-]\d{4})?\)\\?/")
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?")
_TIME = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2})(?:[:.h時时시]\s?(?P<minute>\d{2})[分분]?"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\b\.?)?|\s*(?P<only>[ap]\.?m\b\.?))",
    re.IGNORECASE,
)
_OFFSET = re.compile(
    r"(?:\b(?:GMT|UTC)\s*)?(?P<sign>[+\u2212-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?\b",
    re.IGNORECASE,
)
_REGION = re.compile(r"\b(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[\w/+-]+")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?!\d)")
_WORD = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)


def parse_date(text: str | None, zone: tzinfo = UTC) -> Instant | None:
    """The instant a date names, ``zone`` read into it where it names none; None where unreadable.

    >>> parse_date("Wed, 31 Jan 24 14:58 +0100").isoformat()
    '2024-01-31T13:58:00+00:00'
    """
    read = read_date(text, zone)
    return read.instant if read else None


def read_date(text: str | None, zone: tzinfo = UTC) -> ReadDate | None:
    """The date in a text, with what is known of it; None where there is none.

    Reads RFC 822 and its misspellings, ISO 8601, seconds and milliseconds since 1970, names of
    months in some thirty languages, years of two digits, either half of the day. Where day and
    month cannot be told apart the day stands first, except beside ``AM``/``PM``.
    """
    cleaned = " ".join((text or "").split())
    if not cleaned or len(cleaned) > 200:
        return None
    if not cleaned.isascii():
        cleaned = _plain_digits(unicodedata.normalize("NFKC", cleaned))
    cleaned = _calendar_day(_MILLISECONDS.sub(r"\1", cleaned))
    for shape in (_ISO, _RFC822):
        match = shape.match(cleaned)
        if match:
            return _from_match(match, zone)
    match = _MONTH_OR_YEAR.match(cleaned)
    if match:
        return _dated((int(match[1]), int(match[2] or 1), 1), None, None, zone, "")
    if cleaned.lstrip("-").isdigit() or _COMPACT.match(cleaned):
        return _from_digits(cleaned, zone)
    return _Reader(cleaned, zone).read()


def zone_named(name: str | None) -> tzinfo:
    """The zone of that IANA name; UTC for None. Raises `ValueError` for names there are none of."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f"{name!r} is no time zone") from error


def _calendar_day(text: str) -> str:
    """The text with a day of a week or of a year at its start named by its month."""
    try:
        if match := _WEEK_DAY.match(text):
            day = date.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1))
        elif match := _YEAR_DAY.match(text):
            day = date(int(match[1]), 1, 1) + timedelta(days=int(match[2]) - 1)
            if day.year != int(match[1]):
                return text
        else:
            return text
    except (ValueError, OverflowError):
        return text
    return f"{day.isoformat()}{text[match.end() :]}"


def _from_match(match: re.Match[str], zone: tzinfo) -> ReadDate | None:
    month = match["month"]
    number = int(month) if month.isdigit() else month_number(month)
    if number is None:
        return None
    stated = _zone_of(match["zone"]) if match["zone"] else None
    clock = None
    if match["hour"] is not None:
        clock = (int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    read = _dated((int(match["year"]), number, int(match["day"])), clock, stated, zone, "")
    part = match.groupdict().get("part")
    if read is None or not part:
        return read
    micros = int(part[1:7].ljust(6, "0"))
    return replace(read, instant=read.instant.replace(microsecond=micros))


def _from_digits(digits: str, zone: tzinfo) -> ReadDate | None:
    if digits.isdigit() and len(digits) in {9, 10, 12, 13}:
        seconds = int(digits) / (1000 if len(digits) > 10 else 1)
        return ReadDate(instant=datetime.fromtimestamp(seconds, UTC), zoned=True, timed=True)
    match = _COMPACT.match(digits)
    if not match:
        return None
    year, month, day, hour, minute, second = match.groups()
    clock = (int(hour), int(minute), int(second or 0)) if hour else None
    stated = UTC if digits.endswith("Z") else None
    return _dated((int(year), int(month), int(day)), clock, stated, zone, "")


def _dated(
    day: tuple[int, int, int],
    clock: tuple[int, int, int] | None,
    stated: tzinfo | None,
    zone: tzinfo,
    rest: str,
) -> ReadDate | None:
    hour, minute, second = clock or (0, 0, 0)
    extra = timedelta()
    if hour == 24 and minute == 0:
        hour, extra = 0, timedelta(days=1)
    try:
        local = datetime(*day, hour, minute, min(second, 59), tzinfo=stated or zone) + extra
        instant = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return ReadDate(instant=instant, zoned=stated is not None, timed=clock is not None, rest=rest)


def _zone_of(text: str) -> tzinfo | None:
    hours = zone_hours(text)
    if hours is not None:
        return timezone(timedelta(hours=hours))
    match = _OFFSET.fullmatch(text)
    if not match:
        return None
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    if offset > timedelta(hours=14):
        return None
    return timezone(offset if match["sign"] == "+" else -offset)


class _Reader:
    """Reads a date piece by piece: time, zone, then day, month and year among what is left."""

    def __init__(self, text: str, zone: tzinfo) -> None:
        self._text = text
        self._zone = zone
        self._stated: tzinfo | None = None
        self._clock: tuple[int, int, int] | None = None
        self._halved = False

    def read(self) -> ReadDate | None:
        day = self._numeric_day() if not _EAST_ASIAN.search(self._text) else self._east_asian_day()
        self._take_time()
        self._take_offset()
        words = [word.casefold() for word in _WORD.findall(self._text)]
        words = self._without_zone(words)
        if day is None:
            day, words = _named_day(words)
        else:
            day = _ordered(day, month_first=self._halved)
        if day is None:
            return None
        rest = [word for word in words if not is_date_word(word)]
        return _dated(day, self._clock, self._stated, self._zone, " ".join(rest))

    def _cut(self, match: re.Match[str]) -> None:
        self._text = f"{self._text[: match.start()]} {self._text[match.end() :]}"

    def _east_asian_day(self) -> tuple[int, int, int] | None:
        match = _EAST_ASIAN.search(self._text)
        if match is None:
            return None
        self._cut(match)
        return int(match[1]), int(match[2]), int(match[3])

    def _numeric_day(self) -> tuple[int, int, int] | None:
        match = _NUMERIC.search(self._text)
        if match is None:
            return None
        self._cut(match)
        return int(match[1]), int(match[3]), int(match[4])

    def _take_time(self) -> None:
        match = _TIME.search(self._text)
        if match is None:
            return
        hour = int(match["hour"])
        half = (match["half"] or match["only"] or "").lower()
        if half:
            self._halved = True
            if hour <= 12:
                hour = hour % 12 + (12 if half.startswith("p") else 0)
        if hour > 24 or int(match["minute"] or 0) > 59:
            return
        self._clock = (hour, int(match["minute"] or 0), int(match["second"] or 0))
        self._cut(match)
        # What stands behind the time may be its offset; before it, "-05" may be a day.
        self._after = match.start()

    def _take_offset(self) -> None:
        region = _REGION.search(self._text)
        if region:
            try:
                self._stated = zone_named(region[0])
            except ValueError:
                return
            self._cut(region)
            return
        if self._clock is None:
            return
        match = _OFFSET.search(self._text, self._after)
        if match:
            offset = _zone_of(match[0][match.start("sign") - match.start() :])
            if offset is not None:
                self._stated = offset
            self._cut(match)

    def _without_zone(self, words: list[str]) -> list[str]:
        left = []
        for word in words:
            hours = zone_hours(word) if len(word) > 1 or word == "z" else None
            if hours is not None and self._clock is not None:
                if self._stated is None:
                    self._stated = timezone(timedelta(hours=hours))
            elif word in REGIONS and self._clock is not None and self._stated is None:
                self._stated = ZoneInfo(REGIONS[word])
            else:
                left.append(word)
        return left


def _named_day(words: list[str]) -> tuple[tuple[int, int, int] | None, list[str]]:
    """Day, month by name and year among words, and the words that are none of them."""
    place = _month_place(words)
    if place is None:
        return None, words
    month = month_number(words[place])
    numbers = [(at, word) for at, word in enumerate(words) if word.isdigit()]
    used = {place}
    year = next(((at, word) for at, word in numbers if len(word) == 4), None)
    if year is None and len(numbers) >= 2:
        # RFC 822's two digits; a script that writes year - 1900 gives three for 2000 and later.
        year = next((pair for pair in reversed(numbers) if len(pair[1]) in {2, 3}), None)
    day = next((pair for pair in numbers if pair != year and int(pair[1]) <= 31), None)
    if month is None or year is None or day is None:
        return None, words
    used |= {year[0], day[0]}
    rest = [
        word
        for at, word in enumerate(words)
        if at not in used and not (at - 1 == day[0] and word in ORDINALS)
    ]
    return (_full_year(year[1]), month, int(day[1])), rest


def _month_place(words: list[str]) -> int | None:
    """Where the month stands: of two candidates the one beside a number ("mar 5 mar 2024")."""
    places = [at for at, word in enumerate(words) if month_number(word) is not None]
    if not places:
        return None
    return max(
        places,
        key=lambda at: (
            sum(words[near].isdigit() for near in (at - 1, at + 1) if 0 <= near < len(words)),
            at,
        ),
    )


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    if len(digits) == 3:
        return 1900 + year
    return year + (2000 if year < 70 else 1900)


def _ordered(numbers: tuple[int, int, int], *, month_first: bool) -> tuple[int, int, int] | None:
    first, second, third = numbers
    if first > 31:
        return first, second, third
    year = _full_year(f"{third:02}") if third < 100 else third
    if second > 12 or (month_first and first <= 12):
        return year, first, second
    return year, second, first


def _plain_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
