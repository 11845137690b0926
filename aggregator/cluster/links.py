"""Links: which articles of a stream are near each other, and how likely they tell one event."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from aggregator.cluster.closure import closedness, closure
from aggregator.cluster.company import Company
from aggregator.cluster.graph import Edges, Graph, plain, relative
from aggregator.cluster.sense import Senses
from aggregator.cluster.stories import Stories
from aggregator.cluster.survey import Survey
from aggregator.cluster.vectors import Vectors
from aggregator.cluster.vocabulary import Floats, Ints, roomy
from aggregator.cluster.weights import Weights
from aggregator.kernels import kernels
from aggregator.kernels.port import Flags

_TOGETHER = 64
_SAMPLED = 250
"""Rows whose neighbours' company is looked at, spread over the window."""
_GROWN = 1.1
"""What is known of the company holds until the window has grown by this much."""


class Around(NamedTuple):
    """A row's neighbours: how likely they tell one event, which links hold, what they share.

    A link holds where the two share enough for a stream like this one.
    """

    rows: Ints
    likely: Floats
    holds: Flags
    facets: Floats

    def pairs(self) -> Iterator[tuple[int, float]]:
        """Each neighbour and how likely it is."""
        return zip(self.rows.tolist(), self.likely.tolist(), strict=True)


class Links:
    """The links of all rows of a stream's vectors, as far as they have looked around."""

    def __init__(self, vectors: Vectors, senses: Senses, weights: Weights) -> None:
        self._vectors = vectors
        self._senses = senses
        self._weights = weights
        self._survey = Survey(vectors)
        self._graph = Graph()
        self._company = Company()
        # What a row shares with the nearest of its neighbours, and with the usual one.
        self._best: Floats = np.zeros(64, np.float32)
        self._usual: Floats = np.zeros(64, np.float32)
        # The links of rows that have just looked around, until they are asked for.
        self._asked: dict[int, Around] = {}
        self._closedness = 0.0
        self._measured_at = 0

    @property
    def nbytes(self) -> int:
        """Bytes that neighbours take."""
        return self._graph.nbytes + self._best.nbytes + self._usual.nbytes

    @property
    def least(self) -> float:
        """The probability that a link has to have to hold, see `Company.least`."""
        return self._company.least

    def closedness(self, *, whole: bool = False) -> float:
        """How much this is a stream of long stories, see `closure.closedness`.

        By a sample of rows, now and then; with ``whole`` by all of them, now.
        """
        count = self._vectors.rows
        if whole or not self._measured_at <= count <= _GROWN * self._measured_at:
            every = 1 if whole else max(1, count // _SAMPLED)
            sample = np.arange(0, count, every, dtype=np.int32)
            rows = np.union1d(sample, self._graph.neighbours(sample).others)
            edges = self.edges(rows)
            columns = self._columns(rows[edges.a], rows[edges.b], edges.facets)
            likely = self._weights.pair(columns)
            asked = np.searchsorted(rows, sample)
            self._closedness = closedness(closure(edges.a, edges.b, likely, asked, len(rows)))
            self._measured_at = count
        return self._closedness

    def look_around(self, rows: Sequence[int], *, earlier: bool = True) -> None:
        """Finds the neighbours of rows, which rise: among earlier rows, or among all.

        Rows that came together are looked up together, which costs much less.
        """
        count = self._vectors.rows
        self._best, self._usual = roomy(self._best, count), roomy(self._usual, count)
        for start in range(0, len(rows), _TOGETHER):
            some = np.array(rows[start : start + _TOGETHER], np.int32)
            found = self._survey.found(some, earlier=earlier)
            ends, others, facets = found
            self._graph.set(some, found, count)
            likely = self._weights.plain(facets).astype(np.float32, copy=False)
            self._company.note(some, ends, others, likely)
            kernels().stood(some, ends, others, plain(facets), self._best, self._usual)
        self._asked = dict(zip(rows, self.of(rows), strict=True)) if earlier else {}

    def look_again(self, rows: Ints) -> None:
        """Finds the neighbours of those rows that looked around when the window was smaller."""
        self.look_around(self._graph.stale(rows, self._vectors.rows).tolist(), earlier=False)

    def first_of(self, row: int) -> Around:
        """The links of a row, which are at hand, once, where it has just looked around."""
        return self._asked.pop(row, None) or self.of([row])[0]

    def of(self, rows: Sequence[int]) -> list[Around]:
        """What is known of the neighbours of each row."""
        if not len(rows):
            return []
        asking = np.array(rows, np.int32)
        ends, near, facets = self._graph.neighbours(asking)
        likely = self._probabilities(np.repeat(asking, np.diff(ends)), near, facets)
        holds = self._weights.plain(facets) >= self.least
        return [
            Around(near[start:end], likely[start:end], holds[start:end], facets[start:end])
            for start, end in itertools.pairwise(ends.tolist())
        ]

    def within(self, rows: Sequence[int], stories: Stories, story: str) -> list[list[float]]:
        """How likely each of these rows and its neighbours in a story tell one event."""
        number = stories.number_of(story)
        asking = np.array(rows, np.int32)
        which, near, facets = self._graph.neighbours_in(asking, stories.number, number)
        likely = self._probabilities(asking[which], near, facets).tolist()
        found: list[list[float]] = [[] for _ in rows]
        for place, probability in zip(which.tolist(), likely, strict=True):
            found[place].append(probability)
        return found

    def likely(self, row: int, others: Sequence[int]) -> Floats:
        """How likely a row and each of these others tell one event, compared now."""
        rows = np.array(others, np.int32)
        asking = np.full(len(rows), row, np.int32)
        return self._probabilities(asking, rows, self._survey.compare(row, rows))

    def shared(self, row: int, other: int) -> Floats:
        """What two rows share, facet by facet."""
        asking = np.array([row], np.int32)
        _, near, facets = self._graph.neighbours(asking)
        if other not in near:
            near = np.array([other], np.int32)
            facets = self._survey.compare(row, near)
        shared: Floats = facets[near == other][0]
        return shared

    def meant(self, row: int, other: int) -> dict[str, float]:
        """How near two headlines are in what they mean, as ``sense``; nothing where none says."""
        one, two = (np.array([each], np.int32) for each in (row, other))
        cosines = self._senses.between(one, two).cosines
        return {"sense": round(float(cosines[0]), 3)} if len(cosines) else {}

    def edges(self, rows: Ints) -> Edges:
        """The pairs among these rows that are neighbours, see `Graph.edges`."""
        return self._graph.edges(rows, self._vectors.rows)

    def keep(self, rows: Ints) -> None:
        """Forgets all but these rows, before the vectors do; they become 0, 1, 2 and so on."""
        self._asked = {}
        count = self._vectors.rows
        self._graph.keep(rows, count)
        self._company.keep(rows)
        self._measured_at = 0
        self._best, self._usual = (roomy(known, count)[rows] for known in (self._best, self._usual))

    def _probabilities(self, rows: Ints, others: Ints, facets: Floats) -> Floats:
        likely = self._weights.likely(
            self._columns(rows, others, facets), self._senses.between(rows, others)
        )
        return likely.astype(np.float32, copy=False)

    def _columns(self, rows: Ints, others: Ints, facets: Floats) -> Floats:
        return relative(
            facets,
            (self._best[rows], self._best[others]),
            (self._usual[rows], self._usual[others]),
        )
