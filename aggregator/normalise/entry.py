"""Entry → article: what a feed said, in the schema of the seed documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from urllib.parse import unquote, urlsplit

from aggregator.model.article import Article, Image, NormalisedEntry, Outlet
from aggregator.model.entry import Entry, FeedDocument, Text
from aggregator.model.feed import Feed
from aggregator.model.instants import Instant
from aggregator.normalise.body import Body, body_of
from aggregator.normalise.dating import date_entry
from aggregator.normalise.identity import article_id
from aggregator.normalise.people import authors_of
from aggregator.normalise.pictures import credit_parted, files_of, picture_of
from aggregator.normalise.titles import strip_outlet
from aggregator.normalise.wire import dateline, wire_of
from aggregator.text.blocks import Block, blocks
from aggregator.text.controls import encodable
from aggregator.text.dates import zone_named
from aggregator.text.language import settle
from aggregator.text.markup import (
    clean,
    has_markup,
    once_escaped,
    plain_text,
    sanitise,
    title_text,
)
from aggregator.text.outlets import outlet_key
from aggregator.text.secrets import masked_address
from aggregator.text.urls import absolute, canonical_url, registrable_domain, safe_link
from aggregator.text.words import word_count

# A title is made of so many characters where the entry has none.
_MADE_TITLE = 120
_NO_TOPICS = frozenset(
    {
        "uncategorized",
        "uncategorised",
        "non classé",
        "sin categoría",
        "senza categoria",
        "unkategorisiert",
    }
)
_LANGUAGE_SAMPLE = 600


def normalise(
    entry: Entry, document: FeedDocument, *, feed: Feed, feed_id: str, fetched_at: Instant
) -> NormalisedEntry:
    """The article that an entry of a feed's document tells, with what is kept beside it.

    Costs about a millisecond: entries whose digest is known should not come here. ``feed_id`` is
    the feed's permanent identity, so that ids outlive its address. Never raises for what a
    document holds.
    """
    link = safe_link(absolute(entry.link, document.link or feed.url))
    base = link or document.link or feed.url
    outlet = _outlet(entry, document, feed)
    title = _title(entry, document, feed, outlet)
    entry = _once_escaped(entry)
    texts = [(text, _blocks(text, base)) for text in _texts(entry)]
    # The richest is the body: a full text where there is one, else the summary.
    richest, found = max(texts, key=_worth, default=(None, ()))
    image = picture_of(entry.media, entry.enclosures, found)
    # A line that repeats title or caption goes, unless it is all the text there is.
    body = body_of(found, title=title, captions=_captions(image, found), outlet=outlet.name)
    if not body.paragraphs:
        body = body_of(found, title="")
    summary = _summary(entry, texts, richest, body)
    image = _settled(image, body, summary)
    lead = body.paragraphs or (summary,)
    place, agency = dateline(lead)
    authors = authors_of(entry.authors) or body.byline
    dates = date_entry(
        published=entry.published,
        updated=entry.updated,
        text=body.date,
        link=link,
        zone=_zone(feed),
        fetched_at=fetched_at,
    )
    article = Article(
        id=article_id(feed_id, entry),
        url=link,
        canonical_url=canonical_url(link),
        outlet=outlet,
        title=title or _made_title(summary, found, link, outlet.name),
        published_at=dates.published_at,
        updated_at=dates.updated_at,
        fetched_at=fetched_at,
        authors=authors,
        agency=agency or wire_of(lead, (*authors, *body.byline)),
        place=place,
        image=image,
        summary=summary or None,
        paragraphs=body.paragraphs,
        related=body.related,
        topics=_topics(entry.categories),
        enclosures=files_of(entry.media, entry.enclosures),
        date_source=dates.source,
        language=settle(_declared(entry, richest) or document.language, f"{title}\n{_start(lead)}"),
        word_count=word_count(body.paragraphs),
    )
    return NormalisedEntry(
        article=article,
        entry_digest=entry.digest,
        guid=encodable(entry.guid) if entry.guid else None,
        outlet_key=outlet_key(
            configured=feed.outlet,
            source=entry.source,
            site_url=document.link,
            feed_url=feed.url,
            title=outlet.name,
        ),
        html=_html(richest, base),
        position=entry.position,
    )


def _zone(feed: Feed) -> tzinfo:
    try:
        return zone_named(feed.timezone)
    except ValueError:
        # The settings refuse an unknown zone; a record from an older list must not stop a poll.
        return UTC


def _outlet(entry: Entry, document: FeedDocument, feed: Feed) -> Outlet:
    """Config's name, else the entry's source, else the feed's title, else the site's domain.

    The feed's title is config's where it has one: a person wrote that.
    """
    source = entry.source
    sourced = title_text(source.title or "") if source else ""
    own = clean(feed.title or "") or title_text(document.title or "")
    site = safe_link(document.link)
    named = clean(feed.outlet or "") or sourced or own
    if not named:
        named = registrable_domain(site) or registrable_domain(feed.url) or masked_address(feed.url)
    if source is not None and sourced and not feed.outlet:
        return Outlet(name=named, url=safe_link(source.url), feed_url=safe_link(source.feed_url))
    return Outlet(
        name=named,
        tagline=plain_text(document.subtitle or "") or None,
        url=site,
        feed_url=safe_link(masked_address(feed.url)),
    )


def _title(entry: Entry, document: FeedDocument, feed: Feed, outlet: Outlet) -> str:
    if entry.title is None:
        return ""
    html = {"text/plain": False, None: None}.get(entry.title.type, True)
    title = title_text(entry.title.value, html=html)
    names = (outlet.name, document.title, feed.title, feed.outlet, outlet.url, document.link)
    return strip_outlet(title, [name for name in names if name])


def _made_title(summary: str, found: Sequence[Block], link: str | None, outlet: str) -> str:
    """A title for an entry that has none: its text's start, its picture's, its address's words."""
    picture = next((block.alt or block.text for block in found if block.alt or block.text), "")
    made = summary or picture or _slug(link) or outlet
    if len(made) <= _MADE_TITLE:
        return made
    start = made[:_MADE_TITLE].rpartition(" ")[0] or made[:_MADE_TITLE]
    return f"{start.rstrip(' ,;:.')}…"


