"""Titles: the outlet's name taken off their end, without harm to real titles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from aggregator.text.urls import registrable_domain

# A title's own dash joins halves of a sentence; one before an outlet's name stands between spaces.
_SEPARATOR = re.compile(
    r"\s+(?:[-\u2010-\u2015\u00b7\u2022:\u00ab\u00bb\u2039\u203a>/]|\|\||::|--)\s+|\s*[|\uff5c]\s*"
)
_PARTS = re.compile(
    r"\s*(?:[|\uff5c\u00b7\u2022\u00ab\u00bb\u2039\u203a>:]|\s[-\u2010-\u2015/]\s|,\s)\s*"
)
_NOT_WORD = re.compile(r"[\W_]+")
# Outlets whose names stand at the end of headlines in other people's feeds as well.
_KNOWN = """
    Reuters|AP News|Associated Press|The Associated Press|AFP|BBC|BBC News|BBC Sport|The Guardian|
    Guardian|The New York Times|New York Times|The Washington Post|Washington Post|CNN|CNN.com|CNBC|
    NBC News|CBS News|ABC News|Fox News|NPR|PBS NewsHour|The Wall Street Journal|WSJ|Bloomberg|
    Bloomberg.com|Financial Times|The Economist|The Times|The Telegraph|The Independent|Sky News|
    Al Jazeera|DW|France 24|Euronews|Politico|POLITICO|Axios|The Hill|USA TODAY|Los Angeles Times|
    The Verge|Ars Technica|TechCrunch|WIRED|Deutsche Welle|Middle East Monitor|Yahoo News|
    Yahoo Finance|
    Times of India|The Times of India|The Hindu|Hindustan Times|NDTV|Le Monde|Le Figaro|Libération|
    Der Spiegel|DER SPIEGEL|Spiegel Online|tagesschau.de|ZEIT ONLINE|EL PAÍS|El País|
    Corriere della Sera|
    la Repubblica|South China Morning Post|The Japan Times|Haaretz|The Jerusalem Post|Forbes
"""


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
    folded = _fold(ending)
    if not folded or len(ending) > 60:
        return False
    if folded in known:
        return True
    # "Breaking News" and "The Herald" in one ending: "… - World news, The Herald".
    if any(_fold(part) in known for part in _PARTS.split(ending)) and len(ending.split()) <= 6:
        return True
    return folded in _known_outlets() and (bar or len(ending.split()) <= 5)


def _folded_names(names: Iterable[str]) -> frozenset[str]:
    known = set()
    for name in names:
        if "://" in name:
            domain = registrable_domain(name) or ""
            known |= {_fold(domain), _fold(domain.partition(".")[0])}
            continue
        known |= {_fold(part) for part in (name, *_PARTS.split(name))}
    # Sections and formats are no names: "Peace talks - World" keeps its ending.
    return frozenset(name for name in known if len(name) > 1 and name not in _SECTIONS)


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = _NOT_WORD.sub("", "".join(char for char in plain if not unicodedata.combining(char)))
    return letters.removeprefix("the") if len(letters) > 5 else letters


_SECTIONS = frozenset(
    """
    world news latest home rss feed top politics business sport sports science technology health
    culture opinion international europe africa asia americas uk us usa topstories latestnews
    breakingnews worldnews allnews blog blogs articles stories comments video headlines
    """.split()
)


@cache
def _known_outlets() -> frozenset[str]:
    return frozenset(_fold(name) for name in _KNOWN.split("|"))
