"""What the store keeps for readers: the digest's stories, their marks, figures of what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from aggregator.model.digest import DigestStory, FeedsSummary, Window
from aggregator.model.instants import Instant
from aggregator.model.reading import SavedSearch, StoryMark, Taste
from aggregator.model.statistics import Placed
from aggregator.model.store import (
    SearchQuery,
)


class DigestStore(Protocol):
    """Stories as a reader meets them."""

    async def story(self, story_id: str) -> DigestStory:
        """One story with its whole coverage, by its id or one it was merged from; or `NotFound`."""
        ...

    async def stories(self, window: Window, *, limit: int | None = None) -> Sequence[DigestStory]:
        """Stories with an article fetched in the window, likeliest worth showing first.

        They stand by `digest.turns.shortlist`; ``limit`` bounds how many are read. `score` is left
        0 for `digest`.
        """
        ...

    async def search(self, query: SearchQuery) -> Sequence[DigestStory]:
        """Stories with an article that matches, best first; coverage holds the whole story."""
        ...

    async def feeds_summary(self, window: Window) -> FeedsSummary:
        """How the feeds fared in the window."""
        ...

    async def changed(self) -> str:
        """A value that differs once anything was written, by whatever process; cheap to ask.

        What was read before the value was asked for may be kept while the value stays.
        """
        ...


class ReaderStore(Protocol):
    """What a reader did and likes: marks, tastes, saved searches."""

    async def marks(self, reader: str, story_ids: Sequence[str]) -> Mapping[str, StoryMark]:
        """The reader's marks on these stories, by the ids asked for; unmarked ones left out.

        A mark made on a story that was merged into one of these counts for it.
        """
        ...

    async def save_marks(self, reader: str, marks: Sequence[StoryMark]) -> None:
        """Sets marks whole; one that says nothing is forgotten."""
        ...

    async def unread_again(self, reader: str, read_at: Instant) -> int:
        """Takes back every reading of this very instant; returns of how many stories."""
        ...

    async def starred(self, reader: str, *, limit: int) -> Sequence[DigestStory]:
        """The stories the reader starred, latest first."""
        ...

    async def tastes(self, reader: str) -> Sequence[Taste]:
        """What the reader likes and mutes, by kind and name."""
        ...

    async def save_taste(self, reader: str, taste: Taste) -> None:
        """Keeps a taste in place of an earlier one of this kind and name."""
        ...

    async def drop_taste(self, reader: str, taste: Taste) -> None:
        """Forgets the taste of this kind and name."""
        ...

    async def searches(self, reader: str) -> Sequence[SavedSearch]:
        """The reader's saved searches, oldest first."""
        ...

    async def save_search(self, reader: str, search: SavedSearch) -> None:
        """Keeps a search in place of an earlier one of this name."""
        ...

    async def drop_search(self, reader: str, name: str) -> None:
        """Forgets the search of this name."""
        ...


class FigureStore(Protocol):
    """Counts over a span of time."""

    async def articles_by_day(self, window: Window) -> Mapping[str, Sequence[int]]:
        """Articles fetched on each day of the window, by feed id; feeds without any left out.

        Days are of 24 hours, counted from the window's start.
        """
        ...

    async def placed(self, window: Window) -> Sequence[Placed]:
        """Every placed article fetched in the window, by publication."""
        ...
