"""The words of one stream: how telling each is, and which articles have it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from aggregator.kernels.lists import Lists
from aggregator.kernels.plain.standing import worth
from aggregator.kernels.port import Telling
from aggregator.kernels.table import KeyTable
from aggregator.text.terms import BRIEF_BIT, Terms
from aggregator.text.wordbook import stem_key

_Scalar = TypeVar("_Scalar", bound=np.generic)
Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

POSTED = 6000
"""A term that more articles have than this finds none: it is too common to tell."""

_BACKGROUND = 60.0
_EXPECTED = np.array([0.0, 0.03, 0.15, 0.4], np.float32) * np.float32(_BACKGROUND)
"""In how many more of `_BACKGROUND` unseen articles a word is to be expected, by how short it is.

In every alphabet the commonest words are the shortest (Zipf's law of abbreviation), so a window
that has seen little knows "for" and "on" for what they are."""
_READY = 1 << 15
_KNOWING = 300.0
"""With so many articles a window knows its commonest words by itself."""


class Vocabulary:
    """Terms by number, from 1 on: 0 stands for none.

    Attributes:
        keys: each term's hash (see `stem_key`).
        df: in how many rows a term stands.
        prior: in how many more it is to be expected, as far as the window cannot tell.
        posted: those rows, in order, for terms that no more than `POSTED` have, and some past it.
    """

    def __init__(self) -> None:
        self._ids = KeyTable()
        self._count = 1
        self.posted = Lists()
        self._ready: tuple[int, Floats] = (0, np.zeros(0, np.float32))
        self.keys: NDArray[np.uint32] = np.zeros(1024, np.uint32)
        self.df: Floats = np.zeros(1024, np.float32)
        self.prior: Floats = np.zeros(1024, np.float32)

    def __len__(self) -> int:
        return self._count

    @property
    def room(self) -> int:
        """How many terms the arrays have room for."""
        return len(self.df)

    @property
    def nbytes(self) -> int:
        """Bytes that arrays, postings and the table of terms take."""
        return self.posted.nbytes + self._ids.nbytes + 12 * self.room

    def numbers(self, articles: Sequence[Terms]) -> Ints:
        """The numbers of articles' terms, one after the other; those that are new are taken in."""
        keys = np.concatenate([terms.keys for terms in articles])
        found = self._ids.find(keys.astype(np.uint64))
        new = (found == 0).nonzero()[0]
        if len(new):
            met, first, which = np.unique(keys[new], return_index=True, return_inverse=True)
            brief = np.concatenate([terms.flags for terms in articles])[new[first]] >> BRIEF_BIT
            found[new] = self._number(met, _EXPECTED[brief])[which]
        return found

    def idf(self, terms: Ints, rows: int) -> Floats:
        """How telling terms are among so many rows, about 0 for one that every article holds.

        A small window cannot tell, so every term starts as if it were in a few of some sixty
        articles that were never seen: the shorter a word, the more of them, until the window has
        seen enough itself.
        """
        return worth(self.df[terms], self.prior[terms], self.telling(rows))

    def telling(self, rows: int) -> Telling:
        """How frequency and prior make a term telling among so many rows, see `idf`."""
        return Telling(rows + _BACKGROUND + 1.0, max(0.0, 1.0 - rows / _KNOWING))

    def ready(self, rows: int) -> Floats:
        """The IDF of terms that are in 0, 1, 2 … of so many rows, as far as that alone tells."""
        telling = self.telling(rows)
        if telling.faith:
            return self.df[:0]
        if self._ready[0] != rows:
            held = np.arange(min(rows, _READY), dtype=np.float32)
            self._ready = rows, worth(held, held, telling)
        return self._ready[1]

    def count(self, terms: Ints) -> None:
        """Notes that each of these terms stands in one more row."""
        np.add.at(self.df, terms, np.float32(1.0))

    def post(self, rows: Ints, terms: Ints) -> None:
        """Notes in which rows terms stand, rows that rise and come after all others."""
        rare = self.df[terms] <= POSTED
        self.posted.append(terms[rare], rows[rare])

    def withdraw(self, row: int, terms: Ints) -> None:
        """Notes that a row no longer has these terms."""
        self.df[terms] -= 1
        for term in terms.tolist():
            self.posted.remove(term, row)

    def known(self, stems: Collection[str]) -> float:
        """Which share of these stems the stream has met before."""
        if not stems:
            return 0.0
        keys = np.array([stem_key(stem) for stem in stems], np.uint64)
        return float((self._ids.find(keys) > 0).mean())

    def clear_posts(self) -> None:
        """Forgets in which rows terms stand, and makes room for all of it to be noted anew."""
        held = self.df[: len(self)].astype(np.int64)
        self.posted = Lists.of_size(np.where(held <= POSTED, held, 0))

    def keep(self, frequency: NDArray[np.int64]) -> Ints:
        """Forgets all but the terms that stand in some row, to be posted anew.

        ``frequency`` says in how many each term stands. Gives the new number of each term by the
        old one.
        """
        used = np.flatnonzero(frequency)
        number = np.zeros(len(self), np.int32)
        number[used] = np.arange(1, len(used) + 1, dtype=np.int32)
        keys, prior = self.keys[used], self.prior[used]
        self._ids, self._count = KeyTable(), 1
        self.keys = np.zeros(1, np.uint32)
        self.df, self.prior = np.zeros(1, np.float32), np.zeros(1, np.float32)
        numbers = self._number(keys, prior)
        self.df[numbers] = frequency[used]
        return number

    def _number(self, keys: NDArray[np.uint32], prior: Floats) -> Ints:
        """Takes new terms in; their numbers."""
        numbers = np.arange(self._count, self._count + len(keys), dtype=np.int32)
        self._count += len(keys)
        self.df, self.prior = roomy(self.df, self._count), roomy(self.prior, self._count)
        self.keys = roomy(self.keys, self._count)
        self.keys[numbers], self.prior[numbers] = keys, prior
        self._ids.insert(keys.astype(np.uint64), numbers)
        return numbers


def roomy(values: NDArray[_Scalar], count: int) -> NDArray[_Scalar]:
    """The array with room for so many, and an eighth more where it grows; zeros where it is new."""
    if count <= len(values):
        return values
    more = np.zeros((count + count // 8 + 64 - len(values), *values.shape[1:]), values.dtype)
    return np.concatenate([values, more])
