"""The join decision: which of the stories that an article is linked to it belongs to, if any."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from aggregator.cluster.groups import DEEP
from aggregator.cluster.links import Links
from aggregator.cluster.stories import Stories
from aggregator.cluster.vectors import FACETS
from aggregator.cluster.vocabulary import Floats
from aggregator.cluster.weights import Weights
from aggregator.kernels import kernels
from aggregator.kernels.port import Weighing

_SAID = 0.05
"""Facets below this are not worth a word in the evidence."""
_PRIOR = 0.6
_WEIGHING = Weighing(deep=DEEP, most=8, worthy=0.2)
"""Stories weighed for one article: those it is linked to most, by this share of the most."""
_SAMPLED = 8
"""Members that say how coherent a story is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the texts say of one article: the story it fits best, and how well."""

    story: str | None
    score: float = 0.0
    parts: Mapping[str, float] = field(default_factory=dict)
    nearest: int | None = None


class Joining:
    """Chooses among the ``stories`` of a stream, by its ``links``."""

    def __init__(self, weights: Weights, links: Links, stories: Stories) -> None:
        self._weights = weights
        self._links = links
        self._stories = stories
        self._coherence: dict[str, float] = {}

    def choose(self, row: int, barred: Collection[str] = ()) -> Choice:
        """The story a row fits best; none where it had better open one of its own.

        It has looked around before.
        """
        around, stories = self._links.first_of(row), self._stories
        closed = stories.numbers_of(barred)
        numbers, nearest, weighed = kernels().weighed(
            around.rows, around.likely, around.holds, stories.number, stories.sizes, closed,
            _WEIGHING,
        )  # fmt: skip
        if not len(numbers):
            return Choice(None)
        names = [stories.name(number) for number in numbers.tolist()]
        columns = self._columns(names, weighed.tolist())
        odds = self._weights.join(np.array(columns)).tolist()
        best = max(range(len(names)), key=lambda place: (odds[place], columns[place][0]))
        name, compared = names[best], int(nearest[best])
        link, pair, margin = columns[best][0], columns[best][2], columns[best][6]
        score = round(1.0 / (1.0 + math.exp(-odds[best])), 4)
        parts = {
            **said(around.facets[(around.rows == compared).argmax()]),
            **self._links.meant(row, compared),
            "pair": round(pair, 3),
            "story": round(link, 3),
            "margin": round(margin, 3),
        }
        if odds[best] < 0:
            return Choice(None, score, parts, compared)
        known = self._coherent(name)
        self._coherence[name] = known + (link - known) / len(stories.members[name])
        return Choice(name, score, parts, compared)

    def forget(self, stories: Iterable[str]) -> None:
        """No longer goes by what it knew of these stories: their rows are being regrouped."""
        for story in stories:
            self._coherence.pop(story, None)

    def _columns(
        self, names: Sequence[str], weighed: Sequence[Sequence[float]]
    ) -> list[tuple[float, ...]]:
        """The columns `JOIN` for one article and each of these stories, as far as one can see.

        ``weighed`` has of each story what the kernel of this name answers.
        """
        table: list[tuple[float, ...]] = []
        for name, (mean, least, best, three, rival, fifth) in zip(names, weighed, strict=True):
            size = len(self._stories.members[name])
            own = (self._coherent(name) * (size - 1) + _PRIOR) / size
            table.append((
                mean, least, best, three, mean / own,
                mean / max(min(own, _PRIOR), 1e-3), mean - rival, mean - rival, -own,
                0.0, math.log(size), -fifth,
            ))  # fmt: skip
        return table

    def _coherent(self, story: str) -> float:
        """The mean link within a story: over those that joined, or over a few of its members."""
        rows = self._stories.members[story]
        if len(rows) == 1:
            return 0.0
        known = self._coherence.get(story)
        if known is None:
            step = max(1, len(rows) // _SAMPLED)
            # Of the first there is nothing to say: it found no other.
            places = range(0, len(rows), step)[1:_SAMPLED]
            inside = self._links.within([rows[place] for place in places], self._stories, story)
            total = [
                sum(sorted(found)[-DEEP:]) / min(place, DEEP)
                for place, found in zip(places, inside, strict=True)
            ]
            known = self._coherence[story] = float(np.mean(total)) if total else _PRIOR
        return known


def said(shared: Floats) -> dict[str, float]:
    """What two articles share, by name, as far as it is worth a word."""
    named = zip(FACETS, shared.tolist(), strict=True)
    return {name: round(value, 3) for name, value in named if value >= _SAID}
