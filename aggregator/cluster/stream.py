"""One language's articles and the stories they form."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from aggregator.cluster.company import Company
from aggregator.cluster.graph import Graph, plain, relative
from aggregator.cluster.groups import DEEP
from aggregator.cluster.settle import settle
from aggregator.cluster.survey import Survey
from aggregator.cluster.vectors import FACETS, Vectors
from aggregator.cluster.vocabulary import Floats, Ints, roomy
from aggregator.cluster.weights import Array, Weights
from aggregator.kernels import kernels
from aggregator.text.terms import Terms

_SAID = 0.05
"""Facets below this are not worth a word in the evidence."""
_PRIOR = 0.6
_TOGETHER = 64
_ASKED, _WORTHY = 8, 0.2
"""Stories weighed for one article: those it is linked to most, by this share of the most."""
_CLOSE = 0.2
"""A story with an article this likely of one event is looked at again along with its neighbour."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the texts say of one article: the story it fits best, and how well."""

    story: str | None
    score: float = 0.0
    parts: Mapping[str, float] = field(default_factory=dict)
    nearest: int | None = None


class Arrival(NamedTuple):
    """An article as a stream takes it in.

    ``hours`` is its date, NaN for none; ``day`` when it was read, None if that is not known;
    ``source`` whose it is, 0 for nobody's.
    """

    id: str
    terms: Terms
    hours: float
    day: int | None
    source: int


class _Around(NamedTuple):
    """A row's neighbours: how likely they tell one event, which links hold, what they share.

    A link holds where the two share enough for a stream like this one.
    """

    rows: list[int]
    likely: list[float]
    holds: list[bool]
    facets: Floats


