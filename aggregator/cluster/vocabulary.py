"""The words of one stream: how telling each is, and which articles have it."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_Scalar = TypeVar("_Scalar", bound=np.generic)
Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

POSTED = 8192
"""Articles remembered of a term, at the least, the latest; twice as many at the most."""

_BACKGROUND = 60.0
_EXPECTED = {1: 0.4, 2: 0.4, 3: 0.15, 4: 0.03}
_KNOWING = 300.0
"""With so many articles a window knows its commonest words by itself."""
_NO_ALPHABET = 0x0700
"""Latin, Greek, Cyrillic, Armenian, Hebrew and Arabic lie before this code point."""


class Vocabulary:
    """Terms by number, from 1 on: 0 stands for none."""

    def __init__(self) -> None:
        self.stems: list[str] = [""]
        self._ids: dict[str, int] = {}
        self._postings: list[array[int]] = [array("i")]
        self.df: Floats = np.zeros(1024, np.float32)
        self._prior: Floats = np.zeros(1024, np.float32)

    def __len__(self) -> int:
        return len(self.stems)

    @property
    def room(self) -> int:
        """How many terms the arrays have room for."""
        return len(self.df)

    def numbers(self, stems: Sequence[str]) -> Ints:
        """The terms of these stems; those that are new are taken in."""
        known = self._ids.get
        found = [known(stem) or self._meet(stem) for stem in stems]
        return np.array(found, np.int32)

    def idf(self, terms: Ints, rows: int) -> Floats:
        """How telling terms are among so many rows, about 0 for one that every article holds.

        A small window cannot tell, so every term starts as if it were in a few of some sixty
        articles that were never seen: the shorter a word, the more of them (see `_unseen`), until
        the window has seen enough itself.
        """
        seen = self.df[terms] + np.float32(0.5)
        if rows < _KNOWING:
            seen += self._prior[terms] * np.float32(1.0 - rows / _KNOWING)
        telling: Floats = np.log(np.float32(rows + _BACKGROUND + 1.0) / seen)
        return np.maximum(telling, np.float32(0.0), out=telling)

    def post(self, row: int, terms: Ints) -> None:
        """Notes that a row has these terms."""
        self.df[terms] += 1
        postings = self._postings
        for term in terms.tolist():
            posting = postings[term]
            posting.append(row)
            if len(posting) > 2 * POSTED:
                del posting[:POSTED]

    def withdraw(self, row: int, terms: Ints) -> None:
        """Notes that a row no longer has these terms."""
        self.df[terms] -= 1
        for term in terms.tolist():
            posting = self._postings[term]
            if row in posting:
                posting.remove(row)

    def posted(self, term: int) -> array[int]:
        """The latest rows that have a term."""
        return self._postings[term]

    def known(self, stems: Collection[str]) -> float:
        """Which share of these stems the stream has met before."""
        return sum(stem in self._ids for stem in stems) / len(stems) if stems else 0.0

    def keep(self, terms: Ints, rows: Ints) -> Ints:
        """Forgets all but these terms, each of the row beside it, and numbers them anew.

        ``terms`` are sorted, and rows rise within a term. Gives the new number of each term.
        """
        used, places = np.unique(terms, return_inverse=True)
        frequency = np.bincount(places, minlength=len(used))
        stems = [self.stems[term] for term in used]
        self.stems = ["", *stems]
        self._ids = {stem: number for number, stem in enumerate(stems, start=1)}
        self.df = np.zeros(max(1024, 2 * len(self.stems)), np.float32)
        self.df[1 : len(self.stems)] = frequency
        self._prior = np.zeros_like(self.df)
        self._prior[1 : len(self.stems)] = [_unseen(stem) for stem in stems]
        ends = np.cumsum(frequency)
        starts = np.maximum(ends - frequency, ends - 2 * POSTED)
        self._postings = [array("i")]
        self._postings += [
            array("i", rows[start:end].tobytes())
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]
        numbers: Ints = (places + 1).astype(np.int32)
        return numbers

    def _meet(self, stem: str) -> int:
        number = self._ids[stem] = len(self.stems)
        self.stems.append(stem)
        self._postings.append(array("i"))
        if number == len(self.df):
            self.df, self._prior = doubled(self.df), doubled(self._prior)
        self._prior[number] = _unseen(stem)
        return number


def _unseen(stem: str) -> float:
    """In how many more of `_BACKGROUND` unseen articles a short word is to be expected.

    In every alphabet the commonest words are the shortest (Zipf's law of abbreviation), so a
    window that has seen little knows "for" and "on" for what they are. Numbers and the character
    pairs of other scripts say nothing by their length.
    """
    if not stem.isalpha() or ord(stem[0]) >= _NO_ALPHABET:
        return 0.0
    return _BACKGROUND * _EXPECTED.get(len(stem), 0.0)


def doubled(values: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """The array and as much room again."""
    return np.concatenate([values, np.zeros_like(values)])
