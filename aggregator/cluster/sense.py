"""Sense: what headlines mean, where headlines are all there is and an embedding is installed.

Two headlines of one event may share no word. Where both articles have a text, the texts tell, and
an embedding was found to add nothing; of bare headlines it tells pairs of one event far better than
words alone. So it is asked there and nowhere else, and only in the language it was learned in.

A headline's point is the sum of its words' vectors, the frequent ones weighed down, less what all
headlines have in common (Arora, Liang, Ma 2017, "A Simple but Tough-to-Beat Baseline for Sentence
Embeddings"). `python -m tests.bench.sense` learns the weights, ``sense.json``, anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aggregator.cluster.models import Logistic
from aggregator.cluster.vocabulary import Floats, Ints, roomy
from aggregator.kernels.port import Flags
from aggregator.text.embedding import embedded, embedding, unit
from aggregator.text.terms import TITLED, Terms

_AT_ONCE = 1 << 14
"""Pairs compared at once: a few MB of points."""


@dataclass(frozen=True)
class Sense:
    """What was learned of headlines in one language.

    Attributes:
        version: stands, beside that of the other weights, on every membership.
        language: primary subtag.
        pair: probability that two bare headlines tell one event, relative to their surroundings;
            the last column is the cosine of their points.
        pieces: what frequent pieces of words weigh, all others 1.
        mean: what the points of all headlines have in common.
        common: the direction in which they differ most, which says nothing of events.
    """

    version: str
    language: str
    pair: Logistic
    pieces: Mapping[str, float]
    mean: Floats
    common: Floats

    def points(self, headlines: Sequence[str]) -> Floats:
        """Each headline's point, of length 1; 0 for one without words."""
        points = embedding().points(headlines, self._weighed)
        empty = ~points.any(axis=1)
        points -= self.mean
        points -= np.outer(points @ self.common, self.common)
        points[empty] = 0.0
        return unit(points)

    @cached_property
    def _weighed(self) -> Floats:
        return embedding().weighing(self.pieces)

    @classmethod
    def read(cls, text: str) -> Sense:
        """From the file's text."""
        data = json.loads(text)
        return cls(
            data["version"],
            data["language"],
            Logistic.read(data["pair"]),
            data["pieces"],
            np.array(data["mean"], np.float32),
            np.array(data["common"], np.float32),
        )


class Sensed(NamedTuple):
    """Which pairs of articles are two bare headlines, and the cosines of those."""

    known: Flags
    cosines: Floats


class Senses:
    """The points of the bare headlines among a stream's rows; none without a `Sense`."""

    def __init__(self, sense: Sense | None) -> None:
        self._sense = sense
        self._place: Ints = np.full(64, -1, np.int32)
        # Half precision: a thousandth is more than a cosine can be trusted to.
        self._points: NDArray[np.float16] = np.zeros((0, 0), np.float16)
        self._held = 0

    @property
    def nbytes(self) -> int:
        """Bytes that points take."""
        return self._place.nbytes + self._points.nbytes

    def set(self, first: int, titles: Sequence[str], terms: Sequence[Terms]) -> None:
        """Takes in the rows from ``first`` on: their titles, and all their terms."""
        if self._sense is None:
            return
        before = len(self._place)
        self._place = roomy(self._place, first + len(titles))
        self._place[before:] = -1
        bare = [at for at, each in enumerate(terms) if titles[at] and _bare(each)]
        self._place[first : first + len(titles)] = -1
        if not bare:
            return
        points = self._sense.points([titles[at] for at in bare])
        if not self._held:
            self._points = np.zeros((64, points.shape[1]), np.float16)
        places = np.arange(self._held, self._held + len(bare), dtype=np.int32)
        self._held += len(bare)
        self._points = roomy(self._points, self._held)
        self._points[places] = points
        self._place[np.array(bare) + first] = places

    def between(self, rows: Ints, others: Ints) -> Sensed:
        """Which of these pairs of rows have points both, and how near those are."""
        if not self._held:
            return Sensed(np.zeros(len(rows), np.bool_), np.zeros(0, np.float32))
        one, two = self._place[rows], self._place[others]
        known = (one >= 0) & (two >= 0)
        one, two = one[known], two[known]
        cosines: Floats = np.empty(len(one), np.float32)
        for start in range(0, len(one), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            a, b = (self._points[places[some]].astype(np.float32) for places in (one, two))
            cosines[some] = np.einsum("ij,ij->i", a, b)
        return Sensed(known, cosines)

    def keep(self, rows: Ints) -> None:
        """Forgets all but these rows, which become 0, 1, 2 and so on."""
        if self._sense is None:
            return
        place = self._place[rows]
        kept = place >= 0
        self._points = self._points[place[kept]]
        self._held = int(kept.sum())
        place[kept] = np.arange(self._held, dtype=np.int32)
        self._place = place


def _bare(terms: Terms) -> bool:
    """Whether an article says nothing that its title does not."""
    return len(terms.flags) > 0 and bool((terms.flags & TITLED).all())


def shipped() -> Sense | None:
    """The sense that ships with the program; None where there is no embedding."""
    if not embedded():
        return None
    return Sense.read(
        resources.files("aggregator.cluster").joinpath("sense.json").read_text("utf-8")
    )
