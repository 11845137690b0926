"""What the program keeps about its reader: marks on stories, tastes, saved searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aggregator.model.instants import Instant
from aggregator.model.store import SearchQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMark:
    """What the reader did with a story. ``read_at`` is None while it is unread."""

    story_id: str
    read_at: Instant | None = None
    starred: bool = False
    muted: bool = False


TasteKind = Literal["topic", "outlet", "word"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """What the reader wants more of (``likes``) or nothing of; names in any case are one."""

    kind: TasteKind
    name: str
    likes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search under a name: a section of the page, and a feed of its own."""

    name: str
    query: SearchQuery
    made_at: Instant
