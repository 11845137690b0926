"""Entry → article: what a feed said, in the schema of the seed documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo

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
from aggregator.text.dates import zone_named
from aggregator.text.language import settle
from aggregator.text.markup import clean, has_markup, plain_text, sanitise, title_text
from aggregator.text.outlets import outlet_key
from aggregator.text.urls import absolute, canonical_url, registrable_domain, safe_link
from aggregator.text.words import word_count

__all__ = ["article_id", "normalise"]

# A title is made of so many characters where the entry has none.
_MADE_TITLE = 120
_LANGUAGE_SAMPLE = 1500


def normalise(
    entry: Entry, document: FeedDocument, *, feed: Feed, feed_id: str, fetched_at: Instant
) -> NormalisedEntry:
    """The article that an entry of a feed's document tells, with what is kept beside it.

    Costs about a millisecond: entries whose digest is known should not come here. ``feed_id`` is
    the feed's permanent identity, so that ids outlive its address. Never raises for what a
    document holds.
    """
    zone = _zone(feed)
    link = safe_link(absolute(entry.link, document.link or feed.url))
    outlet = _outlet(entry, document, feed)
    body_text = _richest(entry)
    found = _blocks(body_text, link or document.link or feed.url)
    title = _title(entry, document, feed, outlet)
    image = picture_of(entry.media, entry.enclosures, found)
    body = body_of(found, title=title, captions=_captions(image, found))
    summary = _summary(entry, body)
    title = title or _made_title(summary, link, entry.guid)
    authors = authors_of(entry.authors) or body.byline
    place, agency = dateline(body.paragraphs or (summary,))
    dates = date_entry(
        published=entry.published,
        updated=entry.updated,
        link=link,
        zone=zone,
        fetched_at=fetched_at,
    )
    article = Article(
        id=article_id(feed_id, entry),
        url=link,
        canonical_url=canonical_url(link),
        outlet=outlet,
        title=title,
        published_at=dates.published_at,
        updated_at=dates.updated_at,
        fetched_at=fetched_at,
        authors=authors,
        agency=agency or wire_of(body.paragraphs or (summary,), (*authors, *body.byline)),
        place=place,
        image=image,
        summary=summary or None,
        paragraphs=body.paragraphs,
        related=body.related,
        topics=_topics(entry.categories),
        enclosures=files_of(entry.media, entry.enclosures),
        date_source=dates.source,
        language=settle(
            _declared(entry, body_text) or document.language, _sample(title, summary, body)
        ),
        word_count=word_count(body.paragraphs),
    )
    return NormalisedEntry(
        article=article,
        entry_digest=entry.digest,
        guid=entry.guid,
        outlet_key=outlet_key(
            configured=feed.outlet,
            source=entry.source,
            site_url=document.link,
            feed_url=feed.url,
        ),
        html=_html(body_text, link or document.link or feed.url),
        position=entry.position,
    )


def _zone(feed: Feed) -> tzinfo:
    try:
        return zone_named(feed.timezone)
    except ValueError:
        # The settings refuse an unknown zone; a record from an older list must not stop a poll.
        return UTC


def _outlet(entry: Entry, document: FeedDocument, feed: Feed) -> Outlet:
    """Config's name, else the entry's source, else the feed's title, else the site's domain."""
    source = entry.source
    sourced = title_text(source.title or "") if source else ""
    own = title_text(document.title or "") or clean(feed.title or "")
    named = clean(feed.outlet or "") or sourced or own
    site = safe_link(document.link)
    if not named:
        named = registrable_domain(site) or registrable_domain(feed.url) or feed.url
    if source is not None and sourced and not feed.outlet:
        return Outlet(name=named, url=safe_link(source.url), feed_url=safe_link(source.feed_url))
    return Outlet(
        name=named,
        tagline=plain_text(document.subtitle or "") or None,
        url=site,
        feed_url=safe_link(feed.url),
    )


def _title(entry: Entry, document: FeedDocument, feed: Feed, outlet: Outlet) -> str:
    if entry.title is None:
        return ""
    html = {"text/plain": False, None: None}.get(entry.title.type, True)
    title = title_text(entry.title.value, html=html)
    names = (outlet.name, document.title, feed.title, feed.outlet, outlet.url, document.link)
    return strip_outlet(title, [name for name in names if name])


def _made_title(summary: str, link: str | None, guid: str | None) -> str:
    """A title for an entry that has none: the start of its text, else its address or guid."""
    if len(summary) > _MADE_TITLE:
        start = summary[:_MADE_TITLE].rpartition(" ")[0] or summary[:_MADE_TITLE]
        return f"{start.rstrip(' ,;:.')}…"
    return summary or link or clean(guid or "") or "Untitled"


def _richest(entry: Entry) -> Text | None:
    """The construct that holds most text: a body where there is one, else the summary."""
    held = [*entry.contents, *([entry.summary] if entry.summary else [])]
    filled = [text for text in held if text.value.strip()]
    if len(filled) < 2:
        return filled[0] if filled else None
    return max(filled, key=lambda text: len(plain_text(text.value)))


def _is_html(text: Text) -> bool:
    # Atom's default type is text, yet many feeds put markup there: tags that close are believed.
    if text.type == "text/plain":
        return "</" in text.value and has_markup(text.value)
    return True


def _blocks(text: Text | None, base: str | None) -> tuple[Block, ...]:
    if text is None:
        return ()
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


def _summary(entry: Entry, body: Body) -> str:
    """The summary's text without furniture; where there is none, the body's first paragraph."""
    if entry.summary is not None and entry.summary.value.strip():
        own = body_of(_blocks(entry.summary, None), title="")
        text = " ".join(own.paragraphs)
        if text:
            return text
    return body.paragraphs[0] if body.paragraphs else ""


def _topics(categories: Sequence[str]) -> tuple[str, ...]:
    topics: dict[str, str] = {}
    for category in categories:
        topic = title_text(category)
        if topic:
            topics.setdefault(topic.casefold(), topic)
    return tuple(topics.values())


def _declared(entry: Entry, text: Text | None) -> str | None:
    return entry.language or (text.language if text else None)


def _sample(title: str, summary: str, body: Body) -> str:
    sample = title
    for part in body.paragraphs or (summary,):
        if len(sample) > _LANGUAGE_SAMPLE:
            break
        sample = f"{sample}\n{part}"
    return sample
