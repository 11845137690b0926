"""The words of one stream: how telling each is, and which articles have it."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from aggregator.cluster.ranking import by_key
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
_KNOWING = 300.0
"""With so many articles a window knows its commonest words by itself."""


class Vocabulary:
    """Terms by number, from 1 on: 0 stands for none."""

    def __init__(self) -> None:
        self._ids: dict[int, int] = {}
        self._postings: list[array[int]] = [array("i")]
        self.keys: NDArray[np.uint32] = np.zeros(1024, np.uint32)
        self.df: Floats = np.zeros(1024, np.float32)
        self._prior: Floats = np.zeros(1024, np.float32)

    def __len__(self) -> int:
        return len(self._postings)

    @property
    def room(self) -> int:
        """How many terms the arrays have room for."""
        return len(self.df)

    @property
    def nbytes(self) -> int:
        """Bytes that arrays and postings take; the dictionary at some hundred bytes a term."""
        posted = sum(posting.buffer_info()[1] for posting in self._postings) * 4
        return posted + 12 * self.room + (64 + 8 + 104) * len(self)

    def numbers(self, articles: Sequence[Terms]) -> list[Ints]:
        """The numbers of each article's terms; those that are new are taken in."""
        keys = np.concatenate([terms.keys for terms in articles])
        distinct, first, which = np.unique(keys, return_index=True, return_inverse=True)
        found = list(map(self._ids.get, distinct.tolist()))
        if None in found:
            brief = np.concatenate([terms.flags for terms in articles])[first] >> BRIEF_BIT
            for place, number in enumerate(found):
                if number is None:
                    found[place] = self._meet(int(distinct[place]), int(brief[place]))
        numbers = np.array(found, np.int32)[which]
        return np.split(numbers, np.cumsum([len(terms.keys) for terms in articles])[:-1])

    def idf(self, terms: Ints, rows: int) -> Floats:
        """How telling terms are among so many rows, about 0 for one that every article holds.

        A small window cannot tell, so every term starts as if it were in a few of some sixty
        articles that were never seen: the shorter a word, the more of them, until the window has
        seen enough itself.
        """
        seen = self.df[terms] + np.float32(0.5)
        if rows < _KNOWING:
            seen += self._prior[terms] * np.float32(1.0 - rows / _KNOWING)
        telling: Floats = np.log(np.float32(rows + _BACKGROUND + 1.0) / seen)
        return np.maximum(telling, np.float32(0.0), out=telling)

    def post(self, row: int, articles: Sequence[Ints]) -> None:
        """Notes what terms the articles have that stand in this row and those after it."""
        terms = np.concatenate(articles)
        rows = np.repeat(np.arange(row, row + len(articles)), [len(each) for each in articles])
        order = by_key(terms)
        terms, posted = terms[order], rows[order].tolist()
        edge = np.ones(len(terms) + 1, np.bool_)
        np.not_equal(terms[1:], terms[:-1], out=edge[1:-1])
        edges = edge.nonzero()[0]
        start, end = edges[:-1], edges[1:]
        terms = terms[start]
        self.df[terms] += end - start
        rare = self.df[terms] <= POSTED
        postings = self._postings
        for term, first, last in zip(
            terms[rare].tolist(), start[rare].tolist(), end[rare].tolist(), strict=True
        ):
            if last - first == 1:
                postings[term].append(posted[first])
            else:
                postings[term].extend(posted[first:last])

    def withdraw(self, row: int, terms: Ints) -> None:
        """Notes that a row no longer has these terms."""
        self.df[terms] -= 1
        for term in terms.tolist():
            posting = self._postings[term]
            if row in posting:
                posting.remove(row)

    def posted(self, terms: Iterable[int]) -> list[Ints]:
        """The rows that have each of these terms, in order; some of them past `POSTED`.

        To be read at once: they are the postings themselves, which cannot grow meanwhile.
        """
        postings, read = self._postings, np.frombuffer
        return [read(postings[term], np.int32) for term in terms]

    def known(self, stems: Collection[str]) -> float:
        """Which share of these stems the stream has met before."""
        return sum(stem_key(stem) in self._ids for stem in stems) / len(stems) if stems else 0.0

    def keep(self, terms: Ints, rows: Ints) -> Ints:
        """Forgets all but these terms, each of the row beside it, and numbers them anew.

        ``terms`` are sorted, and rows rise within a term. Gives the new number of each term.
        """
        used, places = np.unique(terms, return_inverse=True)
        frequency = np.bincount(places, minlength=len(used))
        keys, prior = self.keys[used], self._prior[used]
        room = max(1024, 2 * len(used))
        self.keys = np.zeros(room, np.uint32)
        self.df, self._prior = np.zeros(room, np.float32), np.zeros(room, np.float32)
        self.keys[1 : len(used) + 1] = keys
        self.df[1 : len(used) + 1] = frequency
        self._prior[1 : len(used) + 1] = prior
        self._ids = {key: number for number, key in enumerate(keys.tolist(), start=1)}
        ends = np.cumsum(frequency)
        starts = np.maximum(ends - frequency, ends - POSTED)
        self._postings = [array("i")]
        self._postings += [
            array("i", rows[start:end].tobytes())
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]
        numbers: Ints = (places + 1).astype(np.int32)
        return numbers

    def _meet(self, key: int, brief: int) -> int:
        number = self._ids[key] = len(self._postings)
        self._postings.append(array("i"))
        if number == len(self.df):
            self.df, self._prior = doubled(self.df), doubled(self._prior)
            self.keys = doubled(self.keys)
        self.keys[number], self._prior[number] = key, _EXPECTED[brief]
        return number


def doubled(values: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """The array and as much room again."""
    return np.concatenate([values, np.zeros_like(values)])
