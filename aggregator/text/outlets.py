"""Outlets: which publisher an article counts for, decided once for everybody."""

from __future__ import annotations

import unicodedata

from aggregator.model.entry import EntrySource
from aggregator.text.urls import registrable_domain


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
        domain = registrable_domain(source.url) or registrable_domain(source.feed_url)
        if domain:
            return domain
        if source.title and source.title.strip():
            return name_key(source.title)
    return registrable_domain(site_url) or registrable_domain(feed_url) or "unknown"


def name_key(name: str) -> str:
    """An outlet's name as a key: case, accents' composition and spacing do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
