"""What an article's page says of itself: structured data, meta elements, figures, date lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from aggregator.model.article import Image
from aggregator.normalise.pictures import credit_parted, image_of
from aggregator.text.blocks import Block, blocks
from aggregator.text.form import date_line
from aggregator.text.markup import clean, plain_text, title_text
from aggregator.text.urls import absolute, safe_link


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """The facts found, each as the page wrote it; ``text`` is the body structured data holds.

    ``blocks`` are all those of the page's article part, menus and boxes among them.
    """

    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    image: Image | None = None
    text: str = ""
    language: str | None = None
    blocks: tuple[Block, ...] = ()


_ARTICLE_TYPE = re.compile(r"Article|Posting|Report\b|VideoObject")
_TITLES = ('meta[property="og:title"]', 'meta[name="twitter:title"]', 'meta[name="dc.title"]')
_DATES = (
    'meta[property="article:published_time"]',
    'meta[property="og:article:published_time"]',
    'meta[itemprop="datePublished"]',
    'meta[name="date"]',
    'meta[name="pubdate"]',
    'meta[name="publishdate"]',
    'meta[name="publish-date"]',
    'meta[name="parsely-pub-date"]',
    'meta[name="DC.date.issued"]',
    'meta[name="dc.date"]',
    'meta[name="sailthru.date"]',
)
# Where pages write the date for people; leaves of the tree, the article's own part first.
_DATE_PLACES = (
    '[class*="date" i], [class*="time" i], [class*="datum" i], [class*="meta" i], '
    '[class*="publish" i], [itemprop="datePublished"], time'
)
_AUTHOR_PLACES = 'article [rel="author"], main [rel="author"], [itemprop="author"]'
_LEAVES = "span, font, small, p, div, li, td, em, b"
_MOST_LEAVES = 800
_BODY_PARTS = ("article", '[itemprop="articleBody"]', "main", '[role="main"]', "body")


def page_facts(html: str, url: str) -> PageFacts:
    """The facts of a page; what it does not say is None or empty. Never raises for its content."""
    tree = LexborHTMLParser(html)
    data = _structured(tree)
    part = next(filter(None, (tree.css_first(place) for place in _BODY_PARTS)), None)
    found = blocks(part.html or "", url) if part is not None else ()
    return PageFacts(
        title=_title(tree, data),
        published=_published(tree, data),
        authors=_authors(data) or _signed(tree),
        image=_image(tree, data, found, url),
        text=_text(data.get("articleBody")),
        language=_attribute(tree, "html", "lang"),
        blocks=found,
    )


def _structured(tree: LexborHTMLParser) -> Mapping[str, Any]:
    """The page's article in JSON-LD; of several the one that says most."""
    found: list[Mapping[str, Any]] = []
    for script in tree.css('script[type="application/ld+json"]'):
        try:
            value = json.loads(script.text() or "", strict=False)
        except (ValueError, RecursionError):
            continue
        found.extend(_articles(value, depth=0))
    return max(found, key=len, default={})


def _articles(value: Any, *, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value:
            yield from _articles(item, depth=depth + 1)
    elif isinstance(value, dict):
        if _ARTICLE_TYPE.search(str(value.get("@type", ""))):
            yield value
        yield from _articles(value.get("@graph"), depth=depth + 1)
        yield from _articles(value.get("mainEntity"), depth=depth + 1)


def _title(tree: LexborHTMLParser, data: Mapping[str, Any]) -> str | None:
    named = _text(data.get("headline"))
    stated = (_attribute(tree, place, "content") for place in _TITLES)
    headings = (clean(node.text() or "") for node in tree.css("h1"))
    title = next(filter(None, (named, *stated, *headings)), None)
    if title is None:
        node = tree.css_first("title")
        title = node.text() if node is not None else None
    return title_text(title) if title else None


def _published(tree: LexborHTMLParser, data: Mapping[str, Any]) -> str | None:
    stated: list[str | None] = [_text(data.get("datePublished"))]
    stated += [_attribute(tree, place, "content") for place in _DATES]
    stated.append(_attribute(tree, "article time[datetime], main time[datetime]", "datetime"))
    stated.append(_attribute(tree, "time[datetime]", "datetime"))
    found = next(filter(None, stated), None)
    if found is not None:
        return found
    for node in (*tree.css(_DATE_PLACES), *tree.css(_LEAVES)[:_MOST_LEAVES]):
        text = clean(node.text() or "")
        if text and len(text) < 80 and date_line(text) is not None:
            return text
    return None


def _authors(data: Mapping[str, Any]) -> tuple[str, ...]:
    stated = data.get("author")
    people = stated if isinstance(stated, list) else [stated]
    names = (_text(one.get("name")) if isinstance(one, dict) else _text(one) for one in people)
    return tuple(name for name in names if name)


def _signed(tree: LexborHTMLParser) -> tuple[str, ...]:
    """The names that the page's own elements mark as its authors'."""
    marked = (clean(node.text() or "") for node in tree.css(_AUTHOR_PLACES))
    stated = _attribute(tree, 'meta[name="author"]', "content")
    names = [name for name in marked if 0 < len(name) < 80] or ([stated] if stated else [])
    return tuple(name for name in names if "://" not in name)


def _image(
    tree: LexborHTMLParser, data: Mapping[str, Any], found: Sequence[Block], url: str
) -> Image | None:
    """The first figure with a caption in the article, else what structured data or meta name."""
    pictures = [block for block in found if block.kind == "image" and block.src]
    captioned = next((block for block in pictures if block.text), None)
    if captioned is not None:
        return image_of(captioned)
    stated = data.get("image")
    one = stated[0] if isinstance(stated, list) and stated else stated
    if isinstance(one, dict):
        caption, credit = credit_parted(plain_text(_text(one.get("caption"))))
        credit = _text(one.get("creditText")) or credit
        return Image(url=_link(one.get("url"), url), caption=caption, credit=credit)
    link = _link(one, url) or _link(_attribute(tree, 'meta[property="og:image"]', "content"), url)
    if pictures:
        return image_of(pictures[0])
    return Image(url=link) if link else None


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str | None:
    node = tree.css_first(selector)
    value = node.attributes.get(name) if node is not None else None
    return clean(value) if value and value.strip() else None


def _link(value: Any, url: str) -> str | None:
    return safe_link(absolute(value, url)) if isinstance(value, str) else None


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
