from __future__ import annotations

import pytest

from aggregator.parse.discovery import (
    handle_address,
    page_links,
    podcast_links,
    podcast_lookup,
    site_links,
    usual_links,
)

PAGE = "https://site.example/news/today"


def urls(html: str) -> list[str]:
    return [link.url for link in page_links(html.encode(), PAGE)]


def test_declared_feeds_count_against_the_base() -> None:
    html = """<html><head><base href="/blog/">
      <link REL="Alternate home" type="application/rss+xml; charset=utf-8" title=" My  feed "
        href="rss.xml">
      <link rel=alternate type=application/atom+xml href="https://other.example/atom">
      <link rel="alternate" type="application/feed+json" href="//cdn.example/feed.json">
      <link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" href="/feed.css">
      <link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">
      </head><a href="/rss">RSS</a>"""
    links = page_links(html, PAGE)
    assert [link.url for link in links] == [
        "https://site.example/blog/rss.xml",
        "https://other.example/atom",
        "https://cdn.example/feed.json",
    ]
    assert links[0].title == "My feed"
    assert {link.means for link in links} == {"link"}


def test_a_feed_of_comments_comes_last() -> None:
    html = """<link rel=alternate type=application/rss+xml href=/comments/feed/>
      <link rel=alternate type=application/rss+xml href=/feed/>"""
    assert urls(html) == ["https://site.example/feed/", "https://site.example/comments/feed/"]


def test_anchors_are_taken_where_nothing_is_declared() -> None:
    html = """<a href="/about">About</a> <a href="/feeds/all.atom">Atom</a>
      <a href="https://feeds.example/site.rss">RSS</a> <a href="/breastfeeding">no</a>
      <a href="javascript:feed()">no</a> <a href="mailto:rss@site.example">no</a>"""
    assert urls(html) == ["https://site.example/feeds/all.atom", "https://feeds.example/site.rss"]


def test_each_address_once_and_not_too_many() -> None:
    html = "".join(f'<link rel=feed href="/{number % 50}">' for number in range(100))
    assert len(urls(html)) == 20
    assert urls('<link rel=feed href="/f"><link rel=feed href="/f#top">') == [
        "https://site.example/f"
    ]


@pytest.mark.parametrize("html", ["", "\x00", "<link rel=feed href='http://[bad'>", "<base href>"])
def test_broken_pages_have_no_feeds(html: str) -> None:
    assert urls(html) == []


@pytest.mark.parametrize(
    ("page", "feeds"),
    [
        (
            "https://www.youtube.com/channel/UC1234567890123456789012",
            ["https://www.youtube.com/feeds/videos.xml?channel_id=UC1234567890123456789012"],
        ),
        (
            "https://youtube.com/watch?v=x&list=PL1",
            ["https://www.youtube.com/feeds/videos.xml?playlist_id=PL1"],
        ),
        ("https://www.youtube.com/@somebody", []),
        ("https://old.reddit.com/r/news/", ["https://www.reddit.com/r/news/.rss"]),
        ("https://mastodon.example/@ann", ["https://mastodon.example/@ann.rss"]),
        ("https://github.com/ann", ["https://github.com/ann.atom"]),
        (
            "https://github.com/ann/tool/issues",
            [
                "https://github.com/ann/tool/releases.atom",
                "https://github.com/ann/tool/tags.atom",
                "https://github.com/ann/tool/commits.atom",
            ],
        ),
        ("https://medium.com/@ann", ["https://medium.com/feed/@ann"]),
        ("https://bsky.app/profile/ann.example", ["https://bsky.app/profile/ann.example/rss"]),
        ("https://site.example/about", []),
        ("https://github.com/ann/tool/releases.atom", []),
    ],
)
def test_known_sites_keep_their_feeds_by_rule(page: str, feeds: list[str]) -> None:
    assert [link.url for link in site_links(page)] == feeds


def test_a_channels_page_that_declares_no_feed() -> None:
    html = '<script>{"externalId":"UC1234567890123456789012"}</script>'
    assert urls(html) == [
        "https://www.youtube.com/feeds/videos.xml?channel_id=UC1234567890123456789012"
    ]


def test_handles_name_a_page() -> None:
    assert handle_address("@ann@mastodon.example") == "https://mastodon.example/@ann"
    assert handle_address("https://a.example/") is None


def test_podcast_directory() -> None:
    page = "https://podcasts.apple.com/gb/podcast/some-show/id123456?i=1"
    assert podcast_lookup(page) == "https://itunes.apple.com/lookup?id=123456&entity=podcast"
    assert podcast_lookup("https://a.example/id12") is None
    body = b'{"results": [{"feedUrl": "https://a.example/rss", "collectionName": "Show"}, {}]}'
    assert [(link.url, link.title) for link in podcast_links(body)] == [
        ("https://a.example/rss", "Show")
    ]
    assert podcast_links(b"<html>") == ()
    assert podcast_links(b'{"results": 3}') == ()


def test_guesses_are_few_and_at_the_root() -> None:
    guesses = usual_links(PAGE)
    assert len(guesses) <= 5
    assert all(link.url.startswith("https://site.example/") for link in guesses)
