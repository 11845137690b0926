"""The front page's order: what leads the page, then a section for each category of feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.model.digest import Digest
from aggregator.render.view import StoryView, views

FRONT = 8
"""At most so many stories stand before the sections: one leads, four beside its picture, three
below. Without a picture it takes the whole width, and two rows of three follow it."""

WIDE = 3
"""Columns of the widest page: a section of less content takes one or two of them."""

_NO_CATEGORY = "More stories"
_BRIEFS_A_COLUMN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Stories of one category: those with several outlets, then those that one outlet tells.

    ``filed`` says that the name is a category, and not that there is none.
    """

    name: str
    filed: bool
    stories: tuple[StoryView, ...]
    briefs: tuple[StoryView, ...]

    @property
    def width(self) -> int:
        """How many columns of the widest page its content fills, 1 to `WIDE`."""
        return min(WIDE, len(self.stories) + -(-len(self.briefs) // _BRIEFS_A_COLUMN))


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """The page's content in reading order."""

    front: tuple[StoryView, ...]
    sections: tuple[Section, ...]


def front_page(digest: Digest) -> FrontPage:
    """The digest laid out: every story once, in the order of its score within its place.

    The front holds the best stories that several outlets tell. A section is named after the first
    category of its stories; sections follow the score of their best story, those of a few stories
    after the others, since they stand side by side.
    """
    ranked = views(digest)
    pictured = bool(ranked and ranked[0].story.image and ranked[0].story.image.url)
    room = FRONT if pictured else FRONT - 1
    front = tuple(story for story in ranked if story.weight != "brief")[:room]
    in_front = {story.story.id for story in front}
    by_category: dict[str, list[StoryView]] = {}
    for story in ranked:
        if story.story.id not in in_front:
            name = story.story.categories[0] if story.story.categories else _NO_CATEGORY
            by_category.setdefault(name, []).append(story)
    sections = [_section(name, stories) for name, stories in by_category.items()]
    # What belongs nowhere stands last, however well it scores.
    sections.sort(key=lambda section: (not section.filed, section.width < WIDE))
    return FrontPage(front=front, sections=tuple(sections))


def _section(name: str, stories: Sequence[StoryView]) -> Section:
    return Section(
        name=name,
        filed=name != _NO_CATEGORY,
        stories=tuple(story for story in stories if story.weight != "brief"),
        briefs=tuple(story for story in stories if story.weight == "brief"),
    )
