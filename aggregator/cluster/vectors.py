"""The articles of one stream as term vectors, and how much two of them share.

Everything is kept in flat NumPy arrays that double as they fill. A row is an article, in the order
of arrival. Weights are multiplied by the IDF of the moment when they are compared, never before, so
that nothing has to be computed anew when the window's words change; only the lengths of vectors are
kept for as long as the window has hardly grown.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aggregator.cluster.vocabulary import Floats, Ints, Vocabulary, doubled
from aggregator.text.terms import LEADING, NAMED, NUMBERED, TITLED, Terms

WIDTH = 160
"""How many terms of an article are kept: its title's first, then the most telling."""
NEIGHBOURS = 40
"""How many earlier articles an article is compared with."""
FACETS = ("all", "title", "lead", "name", "number", "held")
"""What `Vectors.compare` measures, column by column: cosines over all terms, title terms, title and
lead, names and numbers, numbers alone; and the share of one headline that the other article holds,
the larger of the two directions."""

_ASKED_TERMS = 48
_ASKED_ROWS = 40_000
_RANKED = 16
"""Postings ranked for each neighbour wanted: an article has one for every term it shares."""
_NEAR_HOURS = 96.0
_FRESH, _FRESH_ROWS = 0.01, 1000
"""Lengths are good until the window has grown by this share, or by so many rows."""

_COSINES = len(FACETS) - 1
_WEIGHT = np.array([0.0, *(1.0 + math.log(count) for count in range(1, 256))], np.float32)
"""A term's weight by its count: damped, at least 1."""


def _facets(flags: int) -> int:
    """A bit for each cosine that a term with these flags counts for."""
    counted = (True, flags & TITLED, flags & (TITLED | LEADING), flags & NAMED, flags & NUMBERED)
    return sum(1 << place for place, bit in enumerate(counted) if bit)


_COUNTED = np.array([_facets(flags) for flags in range(16)], np.uint8)
_COLUMNS = np.array(
    [[bits >> place & 1 for place in range(_COSINES)] for bits in range(1 << _COSINES)], np.float32
)


class _Row(NamedTuple):
    terms: Ints
    counts: NDArray[np.uint8]
    flags: NDArray[np.uint8]


