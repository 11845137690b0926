"""Authors: names out of what feeds write for them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aggregator.text.markup import clean, title_text

_EMAIL = r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"
# RSS: "address (Name)"; mail: "Name <address>".
_RSS_FORM = re.compile(rf"^{_EMAIL}\s*\((?P<name>[^()]+)\)$")
_MAIL_FORM = re.compile(rf"^(?P<name>[^<>]+?)\s*<{_EMAIL}>$")
_BY = re.compile(
    r"^(?:(?:written|posted|reported|story|text|words)\s+by|by|von|par|por|di|door|av|od|от|автор|autor)[\s:]\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*(?:;|\||\s&\s|,\s+and\s|\sand\s|\sund\s|\set\s|\sy\s|\se\s|\sen\s|\sи\s)\s*"
)
_COMMA = re.compile(r",\s+")
_ROLES = re.compile(
    r"\b(?:editor|correspondent|reporter|writer|staff|desk|bureau|team|jr\.?|sr\.?|phd|md|in\s\w+|inc\.?|ltd\.?|"
    r"agencies|news|redaktion|rédaction|redacción|redazione)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://|www\.")
# A byline at the head of a body: "By Anna Weber" and, it may be, where she sits.
_BODY_BYLINE = re.compile(
    r"^by\s+(?P<names>(?:[A-ZÀ-Þ][\w'’.-]+\s){1,3}[A-ZÀ-Þ][\w'’.-]+(?:(?:,\s|\sand\s|,\sand\s)(?:[A-ZÀ-Þ][\w'’.-]+\s){1,3}[A-ZÀ-Þ][\w'’.-]+){0,3})$",
    re.IGNORECASE,
)


def authors_of(stated: Iterable[str]) -> tuple[str, ...]:
    """Names, each once: without addresses and "By", lists of names parted.

    >>> authors_of(["desk@example.org (Ana Ruiz)", "By Jo Lee and Max Orr", "Ana Ruiz"])
    ('Ana Ruiz', 'Jo Lee', 'Max Orr')
    """
    names: dict[str, str] = {}
    for text in stated:
        for name in _names(title_text(text)):
            names.setdefault(name.casefold(), name)
    return tuple(names.values())


def byline_of(paragraph: str) -> tuple[str, ...] | None:
    """The names in a paragraph that is a byline and nothing else; None for any other."""
    match = _BODY_BYLINE.match(paragraph) if len(paragraph) < 120 else None
    return authors_of([match["names"]]) if match else None


def _names(text: str) -> list[str]:
    match = _RSS_FORM.match(text) or _MAIL_FORM.match(text)
    name = _BY.sub("", match["name"] if match else text).strip(" ,;|-–—")
    if not name or _ADDRESS.search(name):
        return [name] if name else []
    parts = [part for part in _BETWEEN.split(name) if part]
    # "Anna Weber, Berlin correspondent" is one person; "Anna Weber, Jo Lee" are two.
    found = []
    for part in parts:
        pieces = _COMMA.split(part)
        listed = len(pieces) > 1 and all(
            2 <= len(piece.split()) <= 4 and not _ROLES.search(piece) for piece in pieces
        )
        found.extend(pieces if listed else [part])
    return [clean(part) for part in found if clean(part)]
