"""What a document is, seen from its beginning, and where its root element begins."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["xml", "json", "html", "other"]

FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_FEED_START = re.compile(
    # Where a feed may stand behind junk: a root with the attributes that only roots have.
    r"<(?:\w+:)?(?:rss\b[^<>]*?\bversion|rss\b[^<>]*?\bxmlns|rss\s*>|feed\b[^<>]*?\bxmlns"
    r"|feed\b[^<>]*?\bversion|rdf\b[^<>]*?\bxmlns)",
    re.IGNORECASE,
)
_NAME = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^<>\[]*(?:\[(.*?)\]\s*)?>", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"""<!ENTITY\s+(\w{1,40})\s+["'](&#\w{1,8};|[^&"'<>%]{0,60})["']\s*>""")
_TITLE = re.compile(r"<title[^<>]*>([^<]{0,300})", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_LOOK = 65_536
_MAX_ENTITIES = 256


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The kind of a document, and for XML its head taken apart.

    Attributes:
        root: local name of the root element in lower case; empty where there is none.
        start: offset of the root element (of the first brace for JSON); ``line`` lines before it.
        netscape: the document type names Netscape's RSS 0.91.
        entities: harmless entities the document type declares: plain text, no references.
        junk: something stood before the document that does not belong there.
    """

    kind: Kind
    root: str = ""
    start: int = 0
    line: int = 0
    netscape: bool = False
    entities: tuple[tuple[str, str], ...] = ()
    junk: bool = False


def sniff(text: str) -> Sniffed:
    """Tells what the text is; the document type is read here and never reaches an XML parser."""
    start, junk, doctype = 0, False, ""
    end = len(text)
    last_comment_end = text.rfind("-->")
    while start < end:
        if text[start] in " \t\r\n\ufeff\x00":
            start += 1
        elif text.startswith("<?", start):
            start = _after_instruction(text, start)
        elif text.startswith("<!--", start) and start < last_comment_end:
            start = _after(text, "-->", start)
        elif text.startswith("<!", start):
            found = _DOCTYPE.match(text, start)
            doctype += found[0] if found else ""
            start = found.end() if found else start + 2
        elif text[start] in "{[" and not junk:
            return Sniffed("json", start=start)
        else:
            name = _NAME.match(text, start)
            if name:
                return _by_root(text, name, doctype, junk)
            junk = True
            following = text.find("<", start + 1)
            start = end if following < 0 else following
    return Sniffed("other", start=end, junk=junk)


def _by_root(text: str, name: re.Match[str], doctype: str, junk: bool) -> Sniffed:
    root = name[1].lower()
    start = name.start()
    is_page = root == "html" or doctype[:40].lower().startswith("<!doctype html")
    if root not in FEED_ROOTS:
        # A warning of the server's own scripts, in HTML, may stand before the feed.
        feed = None if is_page else _FEED_START.search(text, start, start + _LOOK)
        if feed is None:
            return Sniffed("html" if is_page or root in _HTML else "xml", root, start, junk=junk)
        inner = _NAME.match(text, feed.start())
        root, start, junk = (inner[1].lower() if inner else root), feed.start(), True
    entities = tuple(_ENTITY.findall(doctype)[:_MAX_ENTITIES])
    line = text.count("\n", 0, start)
    return Sniffed("xml", root, start, line, "netscape" in doctype.lower(), entities, junk)


_HTML = frozenset({"html", "head", "body", "div", "p", "h1", "script", "meta", "center", "span"})


def _after_instruction(text: str, start: int) -> int:
    """Where a processing instruction ends; one without its ``?>`` ends with the next bracket."""
    end, following = text.find("?>", start), text.find("<", start + 1)
    if end >= 0 and not 0 <= following < end:
        return end + 2
    return _after(text, ">", start)


def _after(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    return len(text) if found < 0 else found + len(mark)


def page_title(text: str) -> str | None:
    """The title of an HTML page, for a message; None where it has none."""
    found = _TITLE.search(text[:_LOOK])
    title = _SPACE.sub(" ", html.unescape(found[1])).strip() if found else ""
    return title or None
