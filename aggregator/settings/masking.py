"""Keeping secrets out of what people and logs are shown."""

from __future__ import annotations

import re
from typing import Any

MASK = "***"

_USER_INFO = re.compile(r"(?<=://)([^/@\s:]*):[^/@\s]*@")
_QUERY_SECRET = re.compile(
    r"([?&](?:password|passwd|token|secret|key|apikey|api_key)=)[^&#\s]+", re.IGNORECASE
)


def masked(value: Any, *, secret: bool = False) -> Any:
    """The value as it may be shown: a secret as stars, an address without its password.

    >>> masked("postgresql://news:hush@db/news")
    'postgresql://news:***@db/news'
    """
    if not isinstance(value, str) or not value:
        return value
    if secret and "://" not in value:
        return MASK
    return masked_address(value)


def masked_address(text: str) -> str:
    """A text with the passwords and tokens of the addresses in it masked."""
    return _QUERY_SECRET.sub(rf"\1{MASK}", _USER_INFO.sub(rf"\1:{MASK}@", text))
