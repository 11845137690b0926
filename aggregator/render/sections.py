"""The front page's order: what leads the page, then a section for each category of feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.model.digest import Digest
from aggregator.render.view import StoryView, views

FRONT = 8
"""At most so many stories stand before the sections: one leads, four beside it, three below."""

_NO_CATEGORY = "More stories"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Stories of one category: those with several outlets, then those that one outlet tells.

    ``filed`` says that the name is a category, and not that there is none.
    """

    name: str
    filed: bool
    stories: tuple[StoryView, ...]
    briefs: tuple[StoryView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """The page's content in reading order."""

    front: tuple[StoryView, ...]
    sections: tuple[Section, ...]


def front_page(digest: Digest) -> FrontPage:
    """The digest laid out: every story once, in the order of its score within its place.

    The front holds the top story and the major ones after it. A section is named after the first
    category of its stories; sections follow the score of their best story.
    """
    ranked = views(digest)
    front = tuple(story for story in ranked if story.weight in ("top", "major"))[:FRONT]
    in_front = {story.story.id for story in front}
    by_category: dict[str, list[StoryView]] = {}
    for story in ranked:
        if story.story.id not in in_front:
            name = story.story.categories[0] if story.story.categories else _NO_CATEGORY
            by_category.setdefault(name, []).append(story)
    # What belongs nowhere stands last, however well it scores.
    names = sorted(by_category, key=lambda name: name == _NO_CATEGORY)
    return FrontPage(
        front=front, sections=tuple(_section(name, by_category[name]) for name in names)
    )


def _section(name: str, stories: Sequence[StoryView]) -> Section:
    return Section(
        name=name,
        filed=name != _NO_CATEGORY,
        stories=tuple(story for story in stories if story.weight != "brief"),
        briefs=tuple(story for story in stories if story.weight == "brief"),
    )
