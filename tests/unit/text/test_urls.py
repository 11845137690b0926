"""Addresses: absolute, safe, canonical."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.entry import EntrySource
from aggregator.text.outlets import outlet_key
from aggregator.text.urls import absolute, canonical_url, registrable_domain, safe_link


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Example.ORG:443/A?b=1", "https://example.org/A?b=1"),
        ("http://example.org", "http://example.org/"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org/a#top", "https://example.org/a"),
        ("https://example.org/a#!/story/7", "https://example.org/a#!/story/7"),
        ("https://example.org/a?utm_source=rss&utm_medium=feed", "https://example.org/a"),
        ("https://example.org/a?id=7&fbclid=x&page=2", "https://example.org/a?id=7&page=2"),
        ("https://example.org/a?amp;utm_source=x", "https://example.org/a"),
        ("https://example.org/a?CMP=rss_world", "https://example.org/a"),
        ("https://example.org/a?traffic_source=rss", "https://example.org/a"),
        ("https://example.org/a?ref=rss", "https://example.org/a"),
        ("https://example.org/a?ref=main", "https://example.org/a?ref=main"),
        (
            "https://example.org/index.php?mod=news&id=3",
            "https://example.org/index.php?mod=news&id=3",
        ),
        ("https://example.org/news/story/amp/", "https://example.org/news/story/"),
        ("https://example.org/amp/news/story", "https://example.org/news/story"),
        ("https://example.org/story.amp.html", "https://example.org/story.html"),
        ("https://example.org/story?amp=1", "https://example.org/story"),
        ("https://example.org/amp", "https://example.org/amp"),
        ("https://m.example.org/a", "https://example.org/a"),
        ("https://amp.example.org/a", "https://example.org/a"),
        ("https://en.m.example.org/a", "https://en.example.org/a"),
        ("https://m.org/a", "https://m.org/a"),
        ("https://www.google.com/amp/s/example.org/a", "https://example.org/a"),
        (
            "https://www-example-org.cdn.ampproject.org/c/s/www.example.org/a",
            "https://www.example.org/a",
        ),
        ("https://www.google.com/url?q=https://example.org/a&sa=t", "https://example.org/a"),
        ("https://example.org/ä b", "https://example.org/%C3%A4%20b"),
        ("https://example.org/%C3%A4", "https://example.org/%C3%A4"),
        ("http://[::1]:80/a", "http://[::1]/a"),
    ],
)
def test_one_address_for_the_many(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


UNSAFE = [
    "javascript:alert(1)",
    " java\nscript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://example.org/a",
    "mailto:x@example.org",
    "//example.org/a",
    "/\\example.org",
    "a/b",
    "http://",
    "http://[bad",
    "http://example.org:port/",
    "http://a<b>.example/",
    "http://a b.example/",
    "",
    None,
]


@pytest.mark.parametrize("url", UNSAFE)
def test_what_no_page_may_link_to_is_none(url: str | None) -> None:
    assert safe_link(url) is None
    assert canonical_url(url) is None


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("/x y", "https://example.org/a/b", "https://example.org/x y"),
        ("b", "https://example.org/a/", "https://example.org/a/b"),
        ("//cdn.example.org/i.png", "https://example.org/", "https://cdn.example.org/i.png"),
        ("ht\ntps://example.org/a", None, "https://example.org/a"),
        ("\u200bhttps://example.org/a\u202e", None, "https://example.org/a"),
        ("a", None, None),
        ("http://[bad", "https://example.org/", None),
    ],
)
def test_relative_addresses_count_from_their_base(
    url: str, base: str | None, expected: str | None
) -> None:
    assert absolute(url, base) == expected


def test_no_quote_or_bracket_gets_through_and_a_backslash_is_a_slash() -> None:
    assert safe_link('https://example.org/"><x y') == "https://example.org/%22%3E%3Cx%20y"
    assert safe_link("https://example.org\\@evil.example/") == "https://example.org/@evil.example/"


@given(st.text(max_size=80), st.none() | st.text(max_size=40))
def test_no_text_makes_them_raise(url: str, base: str | None) -> None:
    joined = absolute(url, base)
    link = safe_link(joined)
    assert link is None or link.lower().startswith(("http://", "https://"))
    canonical = canonical_url(joined)
    assert canonical is None or canonical_url(canonical) == canonical
    registrable_domain(url)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.bbc.co.uk/news", "bbc.co.uk"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("https://name.blogspot.com/x", "name.blogspot.com"),
        ("https://127.0.0.1:8000/x", "127.0.0.1"),
        ("http://[::1]:8000/x", "::1"),
        ("http://localhost/x", "localhost"),
        ("https://news.herald.example/x", "herald.example"),
        ("", None),
        ("http://[bad", None),
    ],
)
def test_the_domain_that_one_owner_registered(url: str, domain: str | None) -> None:
    assert registrable_domain(url) == domain


def test_an_outlet_is_what_config_says_else_source_else_site_else_feed() -> None:
    source = EntrySource(title="Reuters", url="https://www.reuters.com")
    site, feed = "https://www.herald.example/", "https://feeds.example.net/herald"
    assert (
        outlet_key(configured=" The  Herald ", source=source, site_url=site, feed_url=feed)
        == "the herald"
    )
    assert outlet_key(configured=None, source=source, site_url=site, feed_url=feed) == "reuters.com"
    named = EntrySource(title="Le Phare")
    assert outlet_key(configured=None, source=named, site_url=site, feed_url=feed) == "le phare"
    assert (
        outlet_key(configured=None, source=None, site_url=site, feed_url=feed) == "herald.example"
    )
    assert outlet_key(configured=None, source=None, site_url=None, feed_url=feed) == "example.net"


def test_an_address_that_nobody_registers_houses_outlets_by_their_titles() -> None:
    def key(site: str | None, title: str, source: EntrySource | None = None) -> str:
        feed = "http://127.0.0.1:8001/feed.xml"
        return outlet_key(configured=None, source=source, site_url=site, feed_url=feed, title=title)

    assert key("http://127.0.0.1:8001/", "The  Herald") == "the herald"
    assert key(None, "Le Phare") == "le phare"
    assert key(None, " ") == "127.0.0.1:8001"
    assert key("https://www.herald.example/", "World news") == "herald.example"
    source = EntrySource(title="Harbour Post", url="http://localhost/post")
    assert key(None, "Le Phare", source) == "harbour post"


def test_servers_that_nobody_registered_are_outlets_by_host_and_port() -> None:
    def key(url: str) -> str:
        return outlet_key(configured=None, source=None, site_url=url, feed_url=None)

    assert key("http://127.0.0.1:8001/a") == "127.0.0.1:8001"
    assert key("http://127.0.0.1:8002/a") == "127.0.0.1:8002"
    assert key("http://[::1]:8002/a") == "::1:8002"
    assert key("http://intranet/a") == "intranet"
    assert key("http://www.herald.example:8001/a") == "herald.example"
    assert key("http://[bad") == "unknown"
    assert key("http://127.0.0.1:port/") == "127.0.0.1"
