"""The merged digest as an Atom feed (RFC 4287): one entry a story, updated in place."""

from __future__ import annotations

from datetime import UTC, tzinfo
from xml.etree import ElementTree as ET

from aggregator import __version__
from aggregator.model.digest import Digest, DigestStory
from aggregator.model.instants import rfc3339
from aggregator.render.links import web_link
from aggregator.render.syndication import (
    Channel,
    channel_id,
    clean_title,
    digest_updated,
    story_html,
    story_iri,
    story_link,
    story_updated,
)

_ATOM = "http://www.w3.org/2005/Atom"


def digest_atom(digest: Digest, *, channel: Channel | None = None, zone: tzinfo = UTC) -> str:
    """The feed document, as text that declares UTF-8."""
    about = channel or Channel()
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _add(feed, "id", channel_id(about))
    _add(feed, "title", clean_title(about.title))
    _add(feed, "updated", rfc3339(digest_updated(digest)))
    # An author for all entries (RFC 4287 §4.1.1): the outlets are named as contributors.
    author = _add(feed, "author")
    _add(author, "name", clean_title(about.title))
    if about.self_url:
        _add(feed, "link", rel="self", type="application/atom+xml", href=about.self_url)
    if about.home_url or about.site_url:
        _add(feed, "link", rel="alternate", type="text/html", href=about.home_url or about.site_url)
    _add(feed, "generator", "aggregator", version=__version__)
    for story in digest.stories:
        _entry(feed, story, digest, about, zone)
    ET.indent(feed)
    body = ET.tostring(feed, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def _entry(
    feed: ET.Element, story: DigestStory, digest: Digest, channel: Channel, zone: tzinfo
) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", story_iri(story.id))
    _add(entry, "title", clean_title(story.title))
    _add(entry, "updated", rfc3339(story_updated(story)))
    _add(entry, "published", rfc3339(story.first_seen))
    address = web_link(story_link(story, channel))
    if address:
        _add(entry, "link", rel="alternate", type="text/html", href=address)
    source = web_link(story.url)
    if source and source != address:
        _add(entry, "link", rel="via", type="text/html", href=source)
    for outlet in dict.fromkeys(clean_title(row.outlet) for row in story.coverage):
        _add(_add(entry, "contributor"), "name", outlet)
    for term in dict.fromkeys(clean_title(term) for term in (*story.categories, *story.topics)):
        _add(entry, "category", term=term)
    if story.summary:
        _add(entry, "summary", clean_title(story.summary))
    _add(entry, "content", story_html(story, digest, zone), type="html")


def _add(
    parent: ET.Element, name: str, text: str | None = None, **attributes: str | None
) -> ET.Element:
    wanted = {key: value for key, value in attributes.items() if value is not None}
    element = ET.SubElement(parent, f"{{{_ATOM}}}{name}", wanted)
    element.text = text
    return element
