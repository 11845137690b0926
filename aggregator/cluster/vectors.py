"""The articles of one stream as term vectors.

Everything is kept in flat NumPy arrays that grow as they fill. A row is an article, in the order
of arrival. Weights are multiplied by the IDF of the moment when they are compared, never before, so
that nothing has to be computed anew when the window's words change; only the lengths of vectors are
kept for as long as the window has hardly grown.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aggregator.cluster.ranking import by_key
from aggregator.cluster.vocabulary import Floats, Ints, Vocabulary, roomy
from aggregator.kernels import kernels
from aggregator.text.terms import LEADING, NAMED, NUMBERED, TITLED, Terms

WIDTH = 160
"""How many terms of an article are kept: its title's first, then the most telling."""
FACETS = ("all", "title", "lead", "name", "number", "held")
"""What is measured of two articles (see `Survey`), column by column: cosines over all terms, title
terms, title and lead, names and numbers, numbers alone; and the share of one headline that the
other article holds, the larger of the two directions."""
COSINES = len(FACETS) - 1
WEIGHT = np.array([0.0, *(1.0 + math.log(count) for count in range(1, 256))], np.float32)
"""A term's weight by its count: damped, at least 1."""

_FRESH, _FRESH_ROWS = 0.01, 1000
"""Lengths are good until the window has grown by this share, or by so many rows."""

_AT_ONCE = 1 << 16

Bytes = NDArray[np.uint8]


def _facets(flags: int) -> int:
    """A bit for each cosine that a term with these flags counts for."""
    counted = (True, flags & TITLED, flags & (TITLED | LEADING), flags & NAMED, flags & NUMBERED)
    return sum(1 << place for place, bit in enumerate(counted) if bit)


COUNTED = np.array([_facets(flags) for flags in range(256)], np.uint8)
"""The cosines a term counts for by its flags, a bit each."""


