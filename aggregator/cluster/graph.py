"""Who resembles whom: each article's neighbours, and how near they are for what they are.

An article that resembles everything a little is near to nothing, and one that resembles nothing
much is near to what it resembles most. So beside what two articles share stands what they share
*relative* to the most that either shares with anything, and above what is usual for both
(hubness: Radovanović, Nanopoulos, Ivanović 2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregator.cluster.survey import NEIGHBOURS, Found
from aggregator.cluster.vectors import FACETS
from aggregator.cluster.vocabulary import Floats, Ints, roomy

RELATIVE = (*FACETS, "nearest_min", "nearest_max", "above_usual", "plain")
"""Columns of `relative`: the facets, then the plain similarity ÷ the best of either (the smaller
and the larger quotient), what it is above the usual of both, and the plain similarity itself."""

_PLAIN = np.array([0.45, 0.1, 0.25, 0.15, 0.0, 0.05], np.float32)
_USUAL = 30


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of articles, both ways round, sorted by the first.

    ``a`` and ``b`` count within the rows asked for, ``facets`` has a row a pair.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    facets: Floats


class Graph:
    """Every row's neighbours at the time it was last compared."""

    def __init__(self) -> None:
        self._ids: Ints = np.full((64, NEIGHBOURS), -1, np.int32)
        # Half precision: a thousandth is more than a facet can be trusted to.
        self._facets = np.zeros((64, NEIGHBOURS, len(FACETS)), np.float16)
        self._made_at: Ints = np.zeros(64, np.int32)

    @property
    def nbytes(self) -> int:
        """Bytes it takes."""
        return self._ids.nbytes + self._facets.nbytes + self._made_at.nbytes

    def set(self, rows: Ints, found: Found, count: int) -> None:
        """Notes the neighbours of rows, found among ``count`` rows."""
        self._make_room(rows)
        each = np.diff(found.ends)
        which = np.repeat(rows, each)
        rank = np.arange(len(which)) - np.repeat(found.ends[:-1], each)
        self._ids[rows] = -1
        self._ids[which, rank] = found.others
        self._facets[which, rank] = found.facets
        self._made_at[rows] = count

    def _make_room(self, rows: Ints) -> None:
        before, count = len(self._ids), int(rows.max(initial=-1)) + 1
        self._ids = roomy(self._ids, count)
        self._ids[before:] = -1
        self._facets, self._made_at = roomy(self._facets, count), roomy(self._made_at, count)

    def stale(self, rows: Ints, now: int) -> Ints:
        """Those of these rows that were compared when the window was much smaller."""
        self._make_room(rows)
        return rows[self._made_at[rows] * 1.5 < now]

    def neighbours(self, rows: Ints) -> Found:
        """The neighbours of rows and what they share with each."""
        self._make_room(rows)
        ids = self._ids[rows]
        there = ids >= 0
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(there.sum(axis=1))])
        return Found(ends, ids[there], self._facets[rows][there].astype(np.float32))

    def neighbours_in(
        self, rows: Ints, number: Ints, wanted: int
    ) -> tuple[NDArray[np.int64], Ints, Floats]:
        """The neighbours of rows that have this ``number``, given by row.

        Which of the rows each is of, the neighbour, and what they share.
        """
        self._make_room(rows)
        ids = self._ids[rows]
        which, place = ((number[ids] == wanted) & (ids >= 0)).nonzero()
        facets = self._facets[rows[which], place].astype(np.float32)
        return which, ids[which, place], facets

    def edges(self, rows: Ints, count: int) -> Edges:
        """The pairs among these rows (of ``count`` in all), each once either way."""
        place = np.full(count, -1, np.int64)
        place[rows] = np.arange(len(rows))
        ids = self._ids[rows]
        there = ids >= 0
        there[there] = place[ids[there]] >= 0
        a = np.repeat(np.arange(len(rows)), there.sum(axis=1))
        b = place[ids[there]]
        facets = self._facets[rows][there].astype(np.float32)
        pair = np.minimum(a, b) * len(rows) + np.maximum(a, b)
        _, once = np.unique(pair, return_index=True)
        a, b, facets = a[once], b[once], facets[once]
        order = np.argsort(np.concatenate([a, b]), kind="stable")
        return Edges(
            np.concatenate([a, b])[order],
            np.concatenate([b, a])[order],
            np.concatenate([facets, facets])[order],
        )

    def keep(self, rows: Ints, count: int) -> None:
        """Forgets all but these rows (of ``count``), which become 0, 1, 2 and so on."""
        if not len(rows):
            self.__init__()  # type: ignore[misc]
            return
        self.stale(rows, 0)
        place = np.full(count, -1, np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        ids = self._ids[rows]
        self._ids = np.where(ids >= 0, place[ids], np.int32(-1))
        self._facets = self._facets[rows]
        self._made_at = np.minimum(self._made_at[rows], len(rows)).astype(np.int32)


def plain(facets: Floats) -> Floats:
    """One number for what two articles share, by fixed weights."""
    shared: Floats = facets @ _PLAIN
    return shared


def standing(edges: Edges, count: int) -> tuple[Floats, Floats]:
    """Each row's best plain similarity, and its usual one over the thirty best."""
    shared = plain(edges.facets)
    order = np.lexsort((-shared, edges.a))
    start = np.searchsorted(edges.a, np.arange(count))
    rank = np.arange(len(order)) - start[edges.a]
    top = np.zeros((count, _USUAL), np.float32)
    counted = rank < _USUAL
    top[edges.a[counted], rank[counted]] = shared[order][counted]
    return top[:, 0], top.mean(axis=1)


def relative(facets: Floats, best: tuple[Floats, Floats], usual: tuple[Floats, Floats]) -> Floats:
    """The columns `RELATIVE` of pairs, given the standing of either side."""
    shared = plain(facets)
    one = shared / np.maximum(best[0], 1e-6)
    two = shared / np.maximum(best[1], 1e-6)
    columns = [np.minimum(one, two), np.maximum(one, two), shared - (usual[0] + usual[1]) / 2]
    return np.concatenate([facets, np.stack([*columns, shared], axis=1)], axis=1)