class Vectors:
    """Term vectors with postings; grows by `add`, shrinks by `keep`."""

    def __init__(self) -> None:
        self._words = Vocabulary()
        self._terms: Ints = np.zeros((64, WIDTH), np.int32)
        self._counts: NDArray[np.uint8] = np.zeros((64, WIDTH), np.uint8)
        self._flags: NDArray[np.uint8] = np.zeros((64, WIDTH), np.uint8)
        self._sizes: Ints = np.zeros(64, np.int32)
        self._hours: Floats = np.zeros(64, np.float32)
        self._lengths: Floats = np.zeros((64, len(FACETS)), np.float32)
        self._measured_at: Ints = np.zeros(64, np.int32)
        self._score: Floats = np.zeros(64, np.float32)
        self._place: NDArray[np.int16] = np.zeros(0, np.int16)
        self.rows = 0

    def add(self, terms: Terms, hours: float = math.nan) -> int:
        """Takes an article in and returns its row; ``hours`` is its date, NaN for none."""
        row = self.rows
        if row == len(self._terms):
            for name in (
                "_terms", "_counts", "_flags", "_sizes", "_hours", "_lengths", "_measured_at",
                "_score",
            ):  # fmt: skip
                setattr(self, name, doubled(getattr(self, name)))
        self.rows += 1
        self._fill(row, terms)
        self._hours[row] = hours
        return row

    def replace(self, row: int, terms: Terms) -> None:
        """Gives a row new terms."""
        self._words.withdraw(row, self._row(row).terms)
        self._fill(row, terms)

    def keep(self, rows: Ints) -> None:
        """Forgets all but these rows, which become 0, 1, 2 … in the order given."""
        if not len(rows):
            self.__init__()  # type: ignore[misc]
            return
        for name in ("_terms", "_counts", "_flags", "_sizes", "_hours"):
            setattr(self, name, getattr(self, name)[rows])
        self.rows = len(rows)
        self._lengths = np.zeros((self.rows, len(FACETS)), np.float32)
        self._measured_at = np.zeros(self.rows, np.int32)
        self._score = np.zeros(self.rows, np.float32)
        held = self._terms > 0
        terms = self._terms[held]
        order = np.argsort(terms, kind="stable")
        owners = np.repeat(np.arange(self.rows, dtype=np.int32), self._sizes)[order]
        numbers = np.empty_like(terms)
        numbers[order] = self._words.keep(terms[order], owners)
        self._terms[held] = numbers
        self._place = np.zeros(0, np.int16)

    def near(self, row: int, count: int = NEIGHBOURS) -> Ints:
        """Rows that share the most telling terms with this one, best first, itself left out."""
        terms, counts, _ = self._row(row)
        idf = self._words.idf(terms, self.rows)
        worth = _WEIGHT[counts] * idf * idf
        order = np.argsort(-worth, kind="stable")[:_ASKED_TERMS]
        postings, asked, asking = [], 0, []
        for place, term in zip(order.tolist(), terms[order].tolist(), strict=True):
            posting = self._words.posted(term)
            asked += len(posting)
            # Terms of half the window find everything and tell nothing; the first are always asked.
            if asked > _ASKED_ROWS and len(posting) > 400:
                continue
            postings.append(np.frombuffer(posting, np.int32))
            asking.append(place)
        if not postings:
            return np.empty(0, np.int32)
        found = np.concatenate(postings)
        score = self._score
        np.add.at(score, found, np.repeat(worth[asking], [len(posting) for posting in postings]))
        score[row] = 0.0
        summed = score[found]
        score[found] = 0.0
        most = _RANKED * count
        if len(found) > most:
            best = np.argpartition(-summed, most)[:most]
            found, summed = found[best], summed[best]
        hits, first = np.unique(found, return_index=True)
        summed = summed[first] * self._in_time(row, hits)
        there = summed > 0
        hits, summed = hits[there], summed[there]
        best = np.argsort(-summed, kind="stable")[:count]
        return hits[best]

    def compare(self, row: int, others: Ints) -> Floats:
        """How much a row shares with others: an array (others, facets), each 0 to 1.

        Two dates far apart make everything two articles share count for less.
        """
        shared = np.zeros((len(others), len(FACETS)), np.float32)
        if not len(others):
            return shared
        terms, counts, flags = self._row(row)
        idf = self._words.idf(terms, self.rows)
        width = int(self._sizes[others].max())
        table = self._terms[others, :width]
        places = self._places(terms)
        met = places[table].ravel()
        places[terms] = 0
        at = met.nonzero()[0]
        if not len(at):
            return shared
        mine = met[at] - 1
        which = at // width
        their_flags = self._flags[others, :width].ravel()[at]
        their_weights = _WEIGHT[self._counts[others, :width].ravel()[at]]
        my_flags, my_idf = flags[mine], idf[mine]
        product = (_WEIGHT[counts] * idf * idf)[mine] * their_weights
        sums = np.empty((len(at), _COSINES + 2), np.float32)
        both = _COUNTED[my_flags] & _COUNTED[their_flags]
        np.multiply(_COLUMNS[both], product[:, None], out=sums[:, :_COSINES])
        np.multiply(my_idf, their_flags & TITLED, out=sums[:, _COSINES])
        np.multiply(my_idf, my_flags & TITLED, out=sums[:, _COSINES + 1])
        edge = np.empty(len(at), np.bool_)
        edge[0] = True
        np.not_equal(which[1:], which[:-1], out=edge[1:])
        start = edge.nonzero()[0]
        sums = np.add.reduceat(sums, start, axis=0)
        which = which[start]
        theirs, own = self._measured(others[which]), self._measured(np.array([row], np.int32))[0]
        shared[which, :_COSINES] = _share(sums[:, :_COSINES], (theirs * own)[:, :_COSINES])
        shared[which, _COSINES] = np.maximum(
            _share(sums[:, _COSINES], theirs[:, _COSINES]),
            sums[:, _COSINES + 1] / own[_COSINES] if own[_COSINES] else 0.0,
        )
        np.minimum(shared, 1.0, out=shared)
        shared *= self._in_time(row, others)[:, None]
        return shared

    def of_one_form(self, row: int, other: int) -> bool:
        """Whether two articles are much alike although each names others and other numbers."""
        rows = self._row(row), self._row(other)
        one, two = (terms[(flags & NAMED) > 0] for terms, _, flags in rows)
        if min(len(one), len(two)) < 3:
            return False
        worth = [float(self._words.idf(names, self.rows).sum()) for names in (one, two)]
        both = self._words.idf(np.intersect1d(one, two), self.rows)
        return float(both.sum()) < 0.3 * min(worth)

    def telling(self, row: int) -> tuple[Ints, Floats]:
        """A row's terms, sorted, and their weights as a vector of length 1; titles count twice."""
        terms, counts, flags = self._row(row)
        weights = _WEIGHT[counts] * self._words.idf(terms, self.rows)
        weights *= 1 + (flags & TITLED)
        order = np.argsort(terms)
        norm = math.sqrt(float(weights @ weights))
        return terms[order], (weights / np.float32(norm) if norm else weights)[order]

    @property
    def vocabulary(self) -> int:
        """Above every term's number."""
        return len(self._words)

    def shared_terms(self, row: int, other: int, count: int = 8) -> tuple[str, ...]:
        """The terms two rows share, most telling first; the small change of language left out."""
        terms, _, flags = self._row(row)
        places = self._places(self._row(other).terms)
        both = places[terms] > 0
        places[self._row(other).terms] = 0
        terms, flags = terms[both], flags[both]
        # A small window does not know its commonest words: names and headlines tell more there.
        worth = self._words.idf(terms, self.rows)
        worth += ((flags & NAMED) > 0) + np.float32(0.5) * (flags & TITLED)
        told: list[str] = []
        for place in np.argsort(-worth, kind="stable").tolist():
            stem = self._words.stems[terms[place]]
            common = self.rows > 8 and self._words.df[terms[place]] > 0.25 * self.rows
            small = stem.isascii() and len(stem) < 4 and not flags[place] & (NAMED | NUMBERED)
            if not (common or small):
                told.append(stem)
                if len(told) == count:
                    break
        return tuple(told)

    def known(self, stems: Collection[str]) -> float:
        """Which share of these stems the stream has met before."""
        return self._words.known(stems)

    def _row(self, row: int) -> _Row:
        size = self._sizes[row]
        return _Row(self._terms[row, :size], self._counts[row, :size], self._flags[row, :size])

    def _places(self, terms: Ints) -> NDArray[np.int16]:
        """For every term its place among these, from 1 on, else 0; to be wiped after use."""
        if len(self._place) < self._words.room:
            self._place = np.zeros(self._words.room, np.int16)
        self._place[terms] = np.arange(1, len(terms) + 1)
        return self._place

    def _measured(self, rows: Ints) -> Floats:
        """The lengths of rows by each cosine, and what their headlines weigh."""
        bound = self.rows - min(_FRESH * self.rows, _FRESH_ROWS)
        old = self._measured_at[rows] <= bound
        if old.any():
            stale = rows[old]
            width = int(self._sizes[stale].max())
            terms, flags = self._terms[stale, :width], self._flags[stale, :width]
            idf = self._words.idf(terms, self.rows)
            weights = _WEIGHT[self._counts[stale, :width]] * idf
            counted = _COLUMNS[_COUNTED[flags]]
            squares = np.matmul((weights * weights)[:, None, :], counted)[:, 0]
            self._lengths[stale, :_COSINES] = np.sqrt(squares)
            self._lengths[stale, _COSINES] = (idf * (flags & TITLED)).sum(axis=1)
            self._measured_at[stale] = self.rows
        return self._lengths[rows]

    def _in_time(self, row: int, others: Ints) -> Floats:
        apart = self._hours[others] - self._hours[row]
        near = np.exp(-0.5 * (apart / np.float32(_NEAR_HOURS)) ** 2)
        return np.where(np.isnan(apart), np.float32(1.0), near)

    def _fill(self, row: int, terms: Terms) -> None:
        ids = self._words.numbers(terms.stems)
        counts, flags = np.frombuffer(terms.counts, np.uint8), np.frombuffer(terms.flags, np.uint8)
        if len(ids) > WIDTH:
            worth = _WEIGHT[counts] * self._words.idf(ids, self.rows) + 100.0 * (flags & TITLED)
            chosen = np.sort(np.argsort(-worth, kind="stable")[:WIDTH])
            ids, counts, flags = ids[chosen], counts[chosen], flags[chosen]
        size = self._sizes[row] = len(ids)
        for values, held in ((self._terms, ids), (self._counts, counts), (self._flags, flags)):
            values[row, size:] = 0
            values[row, :size] = held
        self._measured_at[row] = 0
        self._words.post(row, ids)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