class Vectors:
    """Term vectors; grows by `add`, shrinks by `keep`.

    Attributes:
        words: the vocabulary, with each term's rows.
        terms: a row's terms, `WIDTH` at most and 0 after them; ``counts`` and ``flags`` beside.
        sizes: how many terms a row has.
        hours: when a row was published, NaN where that is not known.
        sources: whose a row is, 0 where that is not known.
        rows: how many there are.
    """

    def __init__(self) -> None:
        self.words = Vocabulary()
        self.terms: Ints = np.zeros((64, WIDTH), np.int32)
        self.counts: Bytes = np.zeros((64, WIDTH), np.uint8)
        self.flags: Bytes = np.zeros((64, WIDTH), np.uint8)
        self.sizes: Ints = np.zeros(64, np.int32)
        self.hours: Floats = np.zeros(64, np.float32)
        self.sources: NDArray[np.uint32] = np.zeros(64, np.uint32)
        self.rows = 0
        self._lengths: Floats = np.zeros((64, len(FACETS)), np.float32)
        self._measured_at: Ints = np.zeros(64, np.int32)
        self._marked: NDArray[np.bool_] = np.zeros(64, np.bool_)

    @property
    def nbytes(self) -> int:
        """Bytes that vectors and vocabulary take."""
        arrays = (
            self.terms, self.counts, self.flags, self.sizes, self.hours, self.sources,
            self._lengths,
            self._measured_at,
        )  # fmt: skip
        return self.words.nbytes + sum(values.nbytes for values in arrays)

    @property
    def vocabulary(self) -> int:
        """Above every term's number."""
        return len(self.words)

    def add(self, terms: Terms, hours: float = math.nan, source: int = 0) -> int:
        """Takes an article in and returns its row.

        ``hours`` is its date, NaN for none, ``source`` whose it is, 0 for nobody's.
        """
        return self.add_many([terms], [hours], [source])

    def add_many(
        self,
        articles: Sequence[Terms],
        hours: Sequence[float],
        sources: Sequence[int],
        *,
        post: bool = True,
    ) -> int:
        """Takes articles in, one row after the other, and returns the first one's.

        They are found by nobody yet without ``post``, until `post_all` was called.
        """
        row = self.rows
        self.rows += len(articles)
        self.make_room(self.rows)
        self._fill(row, articles)
        if post:
            self._post(row, self.rows)
        self.hours[row : self.rows] = hours
        self.sources[row : self.rows] = sources
        return row

    def make_room(self, rows: int) -> None:
        """Sees to it that so many rows have room in all."""
        for name in (
            "terms", "counts", "flags", "sizes", "hours", "sources", "_lengths", "_measured_at",
        ):  # fmt: skip
            setattr(self, name, roomy(getattr(self, name), rows))

    def replace(self, row: int, terms: Terms) -> None:
        """Gives a row new terms."""
        self.words.withdraw(row, self.of(row)[0])
        self._fill(row, [terms])
        self._post(row, row + 1)

    def post_all(self) -> None:
        """Lets all rows be found by their terms; for many at once this costs the least."""
        self.words.clear_posts()
        self._post(0, self.rows)

    def keep(self, rows: Ints) -> None:
        """Forgets all but these rows, which become 0, 1, 2 … in the order given."""
        if not len(rows):
            self.__init__()  # type: ignore[misc]
            return
        for name in ("terms", "counts", "flags", "sizes", "hours", "sources"):
            setattr(self, name, getattr(self, name)[rows])
        self.rows = len(rows)
        self._lengths = np.zeros((self.rows, len(FACETS)), np.float32)
        self._measured_at = np.zeros(self.rows, np.int32)
        words = self.words
        frequency = np.zeros(len(words), np.int64)
        for start in range(0, self.rows, _AT_ONCE):
            terms = self.terms[start : start + _AT_ONCE]
            frequency += np.bincount(terms[terms > 0], minlength=len(words))
        number = words.keep(frequency)
        for start in range(0, self.rows, _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            self.terms[some] = number[self.terms[some]]
        self.post_all()

    def of(self, row: int) -> tuple[Ints, Bytes, Bytes]:
        """A row's terms, their counts and their flags."""
        size = self.sizes[row]
        return self.terms[row, :size], self.counts[row, :size], self.flags[row, :size]

    def idf(self, terms: Ints) -> Floats:
        """How telling terms are now, see `Vocabulary.idf`."""
        return self.words.idf(terms, self.rows)

    def lengths(self, rows: Ints) -> Floats:
        """All rows' lengths by each cosine, and what their headlines weigh.

        Those of these rows are sure to be good.
        """
        bound = self.rows - min(_FRESH * self.rows, _FRESH_ROWS)
        old = self._measured_at[rows] <= bound
        if old.any():
            self._measure(np.unique(rows[old]))
        return self._lengths

    def of_one_form(self, row: int, other: int) -> bool:
        """Whether two articles are much alike although each names others and other numbers."""
        rows = self.of(row), self.of(other)
        one, two = (terms[(flags & NAMED) > 0] for terms, _, flags in rows)
        if min(len(one), len(two)) < 3:
            return False
        worth = [float(self.idf(names).sum()) for names in (one, two)]
        both = self.idf(np.intersect1d(one, two))
        return float(both.sum()) < 0.3 * min(worth)

    def telling(self, row: int) -> tuple[Ints, Floats]:
        """A row's terms, sorted, and their weights as a vector of length 1; titles count twice."""
        terms, counts, flags = self.of(row)
        weights = WEIGHT[counts] * self.idf(terms)
        weights *= 1 + (flags & TITLED)
        order = by_key(terms)
        norm = math.sqrt(float(weights @ weights))
        return terms[order], (weights / np.float32(norm) if norm else weights)[order]

    def shared(self, rows: Ints, others: Ints, count: int) -> list[list[tuple[int, bool]]]:
        """For each pair of rows the keys of terms they share, ``count`` at most.

        Most telling first, the commonest left out. Beside each, whether it is a name or a number.
        """
        if len(self._marked) < self.words.room:
            self._marked = np.zeros(self.words.room, np.bool_)
        ends, places = kernels().common(rows, others, self.terms, self.sizes, self._marked)
        pair = np.repeat(np.arange(len(rows)), np.diff(ends))
        terms, flags = self.terms[rows[pair], places], self.flags[rows[pair], places]
        # A small window does not know its commonest words: names and headlines tell more there.
        worth = self.idf(terms) + ((flags & NAMED) > 0) + np.float32(0.5) * (flags & TITLED)
        if self.rows > 8:
            told = self.words.df[terms] <= 0.25 * self.rows
            pair, places, worth = pair[told], places[told], worth[told]
            ends = np.searchsorted(pair, np.arange(len(rows) + 1))
        ends, places = kernels().best(worth, places, ends, count)
        pair = np.repeat(np.arange(len(rows)), np.diff(ends))
        keys = self.words.keys[self.terms[rows[pair], places]].tolist()
        named = ((self.flags[rows[pair], places] & (NAMED | NUMBERED)) > 0).tolist()
        found = list(zip(keys, named, strict=True))
        return [found[start:end] for start, end in itertools.pairwise(ends.tolist())]

    def _measure(self, rows: Ints) -> None:
        words = self.words
        self._lengths[rows] = kernels().measured(
            rows, self.terms, self.counts, self.flags, self.sizes,
            words.df, words.prior, words.telling(self.rows), words.ready(self.rows),
            WEIGHT, COUNTED, TITLED,
        )  # fmt: skip
        self._measured_at[rows] = self.rows

    def _fill(self, row: int, articles: Sequence[Terms]) -> None:
        """Puts articles into this row and those after it."""
        rows = slice(row, row + len(articles))
        sizes = np.array([len(terms.keys) for terms in articles], np.int64)
        flags = np.concatenate([terms.flags for terms in articles])
        counts = np.concatenate([terms.counts for terms in articles])
        numbers = self.words.numbers(articles)
        # Of too many terms the title's are kept first, then the most telling.
        worth = np.zeros(0, np.float32)
        if sizes.max(initial=0) > WIDTH:
            worth = WEIGHT[counts] * self.idf(numbers) + np.float32(100.0) * (flags & TITLED)
        self.sizes[rows] = kernels().laid(
            numbers, counts, flags, worth, sizes,
            self.terms[rows], self.counts[rows], self.flags[rows],
        )  # fmt: skip
        self._measured_at[rows] = 0
        terms = self.terms[rows]
        self.words.count(terms[terms > 0])

    def _post(self, first: int, end: int) -> None:
        for start in range(first, end, _AT_ONCE):
            rows = np.arange(start, min(start + _AT_ONCE, end), dtype=np.int32)
            terms = self.terms[rows[0] : rows[-1] + 1]
            self.words.post(np.repeat(rows, self.sizes[rows]), terms[terms > 0])
