"""Neighbours: which earlier articles share the most with an article, and how much they share.

Candidates are found through the article's most telling terms, by postings that a bound keeps short;
the few best are compared in full. Articles that come together are surveyed together: what NumPy
does for one article costs it about as much as for fifty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aggregator.cluster.ranking import ranked
from aggregator.cluster.vectors import COUNTED, FACETS, WEIGHT, Bytes, Vectors
from aggregator.cluster.vocabulary import POSTED, Floats, Ints
from aggregator.kernels import kernels
from aggregator.text.terms import TITLED

NEIGHBOURS = 40
"""How many earlier articles an article is compared with."""

_ASKED_TERMS = 48
_ASKED_ROWS = 6000
"""Postings read for one article, the most telling terms first; those up to `_SHORT` always."""
_SHORT = 64
_SAYING = 0.15
"""Terms of less IDF, which seven articles in eight hold, are left out of comparisons."""
_NEAR_HOURS = 96.0
_NAME, _SOME = FACETS.index("name"), 0.1

Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Asking:
    """Rows that look for others: their terms, `WIDTH` a row, and what those weigh.

    ``worth`` is weight × IDF².
    """

    rows: Ints
    terms: Ints
    flags: Bytes
    idf: Floats
    worth: Floats


class Found(NamedTuple):
    """What rows share with others: those of the k-th stand from ``ends[k]`` to ``ends[k + 1]``."""

    ends: Longs
    others: Ints
    facets: Floats


class Survey:
    """Looks around among the rows of one stream's vectors."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        self._score: Floats = np.zeros(64, np.float32)
        self._places: NDArray[np.int16] = np.zeros(64, np.int16)

    def around(
        self, rows: Ints, count: int = NEIGHBOURS, *, earlier: bool = False
    ) -> list[tuple[Ints, Floats]]:
        """For each of these rows, the rows that share the most with it, best first.

        Beside them, how much they share: an array (others, facets) as `compare` has it. With
        ``earlier`` those that came after a row are left out.
        """
        if not len(rows):
            return []
        found = self.found(rows, count, earlier=earlier)
        inner = found.ends[1:-1]
        return list(zip(np.split(found.others, inner), np.split(found.facets, inner), strict=True))

    def found(self, rows: Ints, count: int = NEIGHBOURS, *, earlier: bool = False) -> Found:
        """The same of some rows, one after the other."""
        asking = self._asking(rows)
        ends, others = self._near(asking, count, earlier=earlier)
        return Found(ends, others, self._shared(asking, ends, others))

    def compare(self, row: int, others: Ints) -> Floats:
        """How much a row shares with others: an array (others, facets), each 0 to 1.

        Two dates far apart make everything two articles share count for less; what two of one
        source share counts no more than what their titles share.
        """
        asking = self._asking(np.array([row], np.int32))
        return self._shared(asking, np.array([0, len(others)]), others)

    def _asking(self, rows: Ints) -> _Asking:
        vectors = self._vectors
        terms = vectors.terms[rows]
        idf = vectors.idf(terms)
        worth = WEIGHT[vectors.counts[rows]] * idf * idf
        return _Asking(rows, terms, vectors.flags[rows], idf, worth)

    def _near(self, asking: _Asking, count: int, *, earlier: bool) -> tuple[Longs, Ints]:
        """The rows that share the most telling terms with each of the asking, best first.

        Where each one's end, from 0 on, and all of them one after the other.
        """
        words, rows = self._vectors.words, self._vectors.rows
        if rows > len(self._score):
            self._score = np.zeros(2 * rows, np.float32)
        order = ranked(asking.worth, np.arange(asking.worth.shape[1]))[:, :_ASKED_TERMS]
        terms = np.take_along_axis(asking.terms, order, axis=1)
        worth = np.take_along_axis(asking.worth, order, axis=1)
        held = words.df[terms]
        fit = (held > 1) & (held <= POSTED) & (worth > 0)
        read = np.cumsum(held * fit, axis=1)
        fit &= (read <= _ASKED_ROWS) | (held <= _SHORT)
        below = asking.rows if earlier else np.full_like(asking.rows, rows)
        return kernels().nearest(
            terms, worth, fit, *words.posted.arrays, asking.rows, below, self._vectors.hours,
            _NEAR_HOURS, count, self._score,
        )  # fmt: skip

    def _shared(self, asking: _Asking, ends: Longs, others: Ints) -> Floats:
        """What each of the asking shares with each of its others, one after the other."""
        vectors = self._vectors
        if len(self._places) < vectors.words.room:
            self._places = np.zeros(vectors.words.room, np.int16)
        sums = kernels().shared(
            asking.terms, asking.idf, asking.worth, (asking.idf > _SAYING) & (asking.terms > 0),
            asking.flags, ends, others, vectors.terms, vectors.counts, vectors.flags,
            vectors.sizes, WEIGHT, COUNTED, TITLED, self._places,
        )  # fmt: skip
        own = vectors.lengths(asking.rows)[asking.rows]
        # What a source says under everything makes its articles look alike, whatever they tell; nor
        # are two of its articles one event where each names others: a form filled in anew.
        return kernels().facets(
            sums, ends, asking.rows, others, vectors.lengths(others), own,
            vectors.sources, vectors.hours, _NEAR_HOURS, _NAME, _SOME,
        )  # fmt: skip
