"""A person's corrections: stories split, merged and pinned, kept through every re-clustering."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aggregator.cluster import corrections
from aggregator.cluster.corrections import Correction
from aggregator.errors import NotFound, UsageError
from aggregator.model.digest import Coverage, DigestStory
from aggregator.model.story import ClusterChanges
from aggregator.ports import Clock, Store
from aggregator.service.reading import find_story


class Corrections:
    """Decides corrections and stores each whole; ``changed`` wakes a clusterer in this process.

    Wherever the clusterer runs, it sees that the corrections have changed and goes on from the
    stories as they stand then.
    """

    def __init__(
        self, store: Store, clock: Clock, *, changed: Callable[[], None] = lambda: None
    ) -> None:
        self._store = store
        self._clock = clock
        self._changed = changed

    async def merge(self, names: Sequence[str]) -> Correction:
        """Makes the stories of these ids one."""
        stories = [await find_story(self._store, name) for name in names]
        return await self._make(corrections.merge(stories, now=self._clock.now()))

    async def split(self, story_id: str, articles: Sequence[str]) -> Correction:
        """Parts these articles from the rest of the story."""
        story = await find_story(self._store, story_id)
        return await self._make(corrections.split(story, articles, now=self._clock.now()))

    async def pin(self, article: str, story_id: str | None = None) -> Correction:
        """Fixes an article to a story; to its own where none is named."""
        source = await find_story(self._store, article)
        target = source if story_id is None else await find_story(self._store, story_id)
        row = _row(source, article)
        return await self._make(corrections.pin(row, source, target, now=self._clock.now()))

    async def apart(self, names: Sequence[str]) -> Correction:
        """Never these two together: two articles, or two stories by their founders."""
        if len(names) != 2:
            raise UsageError("keeping apart takes two ids, of articles or of stories")
        one, two = [await find_story(self._store, name) for name in names]
        a, b = _row_or_founder(one, names[0]), _row_or_founder(two, names[1])
        held = one if one.id == two.id else None
        return await self._make(corrections.apart(a, b, held, now=self._clock.now()))

    async def undo(self, correction: Correction) -> None:
        """Takes a correction back: its constraints, and what it changed."""
        await self._store.release(correction.constraints)
        await self._store.apply(ClusterChanges(memberships=correction.before))
        self._changed()

    async def _make(self, correction: Correction) -> Correction:
        existing = await self._store.constraints()
        await self._store.release(corrections.contradicted(correction.constraints, existing))
        await self._store.constrain(correction.constraints, correction.changes)
        self._changed()
        return correction


def _row(story: DigestStory, article: str) -> Coverage:
    for row in story.coverage:
        if row.id == article:
            return row
    raise NotFound("article", article)


def _row_or_founder(story: DigestStory, name: str) -> Coverage:
    return next((row for row in story.coverage if row.id == name), corrections.founder(story))
