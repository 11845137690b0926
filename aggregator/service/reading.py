"""The digest and the stories as a reader asks for them."""

from __future__ import annotations

from aggregator.digest.compose import compose
from aggregator.digest.unread import interests_of
from aggregator.errors import NotFound
from aggregator.model.digest import Digest, DigestStory, Window
from aggregator.ports import Clock, Store

_LEAST_READ = 100


async def read_digest(
    store: Store, clock: Clock, window: Window, *, limit: int, reader: str | None = None
) -> Digest:
    """The merged digest of a window, best story first; by a reader's likes and mutes if named.

    More stories are read than shown, because the store's rank is a rough one.
    """
    stories = await store.stories(window, limit=read_ahead(limit))
    feeds = await store.feeds_summary(window)
    interests = interests_of(await store.tastes(reader)) if reader else None
    return compose(
        stories, window=window, now=clock.now(), feeds=feeds, limit=limit, interests=interests
    )


def read_ahead(limit: int) -> int:
    """So many stories are read to find the best ``limit``: the store's rank knows no likes."""
    return max(2 * limit, _LEAST_READ)


async def find_story(store: Store, name: str) -> DigestStory:
    """The story of this id, of one that was merged into it, or that holds this article.

    Raises:
        NotFound: nothing has this id, or the article still waits for its story.
    """
    try:
        return await store.story(name)
    except NotFound:
        stored = await store.articles([name])
    if not stored:
        raise NotFound("story or article", name)
    if stored[0].membership is None:
        raise NotFound("story of the article", name, hint="It still waits to be clustered.")
    return await store.story(stored[0].membership.story_id)
