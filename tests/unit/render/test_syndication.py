"""The outgoing feeds against their specifications, MUST by MUST."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import feedparser
import html5lib
import pytest

from aggregator.digest.assemble import assemble
from aggregator.model.digest import Digest
from aggregator.render.atom import digest_atom
from aggregator.render.jsonfeed import digest_jsonfeed
from aggregator.render.syndication import Channel
from tests.unit.digest.builders import stored
from tests.unit.render import sample

A = "{http://www.w3.org/2005/Atom}"
CHANNEL = Channel(site_url="https://news.example", self_url="https://news.example/feed.atom")
DIGESTS = [sample.ferry(), sample.hostile(), sample.empty()]


def feed_of(digest: Digest, channel: Channel = CHANNEL) -> ET.Element:
    return ET.fromstring(digest_atom(digest, channel=channel).encode())


@pytest.mark.parametrize("digest", DIGESTS)
def test_rfc_4287_feed_musts(digest: Digest) -> None:
    feed = feed_of(digest)
    assert feed.tag == f"{A}feed"
    # 4.1.1: exactly one id, title, updated; at most one generator, icon, logo, rights, subtitle.
    for name in ("id", "title", "updated"):
        assert len(feed.findall(A + name)) == 1
    for name in ("generator", "icon", "logo", "rights", "subtitle"):
        assert len(feed.findall(A + name)) <= 1
    # 4.1.1: an author on the feed, or on every entry; 4.2.1: each person has one name.
    assert feed.find(f"{A}author") is not None
    for person in [*feed.iter(f"{A}author"), *feed.iter(f"{A}contributor")]:
        assert len(person.findall(f"{A}name")) == 1
        assert person.findtext(f"{A}name")
    # 4.1.1: no two alternate links of one type and hreflang; a self link SHOULD be there.
    kinds = [(link.get("rel"), link.get("type")) for link in feed.findall(f"{A}link")]
    assert len(kinds) == len(set(kinds))
    assert ("self", "application/atom+xml") in kinds


@pytest.mark.parametrize("digest", DIGESTS)
def test_rfc_4287_entry_musts(digest: Digest) -> None:
    entries = feed_of(digest).findall(f"{A}entry")
    assert len(entries) == len(digest.stories)
    for entry in entries:
        # 4.1.2: exactly one id, title, updated; at most one content, published, rights, summary.
        for name in ("id", "title", "updated"):
            assert len(entry.findall(A + name)) == 1
        for name in ("content", "published", "rights", "source", "summary"):
            assert len(entry.findall(A + name)) <= 1
        # 4.1.2: an alternate link where there is no content; 4.2.7.1: every link has an href.
        assert entry.find(f"{A}content") is not None
        assert all(link.get("href") for link in entry.findall(f"{A}link"))
        # 4.2.2.1: every category has a term.
        assert all(category.get("term") for category in entry.findall(f"{A}category"))
        # 4.1.3.3: content of type html is text that parses as HTML, without child elements.
        content = entry.find(f"{A}content")
        assert content is not None
        assert content.get("type") == "html"
        assert len(content) == 0
        html5lib.HTMLParser(strict=True).parseFragment(content.text or "", container="div")
    # 4.1.1: ids differ; 4.2.6: an id is an IRI.
    ids = [entry.findtext(f"{A}id") or "" for entry in entries]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one) for one in ids)


@pytest.mark.parametrize("digest", DIGESTS)
def test_rfc_4287_dates_are_rfc_3339(digest: Digest) -> None:
    feed = feed_of(digest)
    for name in ("updated", "published"):
        for element in feed.iter(A + name):
            # 3.3: an upper-case T, and Z or a numeric offset.
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", element.text or "")
            datetime.fromisoformat(element.text or "")


def test_an_entry_keeps_its_id_and_is_updated_by_texts_not_by_copies() -> None:
    def entry(*minutes_and_copies: tuple[int, str | None]) -> tuple[str | None, str | None]:
        members = [
            stored(f"a{number}", minutes=minutes, copy_of=copy)
            for number, (minutes, copy) in enumerate(minutes_and_copies)
        ]
        digest = replace(sample.ferry(), stories=(assemble("ferry", members),))
        found = feed_of(digest).find(f"{A}entry")
        assert found is not None
        return found.findtext(f"{A}id"), found.findtext(f"{A}updated")

    first = entry((0, None))
    assert entry((0, None), (60, "a0")) == first
    grown = entry((0, None), (60, None))
    assert grown[0] == first[0]
    assert datetime.fromisoformat(grown[1] or "") - datetime.fromisoformat(
        first[1] or ""
    ) == timedelta(hours=1)


def test_entries_lead_to_the_site_or_else_to_the_article() -> None:
    link = feed_of(sample.ferry()).find(f"{A}entry/{A}link[@rel='alternate']")
    assert link is not None
    assert link.get("href") == "https://news.example/stories/ferry"
    link = feed_of(sample.ferry(), Channel()).find(f"{A}entry/{A}link[@rel='alternate']")
    assert link is not None
    assert link.get("href") == "https://harbour-times.example/f1"


def test_channels_have_feed_ids_of_their_own_and_share_entry_ids() -> None:
    one, two = feed_of(sample.ferry()), feed_of(sample.ferry(), Channel(name="category:Coast"))
    assert one.findtext(f"{A}id") != two.findtext(f"{A}id")
    assert one.findtext(f"{A}entry/{A}id") == two.findtext(f"{A}entry/{A}id")


def test_feedparser_reads_the_atom_feed_without_a_complaint() -> None:
    read = feedparser.parse(digest_atom(sample.ferry(), channel=CHANNEL).encode())
    assert not read.bozo
    assert read.entries[0].title == "Ferry runs aground off Skerry Point"


@pytest.mark.parametrize("digest", DIGESTS)
def test_json_feed_1_1_requirements(digest: Digest) -> None:
    feed = json.loads(digest_jsonfeed(digest, channel=CHANNEL))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids) == len(digest.stories)
    for item in feed["items"]:
        assert item["content_html"]
        assert isinstance(item["id"], str)
        assert all(author["name"] for author in item["authors"])
        datetime.fromisoformat(item["date_published"])
        assert str(item.get("image", "https:")).startswith("https:")
