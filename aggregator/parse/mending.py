"""Mends what most malformed feeds get wrong, so that a strict parser reads them after all.

Strict reading is faster than feedparser's regular expressions and knows namespaces. Four faults
make up nearly all: a bare ampersand, a reference to no character, a ``<`` that begins no tag, and
a prefix that was never declared. CDATA is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Container
from html.entities import name2codepoint

_PARTS = re.compile(r"<!\[CDATA\[|<!--")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->"}
_REFERENCE = re.compile(r"&(?:(#[0-9]{1,8};|#[xX][0-9a-fA-F]{1,8};)|([A-Za-z]\w{1,30});)?")
_STRAY = re.compile(r"<(?![A-Za-z_/!?])")
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]{0,30}):[A-Za-z_]|\s([A-Za-z_][\w.-]{0,30}):[\w.-]+\s*=")
_DECLARED = re.compile(r"\bxmlns:([\w.-]+)\s*=")
_ROOT = re.compile(r"<[^\s>/]+")
_XML_NAMES = frozenset({"amp", "apos", "gt", "lt", "quot"})
_KNOWN_PREFIXES = {
    "at": "http://purl.org/atompub/tombstones/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "atom10": "http://www.w3.org/2005/Atom",
    "a10": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "fh": "http://purl.org/syndication/history/1.0",
    "georss": "http://www.georss.org/georss",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}


def mended(text: str, entities: Container[str]) -> str:
    """The document with these faults mended; ``entities`` are names that are declared."""

    def reference(found: re.Match[str]) -> str:
        number, name = found.groups()
        if number:
            return found[0] if _is_character(number) else "\ufffd"
        if name and (name in _XML_NAMES or name in entities or name in name2codepoint):
            return found[0]
        return "&amp;" + found[0][1:]

    pieces = []
    position = 0
    while True:
        part = _PARTS.search(text, position)
        end = text.find(_ENDS[part[0]], part.end()) if part else -1
        if part is None or end < 0:  # what never ends is no section, nor is any after it
            break
        end += 3
        pieces.append(_STRAY.sub("&lt;", _REFERENCE.sub(reference, text[position : part.start()])))
        if part[0] != "<!--":  # a comment says nothing, and many are malformed
            pieces.append(text[part.start() : end])
        position = end
    pieces.append(_STRAY.sub("&lt;", _REFERENCE.sub(reference, text[position:])))
    return _declare("".join(pieces))


def _is_character(number: str) -> bool:
    """Whether a numeric reference names a character that XML 1.0 §2.2 allows."""
    value = int(number[2:-1], 16) if number[1] in "xX" else int(number[1:-1])
    if value < 0x20:
        return value in (0x9, 0xA, 0xD)
    return value <= 0xD7FF or 0xE000 <= value <= 0xFFFD or 0x10000 <= value <= 0x10FFFF


def _declare(text: str) -> str:
    """Declares in the root element the prefixes that are used and nowhere declared."""
    used = {one or other for one, other in _PREFIX.findall(text)}
    missing = sorted(used - set(_DECLARED.findall(text)) - {"xml", "xmlns"})
    root = _ROOT.match(text)
    if not missing or root is None or len(missing) > 100:
        return text
    declared = "".join(
        f' xmlns:{prefix}="{_KNOWN_PREFIXES.get(prefix.lower(), "urn:undeclared:" + prefix)}"'
        for prefix in missing
    )
    return text[: root.end()] + declared + text[root.end() :]
