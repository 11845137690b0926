"""The articles of one stream as term vectors, and how much two of them share.

Everything is kept in flat NumPy arrays that double as they fill. A row is an article, in the order
of arrival. Weights are multiplied by the IDF of the moment when they are compared, never before, so
that nothing has to be computed anew when the window's words change.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Collection, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from aggregator.text.terms import Term

_Scalar = TypeVar("_Scalar", bound=np.generic)
Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

WIDTH = 160
"""How many terms of an article are kept: its title's first, then the most telling."""
NEIGHBOURS = 40
"""How many earlier articles an article is compared with."""
FACETS = ("all", "title", "lead", "name", "number", "held")
"""What `Vectors.compare` measures, column by column: cosines over all terms, title terms, title and
lead, names and numbers, numbers alone; and the share of one headline that the other article holds,
the larger of the two directions."""

_TITLE, _NAME, _NUMBER, _LEAD = 1, 2, 4, 8
_ASKED_TERMS = 48
_ASKED_ROWS = 40_000
_BACKGROUND = 60.0
_NEAR_HOURS = 96.0
_EXPECTED = {1: 0.4, 2: 0.4, 3: 0.15, 4: 0.03}
_KNOWING = 300.0
"""With so many articles a window knows its commonest words by itself."""
_NO_ALPHABET = 0x0700
"""Latin, Greek, Cyrillic, Armenian, Hebrew and Arabic lie before this code point."""


