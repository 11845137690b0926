"""One [[feeds]] entry of feeds.toml: its keys, their checks, and the `Feed` it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict

from aggregator.model.feed import Feed
from aggregator.settings.values import Interval, Zone

ALLOWED_HEADERS = frozenset(
    {"accept", "accept-language", "authorization", "cookie", "user-agent", "x-api-key"}
)
"""Request headers a feed may set: what a subscriber's access needs, nothing that breaks HTTP."""

_BARE_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?]|$)")
# Nearly every address: nothing in it to be checked or made alike. It spares a long list a second.
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(/[!-\"$-~]*)?")
_NO_HOST = re.compile(r"%20|[<>\"\\^`{|}]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def _split(address: str, text: str) -> SplitResult:
    """The parts of an address; ``text`` is how the person wrote it."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # looking at it checks it
    except ValueError as error:
        raise ValueError(f"{text!r} is no address: {error}") from None
    if parts.scheme.lower() not in _DEFAULT_PORTS:
        raise ValueError(f"{text!r} must begin with http:// or https://")
    if not parts.hostname:
        raise ValueError(f"{text!r} names no host")
    if _NO_HOST.search(parts.hostname):
        raise ValueError(f"{text!r} names no proper host: {parts.hostname.replace('%20', ' ')!r}")
    return parts


def feed_address(text: str) -> str:
    """The http or https address a person wrote: spaces encoded, a missing https:// put in.

    Lists in the wild hold both (``opencv.org/feed``, ``?type=News Item``), and both work.

    Raises:
        ValueError: it is no such address.
    """
    if _PLAIN.fullmatch(text):
        return text
    address = text.strip().replace(" ", "%20")
    if any(character.isspace() or not character.isprintable() for character in address):
        raise ValueError(f"{text!r} holds a control character")
    if _BARE_HOST.match(address):
        address = f"https://{address}"
    _split(address, text)
    return address


def same_address(text: str) -> str:
    """A form that two spellings of one address share: case of the host, port, fragment."""
    address = feed_address(text)
    if plain := _PLAIN.fullmatch(address):
        return address if plain[1] else f"{address}/"
    parts = _split(address, text)
    host = parts.hostname or ""
    if parts.port and parts.port != _DEFAULT_PORTS[parts.scheme.lower()]:
        host = f"{host}:{parts.port}"
    user = f"{parts.username or ''}@" if parts.username else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{user}{host}{parts.path or '/'}{query}"


def _headers(value: dict[str, str]) -> dict[str, str]:
    for name, content in value.items():
        if name.lower() not in ALLOWED_HEADERS:
            allowed = ", ".join(sorted(ALLOWED_HEADERS))
            raise ValueError(f"the header {name!r} may not be set; these may: {allowed}")
        if not content.isprintable():
            raise ValueError(f"the header {name!r} holds a control character")
    return value


class FeedEntry(BaseModel):
    """The keys of an entry. Only ``url`` must be there."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    url: Annotated[str, AfterValidator(feed_address)]
    title: str | None = None
    category: str | None = None
    timezone: Zone | None = None
    interval: Interval | None = None
    outlet: str | None = None
    full_text: bool = False
    paused: bool = False
    headers: Annotated[dict[str, str], AfterValidator(_headers)] = {}

    def feed(self, line: int | None) -> Feed:
        """The subscription, with the line it stands at."""
        return Feed(
            url=self.url,
            title=self.title or None,
            category=self.category or None,
            timezone=self.timezone,
            interval=self.interval,
            outlet=self.outlet or None,
            full_text=self.full_text,
            paused=self.paused,
            headers=tuple(self.headers.items()),
            line=line,
        )


class FeedList(BaseModel):
    """All of feeds.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    feeds: list[FeedEntry] = []


def entry_values(feed: Feed) -> Mapping[str, Any]:
    """What feeds.toml says of a feed: its keys with values other than the default, in order."""
    from aggregator.settings.durations import duration_text

    values: dict[str, Any] = {
        "url": feed.url,
        "title": feed.title,
        "category": feed.category,
        "timezone": feed.timezone,
        "interval": duration_text(feed.interval) if feed.interval else None,
        "outlet": feed.outlet,
        "full_text": feed.full_text or None,
        "paused": feed.paused or None,
        "headers": dict(feed.headers) or None,
    }
    return {key: value for key, value in values.items() if value is not None}