def _slug(link: str | None) -> str:
    """The words at the end of an address: ``bridge opens`` of ``…/2024/bridge-opens.html``."""
    last = urlsplit(link or "").path.rstrip("/").rpartition("/")[2]
    words = [word for word in re.split(r"[-_.+]+", unquote(last)) if word.isalpha()]
    return clean(" ".join(words)) if len(words) > 1 else ""


def _once_escaped(entry: Entry) -> Entry:
    """The entry with its texts as they were meant, where a script escaped them twice."""
    texts = [text for text in (entry.summary, *entry.contents) if text is not None]
    if all(once_escaped(text.value) is text.value for text in texts):
        return entry
    return replace(
        entry,
        summary=entry.summary and replace(entry.summary, value=once_escaped(entry.summary.value)),
        contents=tuple(replace(text, value=once_escaped(text.value)) for text in entry.contents),
    )


def _texts(entry: Entry) -> list[Text]:
    held = [*entry.contents, *([entry.summary] if entry.summary else [])]
    return [text for text in held if text.value.strip()]


def _worth(read: tuple[Text, tuple[Block, ...]]) -> int:
    return sum(len(block.text) for block in read[1])


def _is_html(text: Text) -> bool:
    # Atom's default type is text, yet many feeds put markup there: tags that close are believed.
    if text.type == "text/plain":
        return "</" in text.value and has_markup(text.value)
    return True


def _blocks(text: Text, base: str | None) -> tuple[Block, ...]:
    if _is_html(text):
        return blocks(text.value, text.base or base)
    parts = text.value.replace("\r\n", "\n").split("\n\n")
    return tuple(Block(kind="paragraph", text=clean(part)) for part in parts if part.strip())


def _html(text: Text | None, base: str | None) -> str:
    if text is None or not _is_html(text):
        return ""
    return sanitise(text.value, text.base or base)


def _captions(image: Image | None, found: Iterable[Block]) -> list[str]:
    under = [block.text for block in found if block.kind == "image" and block.text]
    if image is not None and image.caption:
        under.append(image.caption)
    return under + [caption for text in under if (caption := credit_parted(text)[0])]


def _settled(image: Image | None, body: Body, summary: str) -> Image | None:
    """The image with a credit the text gave, and without a caption that is the text itself.

    Feeds of films put the whole description under the thumbnail.
    """
    if image is None:
        return Image(credit=body.credit) if body.credit else None
    caption = image.caption
    if caption and (caption == summary or (len(caption) > 80 and caption in body.text)):
        caption = None
    return replace(image, caption=caption, credit=image.credit or body.credit)


def _summary(
    entry: Entry,
    texts: Sequence[tuple[Text, tuple[Block, ...]]],
    richest: Text | None,
    body: Body,
) -> str:
    """The summary's text without furniture; where there is none, the body's first paragraph."""
    if entry.summary is not None and entry.summary is not richest:
        found = next((blocks for text, blocks in texts if text is entry.summary), ())
        text = body_of(found, title="").text
        if text:
            return text
    if entry.summary is not None and entry.summary is richest:
        return body.text
    return body.paragraphs[0] if body.paragraphs else ""


def _topics(categories: Sequence[str]) -> tuple[str, ...]:
    topics: dict[str, str] = {}
    for topic in _parted(title_text(category) for category in categories):
        if topic and topic.casefold() not in _NO_TOPICS:
            topics.setdefault(topic.casefold(), topic)
    return tuple(topics.values())


def _parted(topics: Iterable[str]) -> Iterator[str]:
    """Topics one by one: three or more after commas are a list, one comma is of a topic's own."""
    for topic in topics:
        parts = topic.split(", ")
        listed = len(parts) > 2 and not any(" and " in f" {part} " for part in parts)
        yield from parts if listed else [topic]


def _declared(entry: Entry, text: Text | None) -> str | None:
    return entry.language or (text.language if text else None)


def _start(paragraphs: Sequence[str]) -> str:
    start = ""
    for part in paragraphs:
        if len(start) > _LANGUAGE_SAMPLE:
            break
        start = f"{start}\n{part}"
    return start[:_LANGUAGE_SAMPLE]
