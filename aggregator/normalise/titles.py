"""Titles: the outlet's name taken off their end, without harm to real titles."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aggregator.text.outlet_names import PARTS, SECTIONS, folded_name, known_outlets
from aggregator.text.urls import registrable_domain

# A title's own dash joins halves of a sentence; one before an outlet's name stands between spaces.
_SEPARATOR = re.compile(
    r"\s+(?:[-\u2010-\u2015\u00b7\u2022:\u00ab\u00bb\u2039\u203a>/]|\|\||::|--)\s+|\s*[|\uff5c]\s*"
)


def strip_outlet(title: str, names: Iterable[str]) -> str:
    """The title without a separator and outlet name at its end.

    ``names`` are what the outlet is called: titles of feed and source, its configured name, its
    addresses. What would leave less than two words, or half a quotation, is left as it is.

    >>> strip_outlet("Minister resigns - The Guardian", ["World news | The Guardian"])
    'Minister resigns'
    >>> strip_outlet("Love - Actually", ["Film notes"])
    'Love - Actually'
    """
    known = _folded_names(names)
    for _ in range(2):
        cuts = list(_SEPARATOR.finditer(title))
        if not cuts:
            return title
        cut = cuts[-1]
        ending = title[cut.end() :]
        if not _names_outlet(ending, known, bar=cut[0].strip() in {"|", "||"}):
            return title
        rest = title[: cut.start()].rstrip(" -|–—")
        if len(rest.split()) < 2 and len(rest) < 8:
            return title
        title = rest
    return title


def _names_outlet(ending: str, known: frozenset[str], *, bar: bool) -> bool:
    folded = folded_name(ending)
    if not folded or len(ending) > 60:
        return False
    if folded in known:
        return True
    # "Breaking News" and "The Herald" in one ending: "… - World news, The Herald".
    if any(folded_name(part) in known for part in PARTS.split(ending)) and len(ending.split()) <= 6:
        return True
    return folded in known_outlets() and (bar or len(ending.split()) <= 5)


def _folded_names(names: Iterable[str]) -> frozenset[str]:
    known = set()
    for name in names:
        if "://" in name:
            domain = registrable_domain(name) or ""
            known |= {folded_name(domain), folded_name(domain.partition(".")[0])}
            continue
        known |= {folded_name(part) for part in (name, *PARTS.split(name))}
    # Sections and formats are no names: "Peace talks - World" keeps its ending.
    return frozenset(name for name in known if len(name) > 1 and name not in SECTIONS)
