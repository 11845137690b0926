"""What is new to the reader: a read story comes back when it has materially changed.

Material is a text of its own that came after the reading. Another reprint of a text that was there
is none, nor is a new headline over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from aggregator.digest.compose import Interests
from aggregator.model.digest import DigestStory
from aggregator.model.reading import StoryMark, Taste

ReadingState = Literal["unread", "changed", "read", "muted"]
Show = Literal["unread", "all"]


def state_of(story: DigestStory, mark: StoryMark | None) -> ReadingState:
    """How the story stands to the reader; ``changed``: read, and grown by a text since."""
    if mark is None:
        return "unread"
    if mark.muted:
        return "muted"
    if mark.read_at is None:
        return "unread"
    return "changed" if texts_since(story, mark) else "read"


def texts_since(story: DigestStory, mark: StoryMark) -> int:
    """Texts of their own that came after the reading; 0 where there was none."""
    if mark.read_at is None:
        return 0
    return sum(row.fetched_at > mark.read_at and row.copy_of is None for row in story.coverage)


def shown(
    stories: Iterable[DigestStory], marks: Mapping[str, StoryMark], *, show: Show = "unread"
) -> tuple[Sequence[DigestStory], int]:
    """The stories to show, those read before with what is new counted, and how many are hidden."""
    kept: list[DigestStory] = []
    hidden = 0
    for story in stories:
        mark = marks.get(story.id)
        state = state_of(story, mark)
        if show == "unread" and state in ("read", "muted"):
            hidden += 1
        elif mark is not None and mark.read_at is not None:
            kept.append(replace(story, new_articles=texts_since(story, mark)))
        else:
            kept.append(story)
    return kept, hidden


def interests_of(tastes: Iterable[Taste]) -> Interests:
    """The tastes as the ranking asks for them."""
    given = list(tastes)
    return Interests(
        topics=tuple(taste.name for taste in given if taste.kind == "topic" and taste.likes),
        muted_topics=tuple(t.name for t in given if t.kind == "topic" and not t.likes),
        muted_outlets=tuple(t.name for t in given if t.kind == "outlet" and not t.likes),
        muted_words=tuple(t.name for t in given if t.kind == "word" and not t.likes),
    )
