"""Reads digests for the pages and feeds."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request

from aggregator.digest.compose import Interests, compose
from aggregator.model.digest import Digest, DigestStory
from aggregator.web.asked import asked_limit, asked_since
from aggregator.web.site import Site

_READ_AHEAD = 2
"""Stories read for each one shown, because the store's rank is a rough one."""


async def asked_digest(
    site: Site, request: Request, *, interests: Interests | None = None, whole: bool = False
) -> Digest:
    """The digest an address asks for by ``since``, ``limit`` and ``category``.

    ``whole``: with the stories read ahead beyond the limit, for a caller that leaves some out.
    """
    now = site.clock.now()
    window = site.window(now, asked_since(request, site.options.since))
    limit = asked_limit(request, site.options.limit)
    category = request.query_params.get("category")
    read = None if category else limit * _READ_AHEAD
    stories = await site.store.stories(window, limit=read)
    if category:
        stories = [_filed(story, category) for story in stories if category in story.categories]
    feeds = await site.store.feeds_summary(window)
    return compose(
        stories,
        window=window,
        now=now,
        feeds=feeds,
        limit=None if whole else limit,
        interests=interests,
    )


def _filed(story: DigestStory, category: str) -> DigestStory:
    """The story with the asked category first, so that the page puts it under that one."""
    others = (name for name in story.categories if name != category)
    return replace(story, categories=(category, *others))
