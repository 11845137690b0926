"""Finding the feeds of a site: what answers with a feed, and nothing on trust.

The order of FETCHING.md: the address is a feed itself, the page declares feeds, else a few usual
paths, one after the other until one answers. Never a spray of guesses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import urljoin

from aggregator.cadence.verdict import in_words
from aggregator.errors import FeedError, FetchError, ParseError
from aggregator.model.discovery import FeedLink, FoundFeed
from aggregator.model.entry import FeedDocument
from aggregator.model.feed import Feed
from aggregator.model.poll import FetchAnswer, FetchRequest
from aggregator.normalise.entry import normalise
from aggregator.parse.discovery import (
    handle_address,
    page_links,
    podcast_links,
    podcast_lookup,
    site_links,
    usual_links,
)
from aggregator.ports import DocumentParser, Fetcher
from aggregator.settings.feed_entry import feed_address

_PERMANENT = {301, 308}
_AT_ONCE = 4
_LATEST = 3
# Most feeds have their newest entries first; one that has its oldest first is seldom long.
_LOOKED_AT = 60


async def discover(
    address: str, *, fetcher: Fetcher, parser: DocumentParser
) -> Sequence[FoundFeed]:
    """The feeds at an address, best first: a feed's, a page's, an account's (``@name@host``).

    Raises:
        FeedError: nothing answered there, or nothing of what answered is a feed.
    """
    try:
        url = handle_address(address) or feed_address(address)
    except ValueError as error:
        raise FeedError(str(error), hint="Name a site or a feed as https://…") from error
    known = site_links(url)
    if lookup := podcast_lookup(url):
        answer = await _answer(FetchRequest(url=lookup, accept="application/json"), fetcher)
        known = podcast_links(answer.body)
    if found := await _checked(known, fetcher, parser):
        return found
    answer = await _answer(FetchRequest(url=url), fetcher)
    try:
        return [await _found(FeedLink(url=url, means="itself"), answer, parser)]
    except ParseError as error:
        not_a_feed = error
    links = page_links(answer.body, answer.url)
    if found := await _checked(links, fetcher, parser):
        return found
    for guess in usual_links(answer.url):
        if found := await _checked([guess], fetcher, parser):
            return found
    raise FeedError(
        f"{not_a_feed.reason}, and no feed is to be found from there",
        feed=url,
        hint="If you know the feed's own address, name that.",
    )


async def check(feed: Feed, *, fetcher: Fetcher, parser: DocumentParser) -> FoundFeed:
    """What the feed at just this address says of itself.

    Raises:
        FeedError: it does not answer, or not with a feed.
    """
    answer = await _answer(FetchRequest(url=feed.url, headers=feed.headers), fetcher)
    return await _found(FeedLink(url=feed.url, means="itself"), answer, parser)


async def _answer(request: FetchRequest, fetcher: Fetcher) -> FetchAnswer:
    answer = await fetcher.fetch(request)
    if not 200 <= answer.status < 300:
        raise FetchError(in_words(answer.status), feed=request.url)
    return answer


async def _found(link: FeedLink, answer: FetchAnswer, parser: DocumentParser) -> FoundFeed:
    content_type = answer.header("content-type")
    document = await parser.parse(answer.body, url=answer.url, content_type=content_type)
    # A temporary redirect may lead elsewhere tomorrow; only a permanent one is the feed's address.
    moved = answer.hops and all(hop.status in _PERMANENT for hop in answer.hops)
    site = urljoin(answer.url, document.link) if document.link else None
    return FoundFeed(
        url=answer.url if moved else link.url,
        title=" ".join((document.title or link.title or "").split()) or None,
        site_url=site,
        format=document.format,
        entries=len(document.entries),
        latest=_latest(document, link.url),
        means=link.means,
    )


def _latest(document: FeedDocument, url: str) -> tuple[str, ...]:
    """The titles of the newest entries, as they will stand in the digest."""
    feed, now = Feed(url=url), datetime.now(UTC)
    articles = [
        normalise(entry, document, feed=feed, feed_id=url, fetched_at=now).article
        for entry in document.entries[:_LOOKED_AT]
    ]
    dated = [article for article in articles if article.date_source != "fetched"]
    # A feed without dates has its newest entries first.
    newest = sorted(dated, key=lambda article: article.published_at, reverse=True) or articles
    return tuple(article.title for article in newest[:_LATEST])


async def _checked(
    links: Iterable[FeedLink], fetcher: Fetcher, parser: DocumentParser
) -> Sequence[FoundFeed]:
    """Those of these links that answer with a feed, each address once, in their order."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(link: FeedLink) -> FoundFeed | None:
        async with gate:
            try:
                answer = await _answer(FetchRequest(url=link.url), fetcher)
                return await _found(link, answer, parser)
            except FeedError:
                return None

    found = await asyncio.gather(*(one(link) for link in links))
    return list({feed.url: feed for feed in found if feed}.values())
