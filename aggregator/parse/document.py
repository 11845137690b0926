"""Bytes in, a feed document out: the one door of this stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from aggregator.errors import ParseError
from aggregator.model.entry import Entry, FeedDocument
from aggregator.parse.cleaning import LONGEST_TEXT
from aggregator.parse.decoding import decode
from aggregator.parse.jsonfeed import read_json
from aggregator.parse.selection import select_newest
from aggregator.parse.sniffing import FEED_ROOTS, Sniffed, page_title, sniff
from aggregator.parse.xmlfeed import read_xml

MAX_ENTRIES = 2_000
"""Of a document with more entries than this, the newest are read."""

_BROKEN = ("not well-formed", "the document is cut off or broken", "reading ended early")
_UNDEFINED = "undefined entity"
_LARGEST_QUIET = 65_536
"""Characters that a feed without entries may have; what a feed says of itself is far shorter."""

_OTHER_ROOTS = {
    "opml": "an OPML list of feeds, which `aggregator feeds import` reads",
    "urlset": "a sitemap",
    "sitemapindex": "an index of sitemaps",
    "svg": "an SVG picture",
    "error": "a server's error message",
    "opensearchdescription": "the description of a search engine",
    "service": "an AtomPub service document",
}


def parse_document(
    body: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    max_entries: int = MAX_ENTRIES,
    watch: Callable[[Entry], bool] | None = None,
) -> FeedDocument:
    """The feed document in these bytes, whatever it claims to be.

    Reads RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, CDF and JSON Feed 1.0 and 1.1. ``url`` is where
    the bytes came from: relative addresses count from it. ``content_type`` is the server's header.
    ``watch`` is told of each entry as soon as it is read and ends the reading by answering False;
    it hears of an entry twice where a document turns out to be malformed and is read again.

    Raises:
        ParseError: these bytes are no feed, and the message says what they look like; or no entry
            could be read of them, and it says why.
    """
    decoded = decode(body, content_type)
    if not decoded.text.strip("\ufeff\x00 \t\r\n"):
        raise _no_feed("the body is empty" if not body else "the body is blank", url)
    sniffed = sniff(decoded.text)
    problems = decoded.problems
    if sniffed.junk and sniffed.kind == "xml":
        problems += ("something that is no XML stands before the feed",)
    if sniffed.kind == "json":
        text = decoded.text[sniffed.start :]
        said = read_json(text, url=url, limit=max_entries, problems=problems, watch=watch)
        return _bounded(_believed(said, text, url))
    if sniffed.kind != "xml" or sniffed.root in _OTHER_ROOTS:
        raise _no_feed(_looks_like(sniffed, decoded.text), url)
    selection = select_newest(decoded.text[sniffed.start :], max_entries)
    document = read_xml(selection, sniffed, url=url, problems=problems, watch=watch)
    if not document.entries and document.format == "unknown" and sniffed.root not in FEED_ROOTS:
        raise _no_feed(f"XML whose root element is <{sniffed.root}>, with no entries in it", url)
    return _bounded(_believed(document, decoded.text, url))


def _believed(document: FeedDocument, text: str, url: str | None) -> FeedDocument:
    """The document, unless it is empty for another reason than that there is no news.

    A feed that broke or was made to do harm would otherwise look like one that is only quiet.
    """
    if document.entries or document.removed:
        return document
    broken = [said for said in document.problems if said.startswith(_BROKEN)]
    if broken and (document.truncated or _UNDEFINED in broken[-1]):
        raise ParseError(f"no entry could be read of it: {broken[-1]}", feed=url)
    if len(text) > _LARGEST_QUIET:
        raise ParseError(f"no entry stands in its {len(text):,} characters", feed=url)
    return document


def _bounded(document: FeedDocument) -> FeedDocument:
    """The document, with a word on the texts that were cut because they have no end."""
    cut = sum(
        1
        for entry in document.entries
        for text in (entry.summary, *entry.contents)
        if text is not None and len(text.value) >= LONGEST_TEXT
    )
    if not cut:
        return document
    problem = f"{cut} texts of more than {LONGEST_TEXT:,} characters were cut there"
    return replace(document, problems=(*document.problems, problem))


def _looks_like(sniffed: Sniffed, text: str) -> str:
    if sniffed.kind == "html":
        title = page_title(text)
        return f"an HTML page titled {title!r}" if title else "an HTML page"
    if sniffed.kind == "xml":
        return _OTHER_ROOTS[sniffed.root]
    shown = " ".join(text[:60].split())
    return f"neither XML nor JSON; it begins with {shown!r}"


def _no_feed(what: str, url: str | None) -> ParseError:
    return ParseError(f"no feed document: {what}", feed=url)