class Stream:
    """Rows (articles in order of arrival) and stories (lists of rows, founder first).

    ``language`` is the primary subtag of what its articles are written in.
    """

    def __init__(self, weights: Weights, language: str) -> None:
        self.language = language
        self.vectors = Vectors()
        self._survey = Survey(self.vectors)
        self.articles: list[str] = []
        self.days: list[int | None] = []
        self.story: list[str] = []
        self.members: dict[str, list[int]] = {}
        self._weights = weights
        self._graph = Graph()
        self._company = Company()
        self._best: Floats = np.zeros(64, np.float32)
        self._usual: Floats = np.zeros(64, np.float32)
        self._coherence: dict[str, float] = {}
        # The links of rows that have just looked around, until they are asked for.
        self._asked: dict[int, _Around] = {}
        self._touched: dict[str, None] = {}
        self._moved: set[int] = set()

    @property
    def nbytes(self) -> int:
        """Bytes its words and neighbours take."""
        return self.vectors.nbytes + self._graph.nbytes + self._best.nbytes + self._usual.nbytes

    # -- rows ------------------------------------------------------------------------------
    def add(self, articles: Sequence[Arrival]) -> int:
        """Takes articles in, without a story yet; the first one's row, which the others follow."""
        row = self.vectors.add_many(
            [article.terms for article in articles],
            [article.hours for article in articles],
            [article.source for article in articles],
        )
        self.articles += [article.id for article in articles]
        self.days += [article.day for article in articles]
        self.story += [""] * len(articles)
        count = len(self.articles)
        self._best, self._usual = roomy(self._best, count), roomy(self._usual, count)
        return row

    def revise(self, row: int, terms: Terms) -> None:
        """Gives a row new text; where it stands is not asked."""
        self.vectors.replace(row, terms)
        self.look_around([row], earlier=False)

    def put(self, row: int, story: str) -> None:
        """Moves a row into a story; leaves none empty behind."""
        self.leave(row)
        self.story[row] = story
        rows = self.members.setdefault(story, [])
        rows.append(row)
        if len(rows) > 1 and rows[-2] > row:
            rows.sort()
        self._touched[story] = None
        self._moved.add(row)

    def leave(self, row: int) -> None:
        """Takes a row out of its story."""
        if old := self.story[row]:
            self.members[old].remove(row)
            self._touched[old] = None
            if not self.members[old]:
                del self.members[old]
            self.story[row] = ""

    def drop_before(self, day: int) -> list[str]:
        """Forgets the rows read before a day; the articles they were."""
        gone = {row for row, read in enumerate(self.days) if read is not None and read < day}
        if not gone:
            return []
        kept = [row for row in range(len(self.articles)) if row not in gone]
        rows = np.array(kept, np.int32)
        self._asked = {}
        self._graph.keep(rows, len(self.articles))
        self.vectors.keep(rows)
        self._company.keep(rows)
        forgotten = [self.articles[row] for row in sorted(gone)]
        for name in ("articles", "days", "story"):
            values = getattr(self, name)
            setattr(self, name, [values[row] for row in kept])
        room = max(64, 2 * len(kept))
        for name in ("_best", "_usual"):
            values = np.zeros(room, np.float32)
            values[: len(kept)] = getattr(self, name)[rows]
            setattr(self, name, values)
        self.members = {}
        for row, story in enumerate(self.story):
            self.members.setdefault(story, []).append(row)
        place = {row: number for number, row in enumerate(kept)}
        self._moved = {place[row] for row in self._moved if row in place}
        self.consider(self._touched)
        return forgotten

    # -- decisions -------------------------------------------------------------------------
    def look_around(self, rows: Sequence[int], *, earlier: bool = True) -> None:
        """Finds the neighbours of rows, which rise: among earlier rows, or among all.

        Rows that came together are looked up together, which costs much less.
        """
        for start in range(0, len(rows), _TOGETHER):
            some = np.array(rows[start : start + _TOGETHER], np.int32)
            found = self._survey.found(some, earlier=earlier)
            ends, others, facets = found
            self._graph.set(some, found, len(self.articles))
            likely = self._weights.plain(facets).astype(np.float32, copy=False)
            self._company.note(some, ends, others, likely)
            kernels().stood(some, ends, others, plain(facets), self._best, self._usual)
        self._asked = dict(zip(rows, self._links(rows), strict=True)) if earlier else {}

    def choose(self, row: int, barred: Collection[str] = ()) -> Choice:
        """The story a row fits best; none where it had better open one of its own.

        It has looked around before.
        """
        around = self._asked.pop(row, None) or self._links([row])[0]
        links: dict[str, list[tuple[float, int]]] = {}
        held = set()
        for other, probability, holds in zip(around.rows, around.likely, around.holds, strict=True):
            if story := self.story[other]:
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
        parts = _said(around.facets[around.rows.index(nearest)]) | {
            "pair": round(probability, 3),
            "story": round(float(columns[best, 0]), 3),
            "margin": round(float(columns[best, 6]), 3),
        }
        if odds[best] < 0:
            return Choice(None, score, parts, nearest)
        known, size = self._coherent(names[best]), len(self.members[names[best]])
        self._coherence[names[best]] = known + (float(columns[best, 0]) - known) / size
        return Choice(names[best], score, parts, nearest)

    def nearest_in(self, row: int, story: str) -> tuple[int | None, float]:
        """The member of a story most likely of one event with a row, among its neighbours."""
        (around,) = self._links([row])
        best: tuple[int | None, float] = (None, 0.0)
        for other, probability in zip(around.rows, around.likely, strict=True):
            if self.story[other] == story and probability > best[1]:
                best = (other, probability)
        if best[0] is None:
            others = [member for member in self.members[story][:32] if member != row]
            if others:
                rows = np.array(others, np.int32)
                asking = np.full(len(rows), row, np.int32)
                chances = self._probabilities(asking, rows, self._survey.compare(row, rows))
                best = (others[int(chances.argmax())], float(chances.max()))
        return best

    def parts(self, row: int, other: int) -> dict[str, float]:
        """What two rows share, facet by facet."""
        _, near, facets = self._graph.neighbours(np.array([row], np.int32))
        found = np.flatnonzero(near == other)
        if len(found):
            shared = facets[found[0]]
        else:
            shared = self._survey.compare(row, np.array([other], np.int32))[0]
        return _said(shared)

    def region(self, most: int) -> tuple[Ints, tuple[str, ...]]:
        """The rows to look at again next, in order of arrival, and the stories left for later.

        They are those of stories touched since they were last looked at, and of the stories close
        to what came or moved there, the closest first: ``most`` rows, or one story that has more.
        """
        taken: dict[str, None] = {}
        size = 0
        for story in self._touched:
            if story in self.members:
                if taken and 2 * (size + len(self.members[story])) > most:
                    break
                taken[story] = None
                size += len(self.members[story])
        later = tuple(story for story in self._touched if story not in taken)
        close: dict[str, float] = {}
        moved = [row for story in taken for row in self.members[story] if row in self._moved]
        for around in self._links(moved):
            for other, probability in zip(around.rows, around.likely, strict=True):
                name = self.story[other]
                if probability > max(_CLOSE, close.get(name, 0.0)):
                    close[name] = probability
        for story in sorted(close, key=lambda name: -close[name]):
            if story and story not in taken and size + len(self.members[story]) <= most:
                taken[story] = None
                size += len(self.members[story])
        rows = sorted(row for story in taken for row in self.members[story])
        return np.array(rows, np.int32), later

    def everything(self) -> Ints:
        """All rows that have a story."""
        return np.array([row for row, story in enumerate(self.story) if story], np.int32)

    def consider(self, stories: Iterable[str]) -> None:
        """Leaves these stories, as far as they live, and no others to be looked at again."""
        self._touched = {story: None for story in stories if story in self.members}
        self._moved = {row for row in self._moved if self.story[row] in self._touched}

    @property
    def touched(self) -> bool:
        """Whether any story waits to be looked at again."""
        return bool(self._touched)

    def regroup(
        self, rows: Ints, families: Mapping[int, int], apart: Collection[tuple[int, int]]
    ) -> list[list[int]]:
        """The groups that these rows should be, all things considered.

        ``families`` maps rows that must not be parted to a row that stands for them.
        """
        count = len(self.articles)
        self.look_around(self._graph.stale(rows, count).tolist(), earlier=False)
        place = {row: number for number, row in enumerate(rows.tolist())}
        heads: dict[int, int] = {}
        start = np.array(
            [heads.setdefault(families.get(row, row), place[row]) for row in rows.tolist()],
            np.int64,
        )
        groups = settle(
            start,
            self._graph.edges(rows, count),
            [self.vectors.telling(row) for row in rows.tolist()],
            self.vectors.vocabulary,
            self._weights,
            apart=[(place[a], place[b]) for a, b in apart if a in place and b in place],
            least=self._company.least,
        )
        for row in rows.tolist():
            self._coherence.pop(self.story[row], None)
        found: dict[int, list[int]] = {}
        for row, group in zip(rows.tolist(), groups.tolist(), strict=True):
            found.setdefault(group, []).append(row)
        return list(found.values())

    # -- inside ----------------------------------------------------------------------------
    def _links(self, rows: Sequence[int]) -> list[_Around]:
        """What is known of the neighbours of each row."""
        if not len(rows):
            return []
        asking = np.array(rows, np.int32)
        ends, near, facets = self._graph.neighbours(asking)
        likely = self._probabilities(np.repeat(asking, np.diff(ends)), near, facets).tolist()
        holds = (self._weights.plain(facets) >= self._company.least).tolist()
        others, places = near.tolist(), ends.tolist()
        return [
            _Around(others[start:end], likely[start:end], holds[start:end], facets[start:end])
            for start, end in itertools.pairwise(places)
        ]

    def _probabilities(self, rows: Ints, others: Ints, facets: Floats) -> Array:
        columns = relative(
            facets,
            (self._best[rows], self._best[others]),
            (self._usual[rows], self._usual[others]),
        )
        return self._weights.pair(columns)

    def _mean(self, story: str, found: Sequence[tuple[float, int]]) -> tuple[float, float]:
        """How an article is linked to a story, on the mean of both directions, and the weaker."""
        size = len(self.members[story])
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
            size = len(self.members[name])
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
        rows = self.members[story]
        if len(rows) == 1:
            return 0.0
        known = self._coherence.get(story)
        if known is None:
            sample = rows[:: max(1, len(rows) // 8)][:8]
            total = []
            for row, around in zip(sample, self._links(sample), strict=True):
                linked = zip(around.rows, around.likely, strict=True)
                inside = [p for n, p in linked if self.story[n] == story]
                earlier = sum(1 for other in rows if other < row)
                if earlier:
                    total.append(sum(sorted(inside)[-DEEP:]) / min(earlier, DEEP))
            known = self._coherence[story] = float(np.mean(total)) if total else _PRIOR
        return known


def _said(shared: Floats) -> dict[str, float]:
    named = zip(FACETS, shared.tolist(), strict=True)
    return {name: round(value, 3) for name, value in named if value >= _SAID}
