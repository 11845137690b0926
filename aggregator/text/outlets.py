"""Outlets: which publisher an article counts for, decided once for everybody."""

from __future__ import annotations

import unicodedata
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
) -> str:
    """The key that is equal exactly where the outlet is the same.

    ``outlet`` of feeds.toml decides, else the entry's own source, else the registrable domain of
    the site's link, else that of the feed's address. Feeds that share it are one outlet.

    >>> outlet_key(configured=None, source=None, site_url="https://www.bbc.co.uk/x", feed_url=None)
    'bbc.co.uk'
    """
    if configured and configured.strip():
        return name_key(configured)
    if source is not None:
        site = _site(source.url) or _site(source.feed_url)
        if site:
            return site
        if source.title and source.title.strip():
            return name_key(source.title)
    return _site(site_url) or _site(feed_url) or "unknown"


def name_key(name: str) -> str:
    """An outlet's name as a key: case, accents' composition and spacing do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _site(url: str | None) -> str | None:
    """The registrable domain; of an address that nobody registers, the server: host and port."""
    domain = registrable_domain(url)
    if domain is None or not _is_unregistered(domain):
        return domain
    address = absolute(url, None)
    port = urlsplit(address).port if address else None
    return f"{domain}:{port}" if port else domain


def _is_unregistered(host: str) -> bool:
    if "." not in host:
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