class Vectors:
    """Term vectors with postings; grows by `add`, shrinks by `keep`."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._stems: list[str] = []
        self._df: Floats = np.zeros(1024, np.float32)
        self._prior: Floats = np.zeros(1024, np.float32)
        self._scratch: Floats = np.zeros((5, 1024), np.float32)
        self._postings: list[array[int]] = []
        self._terms: Ints = np.zeros((64, WIDTH), np.int32)
        self._weights: Floats = np.zeros((64, WIDTH), np.float32)
        self._flags: NDArray[np.uint8] = np.zeros((64, WIDTH), np.uint8)
        self._hours: Floats = np.zeros(64, np.float32)
        self.rows = 0

    def idf(self, terms: Ints) -> Floats:
        """How telling terms are, about 0 for one that every article holds.

        A small window cannot tell, so every term starts as if it were in a few of some sixty
        articles that were never seen: the shorter a word, the more of them (see `_unseen`), until
        the window has seen enough itself.
        """
        unseen = 0.5 + self._prior[terms] * max(0.0, 1.0 - self.rows / _KNOWING)
        share = (self._df[terms] + unseen) / (self.rows + _BACKGROUND + 1.0)
        telling: Floats = np.maximum(-np.log(share), np.float32(0.0))
        return telling

    def add(self, terms: Sequence[Term], hours: float = math.nan) -> int:
        """Takes an article in and returns its row; ``hours`` is its date, NaN for none."""
        row = self.rows
        if row == len(self._terms):
            self._terms = _doubled(self._terms)
            self._weights = _doubled(self._weights)
            self._flags = _doubled(self._flags)
            self._hours = _doubled(self._hours)
        self.rows += 1
        self._fill(row, terms)
        self._hours[row] = hours
        return row

    def replace(self, row: int, terms: Sequence[Term]) -> None:
        """Gives a row new terms."""
        held = self._terms[row][self._weights[row] > 0]
        self._df[held] -= 1
        for term in held:
            posting = self._postings[term]
            if row in posting:
                posting.remove(row)
        self._fill(row, terms)

    def keep(self, rows: Ints) -> None:
        """Forgets all but these rows, which become 0, 1, 2 … in the order given."""
        weights = self._weights[rows]
        held = weights > 0
        used, terms = np.unique(self._terms[rows][held], return_inverse=True)
        table: Ints = np.zeros_like(self._terms[rows])
        table[held] = terms
        self._stems = [self._stems[term] for term in used]
        self._ids = {stem: place for place, stem in enumerate(self._stems)}
        room = max(1024, 2 * len(used))
        self._df = np.zeros(room, np.float32)
        self._df[: len(used)] = np.bincount(terms, minlength=len(used))
        self._prior = np.zeros(room, np.float32)
        self._prior[: len(used)] = [_unseen(stem) for stem in self._stems]
        self._scratch = np.zeros((5, room), np.float32)
        order = np.argsort(terms, kind="stable")
        owners = np.nonzero(held)[0][order].astype(np.int32)
        ends = np.cumsum(np.bincount(terms, minlength=len(used)))[:-1]
        self._postings = [array("i", part.tobytes()) for part in np.split(owners, ends)]
        self._terms, self._weights = table, weights
        self._flags, self._hours = self._flags[rows], self._hours[rows]
        self.rows = len(rows)
        if not self.rows:
            self.__init__()  # type: ignore[misc]

    def near(self, row: int, count: int = NEIGHBOURS) -> Ints:
        """Rows that share the most telling terms with this one, best first, itself left out."""
        held = self._weights[row] > 0
        terms, weights = self._terms[row][held], self._weights[row][held]
        idf = self.idf(terms)
        worth = weights * idf * idf
        score = np.zeros(self.rows, np.float32)
        asked = 0
        for place in np.argsort(-worth, kind="stable")[:_ASKED_TERMS]:
            posting = self._postings[terms[place]]
            asked += len(posting)
            # Terms of half the window find everything and tell nothing; the first are always asked.
            if asked > _ASKED_ROWS and len(posting) > 400:
                continue
            score[np.frombuffer(posting, np.int32)] += worth[place]
        score[row] = 0.0
        hits = np.flatnonzero(score)
        found = score[hits] * self._in_time(row, hits.astype(np.int32))
        if len(hits) > count:
            best = np.argpartition(-found, count)[:count]
            hits, found = hits[best], found[best]
        return hits[np.argsort(-found, kind="stable")].astype(np.int32)

    def compare(self, row: int, others: Ints) -> Floats:
        """How much a row shares with others: an array (others, facets), each 0 to 1.

        Two dates far apart make everything two articles share count for less.
        """
        scratch = self._scratch
        held = self._weights[row] > 0
        terms, weights = self._terms[row][held], self._weights[row][held]
        flags = self._flags[row][held]
        idf = self.idf(terms)
        mine = weights * idf * _masks(flags)
        scratch[:, terms] = mine
        own = np.sqrt((mine * mine).sum(axis=1))
        width = max(1, int((self._weights[others] > 0).sum(axis=1).max(initial=1)))
        table = self._terms[others, :width]
        table_idf = self.idf(table)
        theirs = self._weights[others, :width] * table_idf
        bits = self._flags[others, :width]
        shared = np.zeros((len(others), len(FACETS)), np.float32)
        for place, mask in enumerate(_masks(bits)):
            masked = theirs * mask
            norm = np.sqrt((masked * masked).sum(axis=1)) * own[place]
            dot = (masked * scratch[place][table]).sum(axis=1)
            shared[:, place] = _share(dot, norm)
        present = theirs > 0
        scratch[0, terms] = 1.0
        headline = table_idf * ((bits & _TITLE) > 0) * present
        inside = (headline * scratch[0][table]).sum(axis=1)
        scratch[0, terms] = np.where(flags & _TITLE, idf, 0.0)
        whole = np.full(len(others), float((idf * ((flags & _TITLE) > 0)).sum()), np.float32)
        back = (scratch[0][table] * present).sum(axis=1)
        shared[:, 5] = np.maximum(_share(inside, headline.sum(axis=1)), _share(back, whole))
        scratch[:, terms] = 0.0
        return shared * self._in_time(row, others)[:, None]

    def of_one_form(self, row: int, other: int) -> bool:
        """Whether two articles are much alike although each names others and other numbers."""
        held = [self._weights[one] > 0 for one in (row, other)]
        names = [
            {
                int(term)
                for term, bits in zip(self._terms[one][has], self._flags[one][has], strict=True)
                if bits & _NAME
            }
            for one, has in zip((row, other), held, strict=True)
        ]
        fewest = min(map(len, names))
        if fewest < 3:
            return False
        worth = [float(self.idf(np.array(sorted(one), np.int32)).sum()) for one in names]
        both = self.idf(np.array(sorted(names[0] & names[1]), np.int32))
        return float(both.sum()) < 0.3 * min(worth)

    def telling(self, row: int) -> tuple[Ints, Floats]:
        """A row's terms, sorted, and their weights as a vector of length 1; titles count twice."""
        held = self._weights[row] > 0
        terms = self._terms[row][held]
        weights = self._weights[row][held] * self.idf(terms)
        weights *= 1.0 + ((self._flags[row][held] & _TITLE) > 0)
        order = np.argsort(terms)
        norm = float(np.sqrt((weights * weights).sum()))
        return terms[order], (weights / norm if norm else weights)[order]

    @property
    def vocabulary(self) -> int:
        """How many different terms the window holds."""
        return len(self._stems)

    def shared_terms(self, row: int, other: int, count: int = 8) -> tuple[str, ...]:
        """The terms two rows share, most telling first; the small change of language left out."""
        held = self._weights[row] > 0
        terms, flags = self._terms[row][held], self._flags[row][held]
        both = np.isin(terms, self._terms[other][self._weights[other] > 0])
        terms, flags = terms[both], flags[both]
        # A small window does not know its commonest words: names and headlines tell more there.
        worth = self.idf(terms) + 1.0 * ((flags & _NAME) > 0) + 0.5 * ((flags & _TITLE) > 0)
        told = []
        for place in np.argsort(-worth, kind="stable"):
            stem = self._stems[terms[place]]
            common = self.rows > 8 and self._df[terms[place]] > 0.25 * self.rows
            small = stem.isascii() and len(stem) < 4 and not flags[place] & (_NAME | _NUMBER)
            if not (common or small):
                told.append(stem)
        return tuple(told[:count])

    def known(self, terms: Collection[str]) -> float:
        """Which share of these terms the stream has met before."""
        return sum(term in self._ids for term in terms) / len(terms) if terms else 0.0

    def _in_time(self, row: int, others: Ints) -> Floats:
        apart = self._hours[others] - self._hours[row]
        near = np.exp(-0.5 * (apart / np.float32(_NEAR_HOURS)) ** 2)
        return np.where(np.isnan(apart), np.float32(1.0), near)

    def _fill(self, row: int, terms: Sequence[Term]) -> None:
        ids = np.array([self._id(term.stem) for term in terms], np.int32)
        weights = np.array([term.weight for term in terms], np.float32)
        flags = np.array(
            [
                _TITLE * t.title | _NAME * (t.name or t.number) | _NUMBER * t.number
                | _LEAD * t.lead
                for t in terms
            ],
            np.uint8,
        )  # fmt: skip
        if len(ids) > WIDTH:
            worth = weights * self.idf(ids) + 100.0 * ((flags & _TITLE) > 0)
            chosen = np.sort(np.argsort(-worth, kind="stable")[:WIDTH])
            ids, weights, flags = ids[chosen], weights[chosen], flags[chosen]
        count = len(ids)
        for array_, values in (
            (self._terms, ids), (self._weights, weights), (self._flags, flags),
        ):  # fmt: skip
            array_[row] = 0
            array_[row, :count] = values
        self._df[ids] += 1
        for term in ids:
            self._postings[term].append(row)

    def _id(self, stem: str) -> int:
        found = self._ids.get(stem)
        if found is None:
            found = self._ids[stem] = len(self._stems)
            self._stems.append(stem)
            self._postings.append(array("i"))
            if found == len(self._df):
                self._df = _doubled(self._df)
                self._prior = _doubled(self._prior)
                self._scratch = np.zeros((5, 2 * found), np.float32)
            self._prior[found] = _unseen(stem)
        return found


def _unseen(stem: str) -> float:
    """In how many more of `_BACKGROUND` unseen articles a short word is to be expected.

    In every alphabet the commonest words are the shortest (Zipf's law of abbreviation), so a
    window that has seen little knows "for" and "on" for what they are. Numbers and the character
    pairs of other scripts say nothing by their length.
    """
    if not stem.isalpha() or ord(stem[0]) >= _NO_ALPHABET:
        return 0.0
    return _BACKGROUND * _EXPECTED.get(len(stem), 0.0)


def _masks(flags: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """For all, title, lead, name and number: which terms count."""
    return np.stack(
        [
            flags < 255,
            (flags & _TITLE) > 0,
            (flags & (_TITLE | _LEAD)) > 0,
            (flags & _NAME) > 0,
            (flags & _NUMBER) > 0,
        ]
    )


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _doubled(values: NDArray[_Scalar]) -> NDArray[_Scalar]:
    return np.concatenate([values, np.zeros_like(values)])
