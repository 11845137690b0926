"""The kinds of values that settings and feeds have, and what is wrong with others, in words."""

from __future__ import annotations

import re
from datetime import timedelta
from email.utils import parseaddr
from ipaddress import ip_address, ip_network
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator

from aggregator.settings.durations import duration_text, parse_duration

_ADDRESS = re.compile(r"[^@\s<>\"(),:;]+@[^@\s<>\"(),:;]+")


def _duration(value: Any) -> Any:
    if isinstance(value, str):
        return parse_duration(value)
    if isinstance(value, timedelta):
        return value
    raise ValueError('write a duration as text: a number and a unit, as in "30m" or "2h"')


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError as error:
        raise ValueError(f'{error}; write a CIDR block as in "192.168.0.0/16"') from None


def zone_name(text: str) -> str:
    """The same text, if it names a time zone. Raises ValueError."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {text!r}") from None
    return text


def at_least(least: timedelta) -> AfterValidator:
    """A bound on a duration."""

    def check(value: timedelta) -> timedelta:
        if value < least:
            raise ValueError(
                f"{duration_text(value)} is too short: it must be at least {duration_text(least)}"
            )
        return value

    return AfterValidator(check)


def _database_url(text: str) -> str:
    scheme = urlsplit(text).scheme.partition("+")[0]
    if text and scheme not in ("sqlite", "postgresql", "postgres"):
        raise ValueError(
            'a database is named as "sqlite:///file.db" or "postgresql://user@host/name"'
        )
    return text


def _clock_time(text: str) -> str:
    hours, colon, minutes = text.partition(":")
    digits = colon and hours.isdigit() and minutes.isdigit() and len(minutes) == 2
    if digits and int(hours) < 24 and int(minutes) < 60:
        return f"{int(hours):02}:{minutes}"
    raise ValueError(f'{text!r} is no time of day: write it as in "07:00"')


def _mail_address(text: str) -> str:
    name, address = parseaddr(text)
    if not address.isascii() or not _ADDRESS.fullmatch(address) or not name.isprintable():
        raise ValueError(f"{text!r} is no mail address; write it as in me@example.org")
    return text


def is_loopback(host: str) -> bool:
    """Whether listening there is listening to this machine alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Listed = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
"""TOML and JSON know lists alone; a frozen value holds a tuple."""
Interval = Annotated[Duration, at_least(timedelta(minutes=10))]
Network = Annotated[str, AfterValidator(_network)]
Zone = Annotated[str, AfterValidator(zone_name)]
ClockTime = Annotated[str, AfterValidator(_clock_time)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
