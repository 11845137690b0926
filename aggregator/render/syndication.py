"""What the outgoing feeds, Atom and JSON Feed, say alike of a story.

A story is one entry whose id never changes; when it grows, its entry is updated in place. It counts
as updated when an independent text came to it: a further reprint is no reason for a feed reader to
show it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from uuid import UUID, uuid5

from aggregator.model.digest import Digest, DigestStory
from aggregator.model.instants import Instant
from aggregator.render.templating import own_templates
from aggregator.render.view import view
from aggregator.text.controls import single_line, xml_text

_NAMESPACE = UUID("6f0b2f0e-1d0c-5a5e-9a83-53b5c0a3c8d1")
"""Never to change: every id that a feed reader knows is derived from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Which merged feed this is: the whole digest, a category, or a saved search.

    ``name`` tells the channels of one installation apart and makes the feed's permanent id;
    ``site_url`` is the address of the installation without a slash at its end, None where no
    service stands behind (a file written by the command line); ``self_url`` is the feed's own.
    """

    title: str = "The Digest"
    name: str = "digest"
    site_url: str | None = None
    self_url: str | None = None
    home_url: str | None = None


def channel_id(channel: Channel) -> str:
    """The feed's permanent IRI."""
    return uuid5(_NAMESPACE, f"channel:{channel.name}").urn


def story_iri(story_id: str) -> str:
    """The entry's permanent IRI: the same in every channel and format."""
    return uuid5(_NAMESPACE, f"story:{story_id}").urn


def story_link(story: DigestStory, channel: Channel) -> str | None:
    """Where the entry leads: the story's page if there is a site, else the lead article."""
    return f"{channel.site_url}/stories/{story.id}" if channel.site_url else story.url


def story_updated(story: DigestStory) -> Instant:
    """When the story last grew by a text of its own."""
    texts = [row.fetched_at for row in story.coverage if row.copy_of is None]
    return max(texts, default=story.last_seen)


def digest_updated(digest: Digest) -> Instant:
    """When the feed last changed; the digest's own instant while it is empty."""
    return max((story_updated(story) for story in digest.stories), default=digest.generated_at)


def story_html(story: DigestStory, digest: Digest, zone: tzinfo = UTC) -> str:
    """The entry's content: summary, coverage and copies, as HTML without style or script."""
    template = own_templates(zone).get_template("entry.html")
    return xml_text(template.render(view=view(story), now=digest.generated_at))


def clean_title(text: str) -> str:
    """A title for a feed reader: never empty."""
    return single_line(xml_text(text)) or "Untitled"
