"""Full text: an article's page → its title, date, picture and paragraphs.

trafilatura (the extra ``fulltext``) finds the body among a page's menus and boxes; what it finds
goes the way of every feed body, so that furniture and labelled links are treated alike.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import Literal

from aggregator.errors import UsageError
from aggregator.model.article import Image, NormalisedEntry
from aggregator.model.instants import Instant
from aggregator.normalise.body import Body, body_of
from aggregator.normalise.dating import date_entry
from aggregator.normalise.pagefacts import PageFacts, page_facts
from aggregator.normalise.people import authors_of
from aggregator.normalise.titles import strip_outlet
from aggregator.normalise.wire import dateline, wire_of
from aggregator.text.blocks import Block, blocks
from aggregator.text.furniture import is_furniture
from aggregator.text.language import settle
from aggregator.text.markup import clean, plain_text, sanitise
from aggregator.text.taming import tamed
from aggregator.text.words import word_count

Mode = Literal["careful", "balanced", "precision", "recall", "fast"]
"""How trafilatura weighs text found against text missed; the first is ours.

``careful`` is its precision mode, unless its balanced one finds half as much text again: then the
precise one has taken paragraphs for boxes of the page.
"""

# A page counts as the article only if it holds this share of the words that the feed gave …
_LEAST_SHARED = 0.5
# … and as a gain only if it has this many times as many.
_LEAST_GAIN = 1.15
_FEWEST_WORDS_TO_COMPARE = 8
_MUCH_MORE = 1.5
# In characters: a box around a short text is soon half as long as the text.
_SOME_PARAGRAPHS = 600

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_LAYOUT = re.compile(r"</?(?:table|tbody|tr|td|th)\b[^>]*>", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_DAY = re.compile(r'<meta name="date" content="([^"]*)"')
# Fewer words are a page's caption or menu, no text.
_FEWEST_WORDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was found on an article's page; ``html`` is its body, sanitised."""

    title: str | None
    published_at: Instant | None
    authors: tuple[str, ...]
    image: Image | None
    body: Body
    html: str
    language: str | None

    @property
    def words(self) -> int:
        """Words of the paragraphs."""
        return word_count(self.body.paragraphs)


def extract_page(
    body: bytes,
    *,
    url: str,
    fetched_at: Instant,
    zone: tzinfo = UTC,
    charset: str | None = None,
    outlet: str | None = None,
    mode: Mode = "careful",
) -> Page | None:
    """What an article's page holds; None where no text was found on it.

    Args:
        body: the page as the server sent it, decompressed.
        url: where it was, for relative links.
        fetched_at: dates after it are not believed.
        zone: the outlet's, for dates that name none.
        charset: of the Content-Type header; a byte order mark goes before it, ``<meta>`` after it.
        outlet: its name, taken off the end of the title.
        mode: see `Mode`.

    Raises:
        UsageError: the extra ``fulltext`` is not installed.
    """
    html = tamed(_decoded(body, charset))
    facts = page_facts(html, url)
    title = (
        strip_outlet(facts.title, [name for name in (outlet, url) if name]) if facts.title else None
    )
    main, day = _main_part(html, url, mode)
    found = _after_title(blocks(main, url), title or "")
    captions = [facts.image.caption] if facts.image and facts.image.caption else []
    read = body_of(found, title=title or "", captions=captions)
    if _is_richer(facts.text, read):
        # A page drawn by script alone carries its text only as data.
        main = "".join(
            f"<p>{part}</p>" for part in _escaped(facts.text).split("\n") if part.strip()
        )
        read = body_of(blocks(main, url), title=title or "")
    read = _with_links_of_page(read, facts, title or "")
    if word_count(read.paragraphs) < _FEWEST_WORDS:
        return None
    dates = date_entry(
        published=facts.published,
        updated=None,
        text=read.date or day,
        link=url,
        zone=zone,
        fetched_at=fetched_at,
    )
    image = facts.image
    if image is not None and image.credit is None and read.credit:
        image = replace(image, credit=read.credit)
    return Page(
        title=title,
        published_at=None if dates.source == "fetched" else dates.published_at,
        authors=authors_of(facts.authors) or read.byline,
        image=image,
        body=read,
        html=sanitise(main, url),
        language=settle(facts.language, f"{title or ''}\n{read.text}"),
    )


def with_full_text(entry: NormalisedEntry, page: Page | None) -> NormalisedEntry:
    """The entry with the page's text, or as it was where the page's is worse.

    Worse is: hardly longer than what the feed gave, or about something else (a consent wall, the
    home page, an error told in words). Id, title and summary stay the feed's; a date that the
    feed lacked, authors and picture are filled in.
    """
    if page is None or not is_better(entry, page):
        return entry
    article = entry.article
    place, agency = dateline(page.body.paragraphs)
    authors = article.authors or page.authors
    dated = article.date_source in {"fetched", "text"} and page.published_at is not None
    return replace(
        entry,
        html=page.html,
        article=replace(
            article,
            paragraphs=page.body.paragraphs,
            related=page.body.related,
            word_count=page.words,
            authors=authors,
            place=place or article.place,
            agency=agency or wire_of(page.body.paragraphs, authors) or article.agency,
            image=_better_image(article.image, page.image),
            language=article.language or page.language,
            published_at=(page.published_at if dated else None) or article.published_at,
            date_source="text" if dated else article.date_source,
        ),
    )


