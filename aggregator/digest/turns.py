"""How widely a story is told, how fresh it is, and whose turn it is among what one outlet tells.

The parts of a story's score (`digest.compose`) that a store can reckon before it reads the story.

Three stories in four are told by one outlet. Ranked by age alone, the outlet that writes most fills
the page, and on a first poll the archive of one diary does. So outlets take turns: the k-th best of
the stories that an outlet tells alone counts ``1 ÷ √k``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import exp2, log2, sqrt

from aggregator.model.digest import Window
from aggregator.model.instants import Instant

_SHORTEST_HALF_LIFE = timedelta(hours=6)
_LONGEST_HALF_LIFE = timedelta(days=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A story in outline: who tells it, and when its newest text of its own was published.

    ``outlet_key`` is whose it is where one outlet alone tells it.
    """

    id: str
    outlet_key: str
    outlets: int = 1
    voices: int = 1
    published_at: Instant
    dated: bool = True


def coverage(outlets: int, voices: int) -> float:
    """What the outlets that tell a story weigh, ``voices`` of them with a text of their own."""
    return 0.75 * log2(1 + voices) + 0.25 * log2(1 + outlets)


def recency(age: timedelta, window: Window, *, dated: bool = True) -> float:
    """How much of its weight a story of this age has: 1 for a new one, 0.2 for an old one.

    One without a date is as old as its fetching, and a half-life more: on a first poll that is a
    page that always stood there more often than it is news.
    """
    half_life = min(max((window.end - window.start) / 2, _SHORTEST_HALF_LIFE), _LONGEST_HALF_LIFE)
    ages = max(age, timedelta()) / half_life
    return 0.2 + 0.8 * exp2(-(ages if dated else ages + 1))


def turns(outlet_keys: Iterable[str]) -> list[float]:
    """What each of these counts, by how many of its outlet stand before it.

    >>> turns(["a", "b", "a"])
    [1.0, 1.0, 0.7071067811865475]
    """
    seen: Counter[str] = Counter()
    shares = []
    for key in outlet_keys:
        seen[key] += 1
        shares.append(1 / sqrt(seen[key]))
    return shares


def shortlist(stories: Sequence[Sketch], *, window: Window, limit: int | None) -> list[str]:
    """The ids of those that are likeliest to be worth showing, best first, at most ``limit``."""
    ranked = sorted(stories, key=lambda story: story.id)
    ranked.sort(key=lambda story: story.published_at, reverse=True)
    weights = {story.id: _weight(story, window) for story in ranked}
    ranked.sort(key=lambda story: weights[story.id], reverse=True)
    lone = [story for story in ranked if story.outlets <= 1]
    for story, share in zip(lone, turns(story.outlet_key for story in lone), strict=True):
        weights[story.id] = round(weights[story.id] * share, 4)
    ranked.sort(key=lambda story: weights[story.id], reverse=True)
    return [story.id for story in ranked[:limit]]


def _weight(story: Sketch, window: Window) -> float:
    age = window.end - story.published_at
    fresh = recency(age, window, dated=story.dated)
    return round(coverage(story.outlets, story.voices) * fresh, 4)
