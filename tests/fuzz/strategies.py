"""Feeds of any content in any format, written out as bytes, with what must be read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

_LETTERS = st.characters(
    exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\ufffe\uffff\ufeff"
)
words = (
    st.text(_LETTERS, min_size=1, max_size=40).map(lambda text: " ".join(text.split())).filter(bool)
)
"""Text as an element may hold it: no controls, and white space that no reader would fold."""

addresses = st.from_regex(r"https://[a-z]{1,8}\.example/[a-z0-9/?=&_.-]{0,20}", fullmatch=True)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry, as it was meant."""

    guid: str | None
    title: str | None
    link: str | None
    summary: str | None
    author: str | None
    categories: tuple[str, ...]
    date: str | None


items = st.builds(
    Item,
    guid=st.none() | words,
    title=st.none() | words,
    link=st.none() | addresses,
    summary=st.none() | words,
    author=st.none() | words.filter(lambda text: "@" not in text and "(" not in text),
    categories=st.lists(words, max_size=3, unique=True).map(tuple),
    date=st.none() | st.dates().map(lambda day: f"{day:%Y-%m-%d}T10:00:00Z"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """A feed's bytes beside what they say."""

    form: str
    body: bytes
    title: str
    items: tuple[Item, ...]


@st.composite
def feeds(draw: st.DrawFn) -> Written:
    """A well-formed feed: any format, any encoding that holds it, escapes or CDATA at random."""
    form = draw(st.sampled_from(("rss20", "rss10", "atom10", "json11")))
    title = draw(words)
    held = tuple(draw(st.lists(items, max_size=4)))
    if form == "json11":
        ascii_only = draw(st.booleans())
        return Written(form, _json(title, held, ascii_only=ascii_only), title, held)
    cdata = draw(st.booleans())
    write = {"rss20": _rss, "rss10": _rdf, "atom10": _atom}[form]
    encoding = draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32")))
    said = "utf-8" if encoding == "utf-8-sig" else encoding
    declaration = f'<?xml version="1.0" encoding="{said}"?>' if draw(st.booleans()) else ""
    before = draw(st.sampled_from(("", "\n", "<!-- x -->", "<?xml-stylesheet href='x'?>\n")))
    text = declaration + before + write(title, held, cdata=cdata)
    return Written(form, text.encode(encoding), title, held)


def _text(name: str, value: str | None, *, cdata: bool = False) -> str:
    if value is None:
        return ""
    if cdata and "]]>" not in value:
        return f"<{name}><![CDATA[{value}]]></{name}>"
    return f"<{name}>{escape(value)}</{name}>"


def _rss(title: str, held: tuple[Item, ...], *, cdata: bool) -> str:
    entries = "".join(
        "<item>"
        + _text("title", item.title, cdata=cdata)
        + (f'<guid isPermaLink="false">{escape(item.guid)}</guid>' if item.guid else "")
        + _text("link", item.link)
        + _text("description", item.summary, cdata=cdata)
        + _text("c:creator", item.author, cdata=cdata)
        + "".join(_text("category", word, cdata=cdata) for word in item.categories)
        + _text("pubDate", item.date)
        + "</item>"
        for item in held
    )
    return (
        '<rss version="2.0" xmlns:c="http://purl.org/dc/elements/1.1/"><channel>'
        f"{_text('title', title, cdata=cdata)}{entries}</channel></rss>"
    )


def _rdf(title: str, held: tuple[Item, ...], *, cdata: bool) -> str:
    entries = "".join(
        (f"<item r:about={quoteattr(item.guid)}>" if item.guid else "<item>")
        + _text("title", item.title, cdata=cdata)
        + _text("link", item.link)
        + _text("description", item.summary, cdata=cdata)
        + _text("dc:creator", item.author)
        + "".join(_text("dc:subject", word) for word in item.categories)
        + _text("dc:date", item.date)
        + "</item>"
        for item in held
    )
    return (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel>{_text('title', title, cdata=cdata)}</channel>{entries}</r:RDF>"
    )


def _atom(title: str, held: tuple[Item, ...], *, cdata: bool) -> str:
    entries = "".join(
        "<a:entry>"
        + _text("a:title", item.title, cdata=cdata)
        + _text("a:id", item.guid)
        + (f"<a:link href={quoteattr(item.link)}/>" if item.link else "")
        + _text("a:summary", item.summary, cdata=cdata)
        + (f"<a:author>{_text('a:name', item.author)}</a:author>" if item.author else "")
        + "".join(f"<a:category term={quoteattr(word)}/>" for word in item.categories)
        + _text("a:published", item.date)
        + "</a:entry>"
        for item in held
    )
    return (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom">'
        f"{_text('a:title', title, cdata=cdata)}{entries}</a:feed>"
    )


def _json(title: str, held: tuple[Item, ...], *, ascii_only: bool) -> bytes:
    said = [
        {
            "id": item.guid,
            "title": item.title,
            "url": item.link,
            "summary": item.summary,
            "authors": [{"name": item.author}] if item.author else None,
            "tags": list(item.categories),
            "date_published": item.date,
        }
        for item in held
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": title, "items": said}
    return json.dumps(feed, ensure_ascii=ascii_only).encode()
