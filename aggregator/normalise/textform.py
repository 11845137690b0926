"""Text form → article: the layout of the seed documents, read with tolerance."""

from __future__ import annotations

from datetime import UTC, tzinfo

from aggregator.errors import InputError
from aggregator.model.article import Article, DateSource, Image, Outlet, RelatedLink
from aggregator.model.instants import Instant
from aggregator.normalise.identity import derived_id
from aggregator.normalise.wire import dateline, wire_of
from aggregator.text import form
from aggregator.text.dates import ReadDate
from aggregator.text.furniture import is_furniture
from aggregator.text.language import detect
from aggregator.text.words import word_count

# The date line stands within this many paragraphs from the top; one further down is a quotation.
_HEAD = 8
_LONGEST_TITLE = 300


def read_text_form(
    text: str,
    *,
    fetched_at: Instant,
    zone: tzinfo = UTC,
    outlet: Outlet | None = None,
    file: str | None = None,
) -> Article:
    """Reads one article in the text form (grammar: `aggregator.text.form`).

    Windows newlines, a BOM, no-break spaces, and a missing tagline, date or caption are borne.
    Without an ``outlet`` the tagline names it. ``date_source`` is ``text``, or ``fetched`` where
    there is no date line.

    Raises:
        InputError: the text is empty, or no title stands in it; names ``file``.
    """
    lines = [line for line in form.paragraphs_of(text) if _kept(line)]
    if not lines:
        raise InputError(
            "holds no article",
            file=file,
            hint="An article has a title, a date line and paragraphs, with blank lines between.",
        )
    date_at = next((at for at, line in enumerate(lines[:_HEAD]) if _date(line, zone)), None)
    tagline, title, body = _head(lines, date_at)
    if title is None:
        raise InputError(
            "has a date line, but no title above it",
            file=file,
            hint="The title stands in a paragraph of its own before the date.",
        )
    read = _date(lines[date_at], zone) if date_at is not None else None
    image = _image(body[0]) if body else None
    if image is not None:
        body = body[1:]
    paragraphs, related = _body(body)
    place, agency = dateline(paragraphs)
    source: DateSource = "text" if read else "fetched"
    named = outlet or Outlet(name=tagline or "Unnamed outlet")
    return Article(
        id=derived_id("text", tagline or "", title, _dated(lines, date_at)),
        outlet=Outlet(
            name=named.name,
            tagline=tagline if tagline is not None else named.tagline,
            url=named.url,
            feed_url=named.feed_url,
        ),
        title=title,
        published_at=read.instant if read else fetched_at,
        fetched_at=fetched_at,
        agency=agency or wire_of(paragraphs, ()),
        place=place,
        image=image,
        paragraphs=paragraphs,
        related=related,
        date_source=source,
        language=detect("\n".join((title, *paragraphs))),
        word_count=word_count(paragraphs),
    )


def looks_like_text_form(text: str) -> bool:
    """Whether a text has the form's mark, a date line near its top, rather than being a feed."""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start in {"<", "{", "["} and not text.lstrip("\ufeff \t\r\n").startswith("["):
        return False
    lines = [line for line in form.paragraphs_of(text) if _kept(line)]
    return any(_date(line, UTC) for line in lines[:_HEAD])


def _kept(line: str) -> bool:
    return form.is_escaped(line) or not is_furniture(line)


def _date(line: str, zone: tzinfo) -> ReadDate | None:
    return None if form.is_escaped(line) else form.date_line(line, zone)


def _dated(lines: list[str], date_at: int | None) -> str:
    """The date as an id has it: however the line spells it, and whatever zone it is read in."""
    read = _date(lines[date_at], UTC) if date_at is not None else None
    return form.write_date(read.instant) if read else ""


def _head(lines: list[str], date_at: int | None) -> tuple[str | None, str | None, list[str]]:
    """Tagline, title, and the lines after the head. Before tagline and title only furniture is."""
    if date_at is not None:
        head = [form.literal(line) for line in lines[:date_at]]
        tagline = head[-2] if len(head) > 1 else None
        return tagline, head[-1] if head else None, lines[date_at + 1 :]
    # No date line parts head and body: two short lines without an end of sentence are a head.
    if len(lines) > 1 and _is_headline(lines[0]) and _is_headline(lines[1]):
        return form.literal(lines[0]), form.literal(lines[1]), lines[2:]
    return None, form.literal(lines[0]), lines[1:]


def _is_headline(line: str) -> bool:
    return (
        len(line) <= _LONGEST_TITLE
        and form.read_link(line) is None
        and form.read_caption(line) is None
        and not line.endswith((".", "!", "…", ".”", '."', "。", ":", ";"))
    )


def _image(line: str) -> Image | None:
    found = form.read_caption(line)
    return Image(caption=found[0], credit=found[1]) if found and any(found) else None


def _body(lines: list[str]) -> tuple[tuple[str, ...], tuple[RelatedLink, ...]]:
    paragraphs: list[str] = []
    related: list[RelatedLink] = []
    for line in lines:
        link = None if line == form.EMPTY or line.startswith(form.LITERAL) else form.read_link(line)
        if link is not None:
            related.append(RelatedLink(label=link[0], title=link[1], after=len(paragraphs)))
        else:
            paragraphs.append(form.literal(line))
    return tuple(paragraphs), tuple(related)
