"""How fresh a story is, and whose turn it is among the stories that one outlet alone tells.

Three stories in four are told by one outlet. Ranked by age alone, the outlet that writes most fills
the page, and on a first poll the archive of one diary does. So outlets take turns: the k-th best of
the stories that an outlet tells alone counts ``1 ÷ √k``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import exp2, sqrt

from aggregator.model.digest import Window
from aggregator.model.instants import Instant

_SHORTEST_HALF_LIFE = timedelta(hours=6)
_LONGEST_HALF_LIFE = timedelta(days=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lone:
    """A story that one outlet tells: when its newest article was published, as far as it says."""

    id: str
    outlet_key: str
    published_at: Instant
    dated: bool = True


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


def shortlist(stories: Sequence[Lone], *, window: Window, limit: int | None) -> list[str]:
    """The ids of those that are likeliest to be worth showing, best first, at most ``limit``."""
    latest = sorted(stories, key=lambda story: story.id)
    latest.sort(key=lambda story: story.published_at, reverse=True)
    shares = turns(story.outlet_key for story in latest)
    scored = [
        (share * recency(window.end - story.published_at, window, dated=story.dated), story.id)
        for story, share in zip(latest, shares, strict=True)
    ]
    scored.sort(key=lambda one: round(one[0], 4), reverse=True)
    return [story_id for _, story_id in scored[:limit]]
