"""A person's corrections: stories split, merged and pinned, kept through every re-clustering."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import token_hex

from aggregator.cluster import corrections
from aggregator.cluster.corrections import Correction
from aggregator.errors import NotFound, UsageError
from aggregator.model.digest import Coverage, DigestStory
from aggregator.model.story import ClusterChanges, Undoing
from aggregator.ports import Clock, Store
from aggregator.service.reading import find_story


@dataclass(frozen=True, slots=True)
class Made:
    """A correction that stands, and the key by which it is taken back."""

    correction: Correction
    key: str


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

    async def merge(self, names: Sequence[str]) -> Made:
        """Makes the stories of these ids one."""
        stories = [await find_story(self._store, name) for name in names]
        return await self._make(corrections.merge(stories, now=self._clock.now()))

    async def split(self, story_id: str, articles: Sequence[str]) -> Made:
        """Parts these articles from the rest of the story."""
        story = await find_story(self._store, story_id)
        return await self._make(corrections.split(story, articles, now=self._clock.now()))

    async def pin(self, article: str, story_id: str | None = None) -> Made:
        """Fixes an article to a story; to its own where none is named."""
        source = await find_story(self._store, article)
        target = source if story_id is None else await find_story(self._store, story_id)
        row = _row(source, article)
        return await self._make(corrections.pin(row, source, target, now=self._clock.now()))

    async def apart(self, names: Sequence[str]) -> Made:
        """Never these two together: two articles, or two stories by their founders."""
        if len(names) != 2:
            raise UsageError("keeping apart takes two ids, of articles or of stories")
        one, two = [await find_story(self._store, name) for name in names]
        a, b = _row_or_founder(one, names[0]), _row_or_founder(two, names[1])
        held = one if one.id == two.id else None
        return await self._make(corrections.apart(a, b, held, now=self._clock.now()))

    async def undo(self, key: str) -> Undoing:
        """Takes a correction back: its constraints, and what it changed. Raises `NotFound`."""
        undoing = await self._store.recall(key)
        await self._store.release(undoing.constraints)
        await self._store.constrain(undoing.given_up, ClusterChanges(memberships=undoing.before))
        self._changed()
        return undoing

    async def _make(self, correction: Correction) -> Made:
        existing = await self._store.constraints()
        given_up = tuple(corrections.contradicted(correction.constraints, existing))
        key = token_hex(8)
        undoing = Undoing(
            constraints=correction.constraints, given_up=given_up, before=correction.before
        )
        await self._store.remember(key, undoing, now=self._clock.now())
        await self._store.release(given_up)
        await self._store.constrain(correction.constraints, correction.changes)
        self._changed()
        return Made(correction, key)


def _row(story: DigestStory, article: str) -> Coverage:
    for row in story.coverage:
        if row.id == article:
            return row
    raise NotFound("article", article)


def _row_or_founder(story: DigestStory, name: str) -> Coverage:
    return next((row for row in story.coverage if row.id == name), corrections.founder(story))
