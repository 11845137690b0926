"""Addresses inside a document, made absolute against the base in force where they stand."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

_IGNORED = re.compile(r"[\x00-\x1f\x7f]")
_NO_SCHEME = re.compile(r"www\.[\w-]+\.\w", re.IGNORECASE)
_EXTRA_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)/+")


def resolve(address: str, base: str | None) -> str:
    """The address against its base (RFC 3986 §5); as it stands where it cannot be resolved.

    >>> resolve("../a?x=1", "https://example.org/feeds/news.xml")
    'https://example.org/a?x=1'
    """
    said = _EXTRA_SLASHES.sub(r"\1", _IGNORED.sub("", address).strip())
    if _NO_SCHEME.match(said):
        return f"http://{said}"  # what a browser makes of it where a person types it
    if not said or not base:
        return said
    try:
        return urljoin(base, said)
    except ValueError:
        return said


def is_absolute(address: str | None) -> bool:
    """Whether an address names a scheme and a host of its own."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc)