def is_better(entry: NormalisedEntry, page: Page) -> bool:
    """Whether the page's text is the same article's and more of it than the feed gave."""
    article = entry.article
    given = article.paragraphs or ((article.summary,) if article.summary else ())
    if page.words < _LEAST_GAIN * word_count(given):
        return False
    known = set(_WORD.findall(" ".join((article.title, *given)).casefold()))
    if len(known) < _FEWEST_WORDS_TO_COMPARE:
        return True
    held = set(_WORD.findall(f"{page.title or ''} {page.body.text}".casefold()))
    return len(known & held) >= _LEAST_SHARED * len(known)


def _main_part(html: str, url: str, mode: Mode) -> tuple[str, str | None]:
    """The part of the page that is the article, as HTML, and the day found on it."""
    try:
        from trafilatura import extract
    except ImportError as error:
        raise UsageError(
            "full texts need a package that is not installed",
            hint='Install it with: pip install "aggregator[fulltext]"',
        ) from error

    def found_by(mode: Mode) -> str:
        return (
            extract(
                html,
                url=url,
                output_format="html",
                with_metadata=True,
                include_comments=False,
                include_links=True,
                fast=mode == "fast",
                favor_precision=mode == "precision",
                favor_recall=mode == "recall",
            )
            or ""
        )

    if mode == "careful":
        main, wide = found_by("precision"), found_by("balanced")
        found, more = len(plain_text(main)), len(plain_text(wide))
        if more > max(_MUCH_MORE * found, found + _SOME_PARAGRAPHS):
            main = wide
    else:
        main = found_by(mode)
    if not main:
        return "", None
    day = _DAY.search(main)
    inside = re.sub(r"(?s)^.*?<body[^>]*>|</body>.*$", "", main)
    if re.search(r"<td\b[^>]*>(?:(?!</td>).)*<(?:p|br)\b", inside, re.DOTALL | re.IGNORECASE):
        # A table that holds paragraphs is a page's layout, not figures.
        inside = _LAYOUT.sub("<div></div>", inside)
    return inside, day[1] if day else None


def _is_richer(text: str, read: Body) -> bool:
    """Whether the text that structured data holds is more than what was found, or better parted."""
    words = word_count([text])
    parted = len(read.paragraphs) == 1 and "\n" in text and words > 40
    return words > 2 * word_count(read.paragraphs) or parted


def _with_links_of_page(read: Body, facts: PageFacts, title: str) -> Body:
    """The body with those labelled links that were taken for a box of the page.

    A link stands after as many of the body's paragraphs as stand before it on the page.
    """
    whole = body_of(facts.blocks, title=title)
    known = {link.title for link in read.related}
    held = set(read.paragraphs)
    found = []
    for link in whole.related:
        before = sum(paragraph in held for paragraph in whole.paragraphs[: link.after])
        if link.title not in known and before:
            found.append(replace(link, after=before))
    if not found:
        return read
    return replace(read, related=tuple(sorted((*read.related, *found), key=lambda one: one.after)))


def _after_title(found: tuple[Block, ...], title: str) -> list[Block]:
    """The blocks below the page's headline, if it is among them; no links of the page's own."""
    folded = title.casefold()
    start = next(
        (at + 1 for at, one in enumerate(found) if clean(one.text).casefold() == folded), 0
    )
    kept = list(found[start:])
    while kept and kept[-1].links and is_page_link(kept[-1]):
        kept.pop()
    return [block for block in kept if not is_furniture(clean(block.text))]


def is_page_link(block: Block) -> bool:
    """Whether a block is one short link and no more, as a page's tools are."""
    return len(block.links) == 1 and block.links[0][0] == block.text and len(block.text) < 40


def _better_image(own: Image | None, page: Image | None) -> Image | None:
    if own is None or page is None:
        return own or page
    return replace(
        own,
        url=own.url or page.url,
        caption=own.caption or page.caption,
        credit=own.credit or page.credit,
    )


def _decoded(body: bytes, charset: str | None) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(name, "replace")
    stated = _CHARSET.search(body[:4096])
    names = [charset] if charset else []
    names += [stated[1].decode("ascii", "ignore")] if stated else []
    for name in (*names, "utf-8"):
        try:
            return body.decode(_as_browsers_do(name))
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("windows-1252", "replace")


def _as_browsers_do(charset: str) -> str:
    """Browsers read Latin-1 as Windows-1252 (WHATWG Encoding §4.2), and so do its authors."""
    return "windows-1252" if charset.lower() in {"iso-8859-1", "latin1", "ascii"} else charset


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
