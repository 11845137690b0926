"""Dates as feeds and pages write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.dates import parse_date, read_date, zone_named

EXPECTED = "2024-01-31T13:58:00+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "Wed, 31 Jan 2024 13:58:00 GMT",
        "Wed, 31 Jan 2024 13:58 +0000",
        "31 Jan 2024 13:58:00 Z",
        "Wed, 31 Jan 24 14:58:00 +0100",
        "Wed, 31 Jan 2024 14:58:00 +01:00",
        "Wed, 31 Jan 2024 14:58:00 GMT+1",
        "Wed, 31 Jan 124 13:58:00 GMT",
        "Wed, 31 January 2024 08:58:00 EST",
        "Wed Jan 31 13:58:00 UTC 2024",
        "Wed Jan 31 13:58:00 2024",
        "2024-01-31T13:58:00Z",
        "2024-01-31t13:58z",
        "2024-01-31 13:58:00",
        "2024-01-31T19:28:00+05:30",
        "2024-01-31T13:58:00+0000",
        "2024-01-31 14:58:00 Europe/Berlin",
        "20240131T135800Z",
        "2024-W05-3T13:58:00Z",
        "2024-031T13:58:00Z",
        "2024-1-31T13:58:0Z",
        "/Date(1706709480000)/",
        "20240131135800",
        "1706709480",
        "1706709480000",
        "January 31, 2024 at 1:58 pm",
        "Jan. 31, 2024 8:58 a.m. ET",
        "31 January 2024 | 13.58",
        "13:58, 31 January 2024",
        "1/31/2024 1:58:00 PM",
        "31/01/2024 13:58",
        "31.01.2024 13:58",
        "2024/01/31 13:58",
        "31 janvier 2024 à 13h58",
        "mié, 31 ene 2024 13:58:00 +0000",
        "Mi, 31 Jän 2024 14:58:00 MEZ",
        "mer, 31 gen 2024 13:58:00 +0000",
        "31 de janeiro de 2024 às 13h58",
        "ср, 31 янв 2024 16:58:00 +0300",
        "31 stycznia 2024, 13:58",
        "31 Ocak 2024 13:58",
        "2024年1月31日 13:58",
        "2024년 1월 31일 13:58",
        "٣١ يناير ٢٠٢٤ 13:58",
        "Published: January 31, 2024 1:58 pm",
    ],
)
def test_one_instant_in_many_shapes(text: str) -> None:
    read = parse_date(text)
    assert read is not None
    assert read.isoformat() == EXPECTED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sat, 02 Mar 2024 24:00:00 +0000", "2024-03-03T00:00:00+00:00"),
        ("Fri, 30 Jun 2017 23:59:60 GMT", "2017-06-30T23:59:59+00:00"),
        ("mar, 05 mar 2024 10:00:00 +0000", "2024-03-05T10:00:00+00:00"),
        ("2024-01-31", "2024-01-31T00:00:00+00:00"),
        ("2024-01", "2024-01-01T00:00:00+00:00"),
        ("2024W053", "2024-01-31T00:00:00+00:00"),
        ("2024-W05", "2024-01-29T00:00:00+00:00"),
        ("2004", "2004-01-01T00:00:00+00:00"),
        ("05/02/2024", "2024-02-05T00:00:00+00:00"),
        ("05/02/2024 1:00 PM", "2024-05-02T13:00:00+00:00"),
        ("2024-01-31T13:58:00.25Z", "2024-01-31T13:58:00.250000+00:00"),
        ("5 Feb 99 10:00 GMT", "1999-02-05T10:00:00+00:00"),
        ("12 am, 5 Feb 2024", "2024-02-05T00:00:00+00:00"),
        ("12:30 pm, 5 Feb 2024", "2024-02-05T12:30:00+00:00"),
    ],
)
def test_corners_of_the_calendar(text: str, expected: str) -> None:
    read = parse_date(text)
    assert read is not None
    assert read.isoformat() == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", None, "yesterday", "Jan 5", "32 Jan 2024", "2024-13-01", "31 Feb 2024"),
        *("2024-W54-1", "2024-000", "2024-367"),
        *("1:58 pm", "Mon, 05 Feb 2024 25:10:00 GMT", "x" * 500, "99999999999999999999"),
    ],
)
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert parse_date(text) is None


def test_a_zone_is_read_into_a_date_that_names_none() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    winter, summer = "31 Jan 2024 14:58", "31 Jul 2024 15:58"
    assert parse_date(winter, berlin) == datetime(2024, 1, 31, 13, 58, tzinfo=UTC)
    assert parse_date(summer, berlin) == datetime(2024, 7, 31, 13, 58, tzinfo=UTC)
    named = read_date("31 Jan 2024 13:58 GMT", berlin)
    assert named is not None
    assert (named.zoned, named.instant) == (True, datetime(2024, 1, 31, 13, 58, tzinfo=UTC))


def test_the_words_beside_a_date_are_handed_back() -> None:
    read = read_date("Iraq was invaded on March 20, 2003 at dawn")
    assert read is not None
    assert read.rest == "iraq was invaded dawn"
    assert not read.timed


@given(st.text(max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    read = read_date(text)
    assert read is None or read.instant.tzinfo is UTC


@given(st.integers(631152000, 4102444800))
def test_what_servers_write_is_read_back(seconds: int) -> None:
    instant = datetime.fromtimestamp(seconds, UTC)
    for text in (
        instant.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        instant.isoformat(),
        instant.strftime("%B %d, %Y %I:%M:%S %p UTC"),
    ):
        assert parse_date(text) == instant


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(ValueError, match="Mars/Olympus"):
        zone_named("Mars/Olympus")
