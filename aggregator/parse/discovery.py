"""Where a page says its feeds are, and where known sites keep theirs. No address is asked here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from aggregator.model.discovery import FeedLink, Means

_MAX_LINKS = 20
_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/x-rss+xml",
    "application/x-cdf",
    "application/rss",
    "application/atom",
    "text/rss+xml",
)
_VAGUE_TYPES = ("application/json", "application/xml", "text/xml")
_FEED_LIKE = re.compile(
    r"(?:^|[/._?=&-])(?:rss2?|atom|feeds?|rdf)(?:$|[/._?=&-])|\.(?:rss|atom|rdf)\b", re.IGNORECASE
)
_CHANNEL_ID = re.compile(
    r'"(?:channelId|externalId)":"(UC[\w-]{22})"|itemprop="(?:identifier|channelId)"\s+'
    r'content="(UC[\w-]{22})"'
)
_USUAL_PATHS = ("/feed/", "/rss.xml", "/atom.xml", "/index.xml")
_PODCAST_ID = re.compile(r"/id(\d+)")
_HANDLE = re.compile(r"@?([\w.-]+)@([\w-]+(?:\.[\w-]+)+)")


def page_links(body: bytes | str, url: str) -> tuple[FeedLink, ...]:
    """The feeds a page declares, best first; else anchors that look like feeds.

    ``<link rel="alternate">`` counts against ``<base>``, as browsers take it.
    """
    page = LexborHTMLParser(body)
    base_tag = page.css_first("base[href]")
    base = urljoin(url, (base_tag.attributes.get("href") or "").strip()) if base_tag else url
    links = []
    for node in page.css("link[href]"):
        attributes = node.attributes
        relations = (attributes.get("rel") or "").lower().split()
        kind = (attributes.get("type") or "").partition(";")[0].strip().lower()
        href = (attributes.get("href") or "").strip()
        declared = kind in _FEED_TYPES or (kind in _VAGUE_TYPES and _FEED_LIKE.search(href))
        if href and (("alternate" in relations and declared) or "feed" in relations):
            links.append(_link(base, href, attributes.get("title"), "link"))
    if not links and (channel := _CHANNEL_ID.search(page.html or "")):
        links.append(_youtube("channel_id", channel[1] or channel[2]))
    if not links:
        for node in page.css("a[href]"):
            href = (node.attributes.get("href") or "").strip()
            if _FEED_LIKE.search(urlsplit(href).path if href.startswith("http") else href):
                links.append(_link(base, href, node.text(strip=True)[:100], "anchor"))
    # Comments are rarely what somebody wants to follow: they come last.
    ranked = sorted(links, key=lambda link: "comment" in f"{link.url} {link.title}".lower())
    return _distinct(ranked, apart_from=None)


def usual_links(url: str) -> tuple[FeedLink, ...]:
    """The few paths where feeds usually are, for a page that declares none."""
    return tuple(FeedLink(url=urljoin(url, path), means="guess") for path in _USUAL_PATHS)


def site_links(url: str) -> tuple[FeedLink, ...]:
    """The feeds of a page on a site whose rule is known; empty for every other."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    steps = [step for step in parts.path.split("/") if step]
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    found: Iterable[FeedLink] = ()
    if host == "youtube.com":
        found = _on_youtube(steps, query)
    elif host in ("reddit.com", "old.reddit.com"):
        if len(steps) >= 2 and steps[0] in ("r", "user", "u"):
            found = (_site(f"https://www.reddit.com/{steps[0]}/{steps[1]}/.rss"),)
    elif host == "github.com":
        found = _on_github(steps)
    elif host == "medium.com" and steps:
        found = (_site(f"https://medium.com/feed/{steps[0]}"),)
    elif host == "bsky.app" and len(steps) >= 2 and steps[0] == "profile":
        found = (_site(f"https://bsky.app/profile/{steps[1]}/rss"),)
    elif len(steps) == 1 and re.fullmatch(r"@\w[\w.-]*", steps[0]):
        # Mastodon and its kin, on whatever host.
        found = (_site(f"{parts.scheme}://{parts.netloc}/{steps[0]}.rss"),)
    return _distinct(found, apart_from=url)


def handle_address(text: str) -> str | None:
    """The page of an account named as ``@name@host``; None for every other text."""
    handle = _HANDLE.fullmatch(text.strip())
    return f"https://{handle[2]}/@{handle[1]}" if handle else None


def podcast_lookup(url: str) -> str | None:
    """Where Apple's directory tells the feed of a podcast's page; None for other pages."""
    parts = urlsplit(url)
    found = _PODCAST_ID.search(parts.path)
    if parts.hostname in ("podcasts.apple.com", "itunes.apple.com") and found:
        return f"https://itunes.apple.com/lookup?id={found[1]}&entity=podcast"
    return None


def podcast_links(body: bytes) -> tuple[FeedLink, ...]:
    """The feeds in the directory's answer."""
    try:
        results = json.loads(body)["results"]
        found = [
            FeedLink(url=str(one["feedUrl"]), title=one.get("collectionName"), means="site")
            for one in results
            if isinstance(one, Mapping) and one.get("feedUrl")
        ]
    except (ValueError, KeyError, TypeError):
        return ()
    return _distinct(found, apart_from=None)


def _on_youtube(steps: list[str], query: Mapping[str, str]) -> Iterable[FeedLink]:
    if "list" in query:
        return (_youtube("playlist_id", query["list"]),)
    if len(steps) >= 2 and steps[0] == "channel":
        return (_youtube("channel_id", steps[1]),)
    if len(steps) >= 2 and steps[0] == "user":
        return (_youtube("user", steps[1]),)
    return ()  # @name and /c/name: their page declares the channel


def _youtube(key: str, value: str) -> FeedLink:
    address = f"https://www.youtube.com/feeds/videos.xml?{key}={quote(value, safe='')}"
    return FeedLink(url=address, means="site")


def _on_github(steps: list[str]) -> Iterable[FeedLink]:
    if len(steps) == 1:
        return (_site(f"https://github.com/{steps[0]}.atom"),)
    if len(steps) >= 2 and not steps[-1].endswith(".atom"):
        repository = "/".join(steps[:2])
        return tuple(
            _site(f"https://github.com/{repository}/{kind}.atom", title=f"{repository}: {kind}")
            for kind in ("releases", "tags", "commits")
        )
    return ()


def _site(url: str, title: str | None = None) -> FeedLink:
    return FeedLink(url=url, title=title, means="site")


def _link(base: str, href: str, title: str | None, means: Means) -> FeedLink:
    try:
        address = urljoin(base, href)
    except ValueError:
        address = ""
    return FeedLink(url=address, title=" ".join((title or "").split()) or None, means=means)


def _distinct(links: Iterable[FeedLink], *, apart_from: str | None) -> tuple[FeedLink, ...]:
    found: dict[str, FeedLink] = {}
    for link in links:
        address = link.url.partition("#")[0]
        if address.startswith(("http://", "https://")) and address != apart_from:
            found.setdefault(address, link)
    return tuple(list(found.values())[:_MAX_LINKS])
