"""The join decision: which of the stories that an article is linked to it belongs to, if any."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from aggregator.cluster.groups import DEEP
from aggregator.cluster.links import Links
from aggregator.cluster.vectors import FACETS
from aggregator.cluster.vocabulary import Floats
from aggregator.cluster.weights import Array, Weights

_SAID = 0.05
"""Facets below this are not worth a word in the evidence."""
_PRIOR = 0.6
_ASKED, _WORTHY = 8, 0.2
"""Stories weighed for one article: those it is linked to most, by this share of the most."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the texts say of one article: the story it fits best, and how well."""

    story: str | None
    score: float = 0.0
    parts: Mapping[str, float] = field(default_factory=dict)
    nearest: int | None = None


class Joining:
    """Chooses among the stories of a stream.

    ``story`` has every row's, "" for none, and ``members`` every story's rows, in order; both are
    the stream's own and change as it goes on.
    """

    def __init__(
        self,
        weights: Weights,
        links: Links,
        story: Sequence[str],
        members: Mapping[str, Sequence[int]],
    ) -> None:
        self._weights = weights
        self._links = links
        self._story = story
        self._members = members
        self._coherence: dict[str, float] = {}

    def choose(self, row: int, barred: Collection[str] = ()) -> Choice:
        """The story a row fits best; none where it had better open one of its own.

        It has looked around before.
        """
        around = self._links.first_of(row)
        links: dict[str, list[tuple[float, int]]] = {}
        held = set()
        for other, probability, holds in zip(around.rows, around.likely, around.holds, strict=True):
            if story := self._story[other]:
                links.setdefault(story, []).append((probability, other))
                if holds:
                    held.add(story)
        means = {name: self._mean(name, found) for name, found in links.items()}
        ranked = sorted((mean for mean, _ in means.values()), reverse=True)
        names = [
            name
            for name in means
            if name in held and name not in barred and means[name][0] >= _WORTHY * ranked[0]
        ]
        names = sorted(names, key=means.__getitem__, reverse=True)[:_ASKED]
        if not names:
            return Choice(None)
        columns = self._columns(links, names, ranked)
        odds = self._weights.join(columns)
        best = int(np.lexsort((-columns[:, 0], -odds))[0])
        probability, nearest = max(links[names[best]], key=lambda link: (link[0], -link[1]))
        score = round(1.0 / (1.0 + math.exp(-float(odds[best]))), 4)
        parts = said(around.facets[around.rows.index(nearest)]) | {
            "pair": round(probability, 3),
            "story": round(float(columns[best, 0]), 3),
            "margin": round(float(columns[best, 6]), 3),
        }
        if odds[best] < 0:
            return Choice(None, score, parts, nearest)
        known, size = self._coherent(names[best]), len(self._members[names[best]])
        self._coherence[names[best]] = known + (float(columns[best, 0]) - known) / size
        return Choice(names[best], score, parts, nearest)

    def forget(self, stories: Iterable[str]) -> None:
        """No longer goes by what it knew of these stories: their rows are being regrouped."""
        for story in stories:
            self._coherence.pop(story, None)

    def _mean(self, story: str, found: Sequence[tuple[float, int]]) -> tuple[float, float]:
        """How an article is linked to a story, on the mean of both directions, and the weaker."""
        size = len(self._members[story])
        if len(found) == 1:
            one = found[0][0]
            if size == 1:
                return one, one
            there, back = one / min(size, DEEP), one / size
        else:
            top = sorted((link[0] for link in found), reverse=True)
            there, back = sum(top[:DEEP]) / min(size, DEEP), sum(top) / size
        return (there + back) / 2, min(there, back)

    def _columns(
        self,
        links: Mapping[str, list[tuple[float, int]]],
        names: Sequence[str],
        ranked: Sequence[float],
    ) -> Array:
        """The columns `JOIN` for one article and each of these stories, as far as one can see.

        ``ranked`` has the mean links to all stories, the strongest first.
        """
        fifth = ranked[4] if len(ranked) > 4 else 0.0
        table = []
        for name in names:
            mean, least = self._mean(name, links[name])
            top = sorted((link[0] for link in links[name]), reverse=True)
            size = len(self._members[name])
            own = (self._coherent(name) * (size - 1) + _PRIOR) / size
            rival = ranked[1] if mean == ranked[0] and len(ranked) > 1 else ranked[0]
            rival = 0.0 if len(ranked) == 1 else rival
            table.append((
                mean, least, top[0], sum(top[:3]) / min(3, size), mean / own,
                mean / max(min(own, _PRIOR), 1e-3), mean - rival, mean - rival, -own,
                0.0, math.log(size), -fifth,
            ))  # fmt: skip
        return np.array(table)

    def _coherent(self, story: str) -> float:
        """The mean link within a story: over those that joined, or over a few of its members."""
        rows = self._members[story]
        if len(rows) == 1:
            return 0.0
        known = self._coherence.get(story)
        if known is None:
            sample = rows[:: max(1, len(rows) // 8)][:8]
            total = []
            for row, around in zip(sample, self._links.of(sample), strict=True):
                linked = zip(around.rows, around.likely, strict=True)
                inside = [p for n, p in linked if self._story[n] == story]
                earlier = sum(1 for other in rows if other < row)
                if earlier:
                    total.append(sum(sorted(inside)[-DEEP:]) / min(earlier, DEEP))
            known = self._coherence[story] = float(np.mean(total)) if total else _PRIOR
        return known


def said(shared: Floats) -> dict[str, float]:
    """What two articles share, by name, as far as it is worth a word."""
    named = zip(FACETS, shared.tolist(), strict=True)
    return {name: round(value, 3) for name, value in named if value >= _SAID}
