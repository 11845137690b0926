"""Neighbours: which earlier articles share the most with an article, and how much they share.

Candidates are found through the article's most telling terms, by postings that a bound keeps short;
the few best are compared in full. Articles that come together are surveyed together: what NumPy
does for one article costs it about as much as for fifty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregator.cluster.ranking import ranked
from aggregator.cluster.vectors import COLUMNS, COSINES, COUNTED, FACETS, WEIGHT, Bytes, Vectors
from aggregator.cluster.vocabulary import POSTED, Floats, Ints
from aggregator.text.terms import TITLED

NEIGHBOURS = 40
"""How many earlier articles an article is compared with."""

_ASKED_TERMS = 48
_ASKED_ROWS = 6000
"""Postings read for one article, the most telling terms first; those up to `_SHORT` always."""
_SHORT = 64
_RANKED = 16
"""Postings ranked for each neighbour wanted: an article has one for every term it shares."""
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
        asking = self._asking(rows)
        near = self._near(asking, count, earlier=earlier)
        ends = np.cumsum([len(others) for others in near])[:-1]
        return list(zip(near, np.split(self._shared(asking, near), ends), strict=True))

    def compare(self, row: int, others: Ints) -> Floats:
        """How much a row shares with others: an array (others, facets), each 0 to 1.

        Two dates far apart make everything two articles share count for less; what two of one
        source share counts no more than what their titles share.
        """
        return self._shared(self._asking(np.array([row], np.int32)), [others])

    def _asking(self, rows: Ints) -> _Asking:
        vectors = self._vectors
        terms = vectors.terms[rows]
        idf = vectors.idf(terms)
        worth = WEIGHT[vectors.counts[rows]] * idf * idf
        return _Asking(rows, terms, vectors.flags[rows], idf, worth)

    def _near(self, asking: _Asking, count: int, *, earlier: bool) -> list[Ints]:
        """The rows that share the most telling terms with each of the asking, best first."""
        words, rows = self._vectors.words, self._vectors.rows
        if rows > len(self._score):
            self._score = np.zeros(2 * rows, np.float32)
        score = self._score
        order = ranked(asking.worth, np.arange(asking.worth.shape[1]))[:, :_ASKED_TERMS]
        terms = np.take_along_axis(asking.terms, order, axis=1)
        worth = np.take_along_axis(asking.worth, order, axis=1)
        held = words.df[terms]
        fit = (held > 1) & (held <= POSTED) & (worth > 0)
        read = np.cumsum(held * fit, axis=1)
        fit &= (read <= _ASKED_ROWS) | (held <= _SHORT)
        most = _RANKED * count
        near = []
        for place, row in enumerate(asking.rows.tolist()):
            wanted = fit[place]
            postings = words.posted(terms[place][wanted].tolist())
            if not postings:
                near.append(np.empty(0, np.int32))
                continue
            found = np.concatenate(postings)
            np.add.at(score, found, worth[place][wanted].repeat([len(p) for p in postings]))
            score[row : rows if earlier else row + 1] = 0.0
            summed = score[found]
            score[found] = 0.0
            if len(found) > most:
                best = np.argpartition(summed, -most)[-most:]
                found, summed = found[best], summed[best]
            by_row = found.argsort()
            found, summed = found[by_row], summed[by_row]
            once = summed > 0
            once[1:] &= found[1:] != found[:-1]
            found = found[once]
            summed = summed[once] * self._in_time(row, found)
            near.append(ranked(summed, found)[:count].astype(np.int32))
        return near

    def _shared(self, asking: _Asking, near: Sequence[Ints]) -> Floats:
        """What each of the asking shares with each of its others, one after the other."""
        vectors = self._vectors
        others = np.concatenate(near)
        shared = np.zeros((len(others), len(FACETS)), np.float32)
        if not len(others):
            return shared
        owner = np.repeat(np.arange(len(near)), [len(some) for some in near])
        width = max(1, int(vectors.sizes[others].max()))
        met = self._met(asking, near, vectors.terms[others, :width]).ravel()
        at = met.nonzero()[0]
        if not len(at):
            return shared
        which = at // width
        mine = owner[which] * asking.terms.shape[1] + (met[at] - 1)
        theirs = others[which], at - which * width
        sums, which = _by_pair(which, self._parts(asking, mine, *theirs))
        others, owner = others[which], owner[which]
        lengths, own = vectors.lengths(others), vectors.lengths(asking.rows)[owner]
        found = np.empty((len(which), len(FACETS)), np.float32)
        found[:, :COSINES] = _share(sums[:, :COSINES], (lengths * own)[:, :COSINES])
        found[:, COSINES] = np.maximum(
            _share(sums[:, COSINES], lengths[:, COSINES]),
            _share(sums[:, COSINES + 1], own[:, COSINES]),
        )
        np.minimum(found, 1.0, out=found)
        # What a source says under everything makes its articles look alike, whatever they tell.
        one = vectors.sources[asking.rows[owner]]
        ours = (one == vectors.sources[others]) & (one > 0)
        found[ours] = np.minimum(found[ours], found[ours, 1:2])
        # Nor are two of its articles one event where each names others: a form filled in anew.
        named = (lengths[:, _NAME] > 0) & (own[:, _NAME] > 0)
        found[ours & named & (found[:, _NAME] < _SOME)] = 0.0
        found *= self._in_time(asking.rows[owner], others)[:, None]
        shared[which] = found
        return shared

    def _met(self, asking: _Asking, near: Sequence[Ints], table: Ints) -> NDArray[np.int16]:
        """For each term of the others its place, from 1 on, in the row that asks; 0 for none."""
        places = self._places
        if len(places) < self._vectors.words.room:
            places = self._places = np.zeros(self._vectors.words.room, np.int16)
        met = np.empty(table.shape, np.int16)
        telling = (asking.idf > _SAYING) & (asking.terms > 0)
        end = 0
        for place, some in enumerate(near):
            start, end = end, end + len(some)
            held = telling[place].nonzero()[0]
            terms = asking.terms[place][held]
            places[terms] = held + 1
            places.take(table[start:end], out=met[start:end], mode="clip")
            places[terms] = 0
        return met

    def _parts(self, asking: _Asking, mine: Longs, rows: Ints, places: Longs) -> Floats:
        """What each shared term adds to each cosine, and what of either headline it makes up."""
        vectors = self._vectors
        my_flags, flags = asking.flags.ravel()[mine], vectors.flags[rows, places]
        idf = asking.idf.ravel()[mine]
        product = asking.worth.ravel()[mine] * WEIGHT[vectors.counts[rows, places]]
        parts = np.empty((len(mine), COSINES + 2), np.float32)
        both = COUNTED[my_flags] & COUNTED[flags]
        np.multiply(COLUMNS[both], product[:, None], out=parts[:, :COSINES])
        np.multiply(idf, flags & TITLED, out=parts[:, COSINES])
        np.multiply(idf, my_flags & TITLED, out=parts[:, COSINES + 1])
        return parts

    def _in_time(self, row: int | Ints, others: Ints) -> Floats:
        hours = self._vectors.hours
        apart = hours[others] - hours[row]
        apart /= np.float32(_NEAR_HOURS)
        apart *= apart
        near: Floats = np.exp(np.float32(-0.5) * apart)
        near[np.isnan(near)] = 1.0
        return near


def _by_pair(which: Longs, parts: Floats) -> tuple[Floats, Longs]:
    """The parts summed up where ``which`` stays the same, and what it is there."""
    edge = np.empty(len(which), np.bool_)
    edge[0] = True
    np.not_equal(which[1:], which[:-1], out=edge[1:])
    start = edge.nonzero()[0]
    return np.add.reduceat(parts, start, axis=0), which[start]


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
