"""The articles of one stream as term vectors, and how much two of them share.

Everything is kept in flat NumPy arrays that double as they fill. A row is an article, in the order
of arrival. Weights are multiplied by the IDF of the moment when they are compared, never before, so
that nothing has to be computed anew when the window's words change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from aggregator.text.terms import Term

_Scalar = TypeVar("_Scalar", bound=np.generic)
Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

WIDTH = 160
"""How many terms of an article are kept: title first, then the most telling."""
CANDIDATES = 96
"""How many rows a query hands on to be compared in full."""
TITLE, NAME, NUMBER, LEAD = 1, 2, 4, 8
"""Bits of a term's flags."""
FACETS = ("all", "title", "lead", "name", "number", "held")
"""What `Vectors.compare` measures, column by column: cosines over all terms, title terms, title and
lead, names, numbers; and the idf share of either title that the other article's text holds (the
smaller of the two directions stands in the title's own cosine, the larger here)."""
_POSTING_CAP = 400
_BACKGROUND = 60.0


class Vectors:
    """Term vectors with postings; grows by `add`, shrinks by `drop`.

    ``background`` gives the share of articles of this language that hold a term, for as long as the
    window is too small to tell.
    """

    def __init__(self, background: dict[str, float] | None = None) -> None:
        self._background = background or {}
        self._ids: dict[str, int] = {}
        self.stems: list[str] = []
        self._df: Floats = np.zeros(1024, np.float32)
        self._prior: Floats = np.zeros(1024, np.float32)
        self._query = np.zeros((5, 1024), np.float32)
        self._postings: list[list[int]] = []
        self._terms: Ints = np.zeros((64, WIDTH), np.int32)
        self._weights: Floats = np.zeros((64, WIDTH), np.float32)
        self._flags: NDArray[np.uint8] = np.zeros((64, WIDTH), np.uint8)
        self._live: NDArray[np.bool_] = np.zeros(64, np.bool_)
        self.rows = 0
        self.live = 0

    def idf(self, terms: Ints) -> Floats:
        """How telling terms are, 0 for one that every article holds."""
        share = (self._df[terms] + _BACKGROUND * self._prior[terms] + 0.5) / (
            self.live + _BACKGROUND + 1.0
        )
        return np.maximum(-np.log(np.minimum(share, 1.0)), 0.0).astype(np.float32)

    def add(self, terms: Sequence[Term]) -> int:
        """Takes an article in and returns its row."""
        row = self.rows
        if row == len(self._terms):
            self._terms = _doubled(self._terms)
            self._weights = _doubled(self._weights)
            self._flags = _doubled(self._flags)
            self._live = _doubled(self._live)
        self._fill(row, terms)
        self.rows += 1
        return row

    def replace(self, row: int, terms: Sequence[Term]) -> None:
        """Gives a row new terms."""
        self.drop([row])
        self._fill(row, terms)

    def drop(self, rows: Iterable[int]) -> None:
        """Lets rows be found no more."""
        for row in rows:
            if self._live[row]:
                held = self._terms[row][self._weights[row] > 0]
                self._df[held] -= 1
                self._live[row] = False
                self.live -= 1
                for term in held:
                    posting = self._postings[term]
                    if row in posting:
                        posting.remove(row)

    def near(self, row: int, count: int = CANDIDATES) -> Ints:
        """Rows that share the most telling terms with this one, best first, itself left out."""
        held = self._weights[row] > 0
        terms, weights = self._terms[row][held], self._weights[row][held]
        idf = self.idf(terms)
        worth = weights * idf * idf
        score = np.zeros(self.rows, np.float32)
        for place in np.argsort(-worth, kind="stable")[:48]:
            posting = self._postings[terms[place]]
            if len(posting) <= max(_POSTING_CAP, self.live // 8):
                score[posting] += worth[place]
        score[row] = 0.0
        hits = np.flatnonzero(score)
        if len(hits) > count:
            best = np.argpartition(-score[hits], count)[:count]
            hits = hits[best]
        return hits[np.argsort(-score[hits], kind="stable")].astype(np.int32)

    def compare(self, row: int, others: Ints) -> Floats:
        """How much a row shares with others: an array (others, facets), each 0 to 1."""
        query = self._query
        held = self._weights[row] > 0
        terms, weights, flags = (
            self._terms[row][held],
            self._weights[row][held],
            self._flags[row][held],
        )
        mine = weights * self.idf(terms)
        masks = _facet_masks(flags)
        query[:, terms] = mine * masks
        own = np.sqrt(((mine * masks) ** 2).sum(axis=1))
        table = self._terms[others]
        theirs = self._weights[others] * self.idf(table)
        bits = self._flags[others]
        shared = np.zeros((len(others), len(FACETS)), np.float32)
        for place, mask in enumerate(_facet_masks(bits)):
            masked = theirs * mask
            norm = np.sqrt((masked * masked).sum(axis=1)) * own[place]
            dot = (masked * query[place][table]).sum(axis=1)
            shared[:, place] = np.divide(dot, norm, out=np.zeros_like(dot), where=norm > 0)
        # Containment: what share of one headline's idf the other article speaks of anywhere.
        present = theirs > 0
        idf_mine = self.idf(terms)
        query[0, terms] = 1.0
        their_idf = self.idf(table) * ((bits & TITLE) > 0) * present
        total = their_idf.sum(axis=1)
        inside = (their_idf * (query[0][table] > 0)).sum(axis=1)
        first = np.divide(inside, total, out=np.zeros_like(total), where=total > 0)
        query[0, terms] = np.where(flags & TITLE, idf_mine, 0.0)
        total_mine = float(query[0, terms].sum())
        back = (query[0][table] * present).sum(axis=1) / total_mine if total_mine else first * 0
        shared[:, 5] = np.maximum(first, back)
        query[:, terms] = 0.0
        return shared

    def shared_terms(self, row: int, other: int, count: int = 8) -> tuple[str, ...]:
        """The terms two rows share, most telling first."""
        both = np.intersect1d(
            self._terms[row][self._weights[row] > 0], self._terms[other][self._weights[other] > 0]
        )
        order = np.argsort(-self.idf(both), kind="stable")[:count]
        return tuple(self.stems[term] for term in both[order])

    def _fill(self, row: int, terms: Sequence[Term]) -> None:
        ids = np.array([self._id(term.stem) for term in terms], np.int32)
        weights = np.array([term.weight for term in terms], np.float32)
        flags = np.array(
            [
                TITLE * t.title | NAME * (t.name or t.number) | NUMBER * t.number | LEAD * t.lead
                for t in terms
            ],
            np.uint8,
        )
        if len(ids) > WIDTH:
            worth = weights * self.idf(ids) + 100.0 * ((flags & TITLE) > 0)
            keep = np.sort(np.argsort(-worth, kind="stable")[:WIDTH])
            ids, weights, flags = ids[keep], weights[keep], flags[keep]
        count = len(ids)
        self._terms[row] = 0
        self._weights[row] = 0.0
        self._flags[row] = 0
        self._terms[row, :count] = ids
        self._weights[row, :count] = weights
        self._flags[row, :count] = flags
        self._df[ids] += 1
        for term in ids:
            self._postings[term].append(row)
        self._live[row] = True
        self.live += 1

    def _id(self, stem: str) -> int:
        found = self._ids.get(stem)
        if found is None:
            found = self._ids[stem] = len(self.stems)
            self.stems.append(stem)
            self._postings.append([])
            if found == len(self._df):
                self._df = _doubled(self._df)
                self._prior = _doubled(self._prior)
                self._query = np.zeros((5, 2 * found), np.float32)
            self._prior[found] = self._background.get(stem, 0.0)
        return found


def _facet_masks(flags: NDArray[np.uint8]) -> list[NDArray[np.bool_]]:
    return [
        flags < 255,
        (flags & TITLE) > 0,
        (flags & (TITLE | LEAD)) > 0,
        (flags & NAME) > 0,
        (flags & NUMBER) > 0,
    ]


def _doubled(array: NDArray[_Scalar]) -> NDArray[_Scalar]:
    return np.concatenate([array, np.zeros_like(array)])
