"""Datelines and agencies: where a text was filed, and by which wire.

An agency counts only where wires sign: in the dateline, in the byline, or in the closing line.
A mention in running text ("… as saying by IRNA") is a source, not the author.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from aggregator.text.places import is_city

_AGENCIES = {
    "Reuters": "reuters|thomson reuters|rtr|reuters health|thomson reuters foundation",
    "AP": "ap|associated press|the associated press",
    "AFP": "afp|agence france-presse|agence france presse",
    "dpa": "dpa|deutsche presse-agentur|dpa-afx|dpa-infocom|dpa/lni|dpa/tmn",
    "ANSA": "ansa|agenzia ansa",
    "EFE": "efe|agencia efe",
    "Xinhua": "xinhua|xinhuanet|xinhua news agency|新华社",
    "TASS": "tass|itar-tass|тасс",
    "RIA Novosti": "ria novosti|риа новости|ria",
    "Interfax": "interfax|интерфакс",
    "Ukrinform": "ukrinform|укринформ|укрінформ",
    "PTI": "pti|press trust of india",
    "IANS": "ians",
    "ANI": "ani",
    "UNI": "uni",
    "APP": "app",
    "Kyodo": "kyodo|kyodo news",
    "Jiji": "jiji|jiji press",
    "Yonhap": "yonhap|yonhap news agency|yonhap news",
    "Anadolu": "anadolu|anadolu agency|aa|anadolu ajansı|anadolu agency (aa)",
    "Bernama": "bernama",
    "Antara": "antara",
    "CNA": "cna",
    "UPI": "upi|united press international",
    "Bloomberg": "bloomberg|bloomberg news",
    "PA": "pa|pa media|press association",
    "The Canadian Press": "the canadian press|canadian press|la presse canadienne",
    "AAP": "aap|australian associated press",
    "APA": "apa",
    "Keystone-SDA": "keystone-sda|sda|keystone-ats|ats",
    "SID": "sid",
    "KNA": "kna",
    "epd": "epd",
    "Belga": "belga",
    "ANP": "anp",
    "NTB": "ntb",
    "TT": "tt",
    "Ritzau": "ritzau",
    "STT": "stt",
    "PAP": "pap",
    "ČTK": "čtk",
    "MTI": "mti",
    "Agerpres": "agerpres",
    "Lusa": "lusa",
    "Europa Press": "europa press",
    "Agência Brasil": "agência brasil|agencia brasil",
    "Télam": "télam|telam",
    "Notimex": "notimex",
    "Prensa Latina": "prensa latina",
    "WAM": "wam",
    "SPA": "spa",
    "QNA": "qna",
    "KUNA": "kuna",
    "Petra": "petra",
    "MENA": "mena",
    "SANA": "sana",
    "WAFA": "wafa",
    "IRNA": "irna",
    "Fars": "fars",
    "NAN": "nan",
    "GNA": "gna",
    "VNA": "vna",
    "KCNA": "kcna",
}
# Letters that are words or names of their own: they sign only inside brackets or slashes.
_BRACKETED_ONLY = frozenset(
    """
    ap aa pa tt ani uni app ria apa sid epd ats nan spa mena cna sana pap stt petra fars wam
    wafa
    """.split()
)

_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-ЯЁІЇЄҐ]"
_NAME = rf"{_CAPITAL}[\w'’.-]*"
# "Rio de Janeiro", "Frankfurt am Main", "Sharm el-Sheikh", "Sao Paulo/Brasilia".
_INNER = (
    rf"(?:{_NAME}|de|del|della|di|do|da|la|le|el|al|ar|as|es|of|the|sur|am|an|der|den|upon|und|and|&|"
    rf"(?:al|el|ar|as|es)-{_NAME})"
)
_CITY = rf"{_CAPITAL}[\w'’./-]*(?:\s{_INNER}(?:/{_NAME})?){{0,4}}"
_PLACE = rf"(?P<place>{_CITY}(?:,\s{_NAME}(?:\s{_NAME}){{0,2}}){{0,2}})"
_DAY = (
    r"(?:,?\s(?:\d{1,2}\.?\s?(?:de\s)?[^\W\d_]{3,10}\.?|[^\W\d_]{3,10}\.?\s\d{1,2})"
    r"(?:,?\s\d{4})?(?:\s?г\.)?)?"
)
_DASH = r"(?:\s?(?:[-\u2010-\u2015\u2212]{1,2}|\.[-\u2010-\u2015])\s?)"
_SIGN = r"[(/\[](?P<agency>[^()/\[\]]{2,40}(?:/[^()/\[\]]{2,12})?)[)/\]]"

# "BAGHDAD, Jan 31 (Reuters) - ", "Berlin (dpa/lni) - ", "MOSCOW, January 31. /TASS/. "
_SIGNED = re.compile(
    rf"{_PLACE}{_DAY}[.,:]?\s*{_SIGN}\s*(?:{_DASH}|[.:]\s*[-\u2010-\u2015]*\s*|\s(?=\w))"
)
# "(ANSA) - ROMA, 31 GEN - "
_SIGN_FIRST = re.compile(rf"{_SIGN}{_DASH}(?:{_PLACE}{_DAY}{_DASH})?")
# "LONDON — ", "PARIS, Jan 5 — ", "WASHINGTON, D.C. – ": capitals, else it is a sentence.
_UNSIGNED = re.compile(rf"{_PLACE}(?P<day>{_DAY})\s*(?:[\u2013-\u2015]|--|\s-\s)\s*(?=\S)")
# "NEW DELHI: ", as South Asian papers write; capitals only.
_COLON = re.compile(
    r"(?P<place>[A-Z][A-Z.'’-]+(?:[ /][A-Z][A-Z.'’-]+){0,3})"
    r"(?:,\s[A-Z][a-z]{2,8}\.?\s\d{1,2})?\s?:\s(?=[\"“‘A-Z\d])"
)
_CAPITALS_ONLY = re.compile(r"[^a-zß-öø-ÿ]{3,}")
# "WASHINGTON, D.C.", "TUSCALOOSA, Ala.": the stop is the place's own.
_ABBREVIATED = re.compile(r"\b(?:[A-Z]\.){2}$|, [A-Z][a-z]{1,4}\.$")

_CREDIT_CLOSE = re.compile(
    r"(?:reporting|writing|additional reporting|compiled)\s+by\s.{3,200}?;?\s*"
    r"(?:editing|writing|compiled|additional)\b.{0,200}",
    re.IGNORECASE | re.DOTALL,
)
_CLOSING = re.compile(
    r"^(?:[\W_]*(?:source|sources|quelle|fuente|fonte|via|with\s+(?:inputs?|agency\s+inputs?)\s+from|"
    r"with\s+(?:reporting|files)\s+(?:from|by)|inputs?\s+from|by|from|avec|"
    r"mit\s+material\s+(?:von|der)|con\s+información\s+de|"
    r"©\s?(?:\d{4})?|copyright\s?(?:©)?\s?(?:\d{4})?)?\s*:?)?"
    r"[\W_]*(?P<agency>[^\W\d_][\w. /'-]{1,30}?)[\W_]*\d{0,4}[\W_]*$",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"[.!?”\"’»]\s*(?:[\[(](?P<bracketed>[\w. /-]{2,30})[\])]|"
    r"[\u2013-\u2015-]{1,2}\s?(?P<dashed>[\w. /-]{2,30})|"
    r"/(?P<slashed>[\w. -]{2,20})/)\s*\.?$"
)
_BYLINE = re.compile(r"^(?:by|von|par|por|di|de|door|от)\s+(?P<agency>.{2,40}?)\.?$", re.IGNORECASE)


def agency_named(name: str, *, bracketed: bool = True) -> str | None:
    """The agency a signature names, in the spelling of the schema; None for other words.

    ``bracketed`` False leaves out short names that are words as well ("AA", "UNI").

    >>> agency_named("Agence France-Presse"), agency_named("dpa/lni"), agency_named("Smith")
    ('AFP', 'dpa', None)
    """
    folded = " ".join(name.casefold().strip(" .,-–—").split())
    if not bracketed and folded in _BRACKETED_ONLY:
        return None
    found = _by_name().get(folded)
    if found is None and "/" in folded:
        parts = (agency_named(part, bracketed=bracketed) for part in folded.split("/"))
        found = next((part for part in parts if part), None)
    return found


def dateline(paragraphs: Sequence[str]) -> tuple[str | None, str | None]:
    """Place and agency of the dateline at the head of the text; None for what it does not name.

    >>> dateline(["BAGHDAD (Reuters) - The faction said on Tuesday it would stop."])
    ('BAGHDAD', 'Reuters')
    >>> dateline(["Iraq: the faction said it would stop."])
    (None, None)
    """
    for paragraph in paragraphs[:2]:
        found = _dateline_of(paragraph[:160])
        if found != (None, None):
            return found
    return None, None


def wire_of(paragraphs: Sequence[str], authors: Sequence[str]) -> str | None:
    """The agency that bylines or closing lines name; the dateline is asked before (`dateline`)."""
    for author in authors:
        for part in re.split(r"\s+(?:and|with|/|\||&)\s+|,\s*|\s*[/|]\s*", author):
            match = _BYLINE.match(part)
            found = agency_named(match["agency"] if match else part)
            if found:
                return found
    for paragraph in paragraphs[:2]:
        match = _BYLINE.match(paragraph)
        found = (
            agency_named(match["agency"], bracketed=False)
            if match
            else agency_named(paragraph, bracketed=False)
        )
        if found and len(paragraph) < 60:
            return found
    for paragraph in reversed(paragraphs[-3:]):
        found = _closing(paragraph)
        if found:
            return found
    return None


def _closing(paragraph: str) -> str | None:
    if len(paragraph) <= 80:
        match = _CLOSING.match(paragraph)
        if match:
            return agency_named(match["agency"], bracketed=paragraph.strip()[:1] in "([/—–-")
    tail = paragraph[-400:]
    if len(paragraph) <= 500 and _CREDIT_CLOSE.fullmatch(paragraph.strip(" ()[]")):
        # Only Reuters signs its texts in this shape.
        return "Reuters"
    match = _TRAILING.search(tail)
    if match:
        named = match["bracketed"] or match["slashed"]
        if named:
            return agency_named(named)
        dashed = match["dashed"]
        # "— AP" signs; "— aa" is a slip of the pen.
        return agency_named(dashed, bracketed=dashed.isupper())
    return None


def _dateline_of(text: str) -> tuple[str | None, str | None]:
    match = _SIGNED.match(text) or _SIGN_FIRST.match(text)
    if match:
        agency = agency_named(match["agency"])
        if agency:
            place = match["place"]
            return (_place(place) if place else None), agency
    match = _UNSIGNED.match(text)
    if match and _is_believed(match["place"], dated=bool(match["day"])):
        return _place(match["place"]), None
    match = _COLON.match(text)
    if match and _is_believed(match["place"], dated=False):
        return _place(match["place"]), None
    return None, None


def _is_believed(place: str, *, dated: bool) -> bool:
    """Whether capitals before a dash are a place: "UPDATE –" is none, "UVALDE, Texas –" is one."""
    city, _, region = place.partition(", ")
    if not _CAPITALS_ONLY.fullmatch(city):
        return False
    if dated or (region and (not region.isupper() or _ABBREVIATED.search(place))):
        return True
    return is_city(city) or any(is_city(part) for part in city.split("/"))


def _place(text: str) -> str:
    return text.strip(" ,;:") if _ABBREVIATED.search(text) else text.strip(" ,.;:")


@cache
def _by_name() -> dict[str, str]:
    return {name: agency for agency, names in _AGENCIES.items() for name in names.split("|")}
