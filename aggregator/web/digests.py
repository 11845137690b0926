"""Reads digests for the pages and feeds."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request

from aggregator.digest.compose import Interests, compose
from aggregator.model.digest import Digest, DigestStory
from aggregator.model.instants import Instant
from aggregator.service.reading import read_ahead
from aggregator.web.asked import asked_limit, asked_since
from aggregator.web.searches import FEED_SPAN, named
from aggregator.web.site import Site

_FEED_LIMIT = 50


async def asked_digest(
    site: Site, request: Request, *, interests: Interests | None = None, ahead: int | None = None
) -> Digest:
    """The digest an address asks for by ``since``, ``limit`` and ``category``.

    ``ahead``: so many stories are read, and all of them given, for a caller that leaves some out.
    """
    now = site.clock.now()
    if name := request.query_params.get("search"):
        return await _searched(site, name, now, asked_limit(request, _FEED_LIMIT))
    window = site.window(now, asked_since(request, site.options.since))
    limit = asked_limit(request, site.options.limit)
    category = request.query_params.get("category")
    read = None if category else ahead or read_ahead(limit)
    stories = await site.store.stories(window, limit=read)
    if category:
        stories = [_filed(story, category) for story in stories if category in story.categories]
    feeds = await site.store.feeds_summary(window)
    return compose(
        stories,
        window=window,
        now=now,
        feeds=feeds,
        limit=None if ahead else limit,
        interests=interests,
    )


async def _searched(site: Site, name: str, now: Instant, limit: int) -> Digest:
    """What a saved search finds, the latest first; its span is its own."""
    saved = await named(site, name)
    window = site.window(now, FEED_SPAN)
    query = replace(saved.query, since=window.start, limit=limit)
    stories = await site.store.search(query)
    return Digest(
        generated_at=now,
        window=window,
        stories=tuple(sorted(stories, key=lambda story: story.last_seen, reverse=True)),
        feeds=await site.store.feeds_summary(window),
    )


def _filed(story: DigestStory, category: str) -> DigestStory:
    """The story with the asked category first, so that the page puts it under that one."""
    others = (name for name in story.categories if name != category)
    return replace(story, categories=(category, *others))
