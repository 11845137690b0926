"""Outlets: which publisher an article counts for, decided once for everybody."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aggregator.model.entry import EntrySource
from aggregator.text.urls import absolute, registrable_domain


def outlet_key(
    *,
    configured: str | None,
    source: EntrySource | None,
    site_url: str | None,
    feed_url: str | None,
    title: str | None = None,
) -> str:
    """The key that is equal exactly where the outlet is the same.

    ``outlet`` of feeds.toml decides, else the entry's own source, else the registrable domain of
    the site's link, else that of the feed's address. Feeds that share it are one outlet. An address
    that nobody registers (an IP address, a host of one word) may house many: there the feed's
    ``title`` decides.

    >>> outlet_key(configured=None, source=None, site_url="https://www.bbc.co.uk/x", feed_url=None)
    'bbc.co.uk'
    """
    if configured and configured.strip():
        return name_key(configured)
    if source is not None and (key := _owner((source.url, source.feed_url), source.title)):
        return key
    return _owner((site_url, feed_url), title) or "unknown"


def _owner(urls: Iterable[str | None], name: str | None) -> str | None:
    """The first domain that is somebody's; else the name, else the server: its host and port."""
    url = next((url for url in urls if registrable_domain(url)), None)
    domain = registrable_domain(url)
    if domain and not _is_unregistered(domain):
        return domain
    if name and name.strip() and name != domain:
        return name_key(name)
    address = absolute(url, None)
    port = urlsplit(address).port if address else None
    return f"{domain}:{port}" if port else domain


def name_key(name: str) -> str:
    """An outlet's name as a key: case, accents' composition and spacing do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _is_unregistered(host: str) -> bool:
    if "." not in host:
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
