"""Outlets' names: what feeds call themselves, without their sections."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from aggregator.text.outlets import name_key
from aggregator.text.urls import registrable_domain

PARTS = re.compile(
    r"\s*(?:[|\uff5c\u00b7\u2022\u00ab\u00bb\u2039\u203a>:]|\s[-\u2010-\u2015/]\s|,\s)\s*"
)
"""What parts the outlet from its section in a feed's title."""

_FORMAT = re.compile(r"\s+(?:(?:(?:rss|atom|news)\s+)?feed|rss)$", re.IGNORECASE)
"""What a title says of its document after the outlet's name: `RSS feed`."""

_EDGES = " -|:>»·–—"
_NOT_WORD = re.compile(r"[\W_]+")
_IS_DOMAIN = re.compile(r"[^\s:]+\.[^\W\d][^\s:]*")
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

SECTIONS = frozenset(
    """
    world news latest home rss feed top politics business sport sports science technology health
    culture opinion international europe africa asia americas uk us usa topstories latestnews
    breakingnews worldnews allnews blog blogs articles stories comments video headlines
    """.split()
)
"""Names of sections and formats, folded: no outlet is called so."""


@lru_cache(maxsize=4096)  # a digest names a few hundred outlets thousands of times
def shown_name(title: str, key: str) -> str:
    """What an outlet is called, by its feed's title and its key: the part that is no section.

    The part that is the site's domain or a known outlet is it, else the only one that names no
    section. A title that is a section and nothing else gives the domain. A name that config or a
    source gives, which is its own key, stays as it is.

    >>> shown_name("World - CBSNews.com", "cbsnews.com")
    'CBSNews.com'
    >>> shown_name("NYT > World News", "nytimes.com")
    'NYT'
    >>> shown_name("World", "washingtonpost.com")
    'washingtonpost.com'
    >>> shown_name("TheWeek feed", "theweek.com")
    'TheWeek'
    """
    if name_key(title) == key:
        return title
    whole = _FORMAT.sub("", title.strip(_EDGES)).rstrip(_EDGES)
    if folded_name(whole) in SECTIONS:
        return key if _IS_DOMAIN.fullmatch(key) else title
    domain = registrable_domain(key) or ""
    sites = {folded_name(domain), folded_name(domain.partition(".")[0])} - {""}
    parts = [part for part in PARTS.split(whole) if part]
    own = [part for part in parts if folded_name(part) in sites]
    own = own or [part for part in parts if folded_name(part) in known_outlets()]
    own = own or [part for part in parts if folded_name(part) not in SECTIONS]
    own = [_FORMAT.sub("", part) for part in own]
    return own[0] if len(own) == 1 and len(parts) > 1 else whole or title


def folded_name(name: str) -> str:
    """A name with nothing but its letters and digits, and without its article."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = _NOT_WORD.sub("", "".join(char for char in plain if not unicodedata.combining(char)))
    return letters.removeprefix("the") if len(letters) > 5 else letters


@cache
def known_outlets() -> frozenset[str]:
    """Outlets that other people's feeds name at the end of headlines, folded."""
    return frozenset(folded_name(name) for name in _KNOWN.split("|"))
