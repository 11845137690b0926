"""Addresses of strangers, let through where they lead to the web and nowhere else."""

from __future__ import annotations

import re

_WEB = re.compile(r"https?://[^/\s\\?#@]", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def web_link(url: str | None) -> str | None:
    """The address if it is an http or https one and holds no control character; else None.

    The normaliser let only such addresses in; whatever renders one asks again, because a database
    may have been filled by something else.

    >>> web_link("javascript:alert(1)") is None
    True
    """
    if url is None or not _WEB.match(url) or _UNSAFE.search(url):
        return None
    return url
