"""Secrets in addresses and headers: the passwords and tokens that some people write there."""

from __future__ import annotations

import re
from collections.abc import Callable

MASK = "***"

_NAMED = re.compile(r"\$\{[^{}]+\}")
_PLAIN_HEADERS = frozenset({"accept", "accept-language"})

_LOGIN = re.compile(r"(?<=://)([^/?#\s:@]*):([^/?#\s]+)@")
# Some sites take a token in place of a name.
_NAME_ALONE = re.compile(r"(?<=//)(?<=http://|ttps://)([^/?#\s:@]+)@")
_IN_QUERY = re.compile(
    r"([?&](?:\w+[_-])?(?:password|passwd|pwd|token|secret|key|apikey|auth|sig|signature)=)"
    r"([^&#\s]+)",
    re.IGNORECASE,
)


def masked_address(text: str) -> str:
    """A text with the passwords and tokens of the addresses in it masked.

    >>> masked_address("https://me:hush@example.org/rss?token=hush&page=2")
    'https://me:***@example.org/rss?token=***&page=2'
    """
    return with_secrets(text, lambda _: MASK)


def holds_secret(text: str) -> bool:
    """Whether an address in the text holds a password or a token."""
    if "://" not in text or ("@" not in text and "=" not in text):
        return False
    return masked_address(text) != text


def with_secrets(text: str, by: Callable[[str], str]) -> str:
    """The text with each secret of the addresses in it replaced by what this makes of it."""
    text = _LOGIN.sub(lambda found: f"{found[1]}:{by(found[2])}@", text)
    text = _NAME_ALONE.sub(lambda found: f"{by(found[1])}@", text)
    return _IN_QUERY.sub(lambda found: f"{found[1]}{by(found[2])}", text)


def gives_access(header: str, value: str) -> bool:
    """Whether a request header holds a secret itself, and does not only name one as ``${name}``."""
    return header.lower() not in _PLAIN_HEADERS and not _NAMED.search(value)
