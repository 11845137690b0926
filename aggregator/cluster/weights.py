"""The learned part of the decisions, read from a file a person can read.

`python -m tests.bench.train` learns it anew; the file says what from, and how well it did on what
it had not seen.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np

from aggregator.cluster import sense
from aggregator.cluster.models import Array, Boosted, Logistic
from aggregator.cluster.sense import Sense, Sensed


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything learned.

    Attributes:
        version: stands on every membership it decided.
        pair: probability that two articles tell one event, relative to their surroundings.
        plain: the same from what they share alone.
        join: log-odds that an article belongs to a story, as it comes.
        gather: log-odds that two branches of the tree of articles are one story.
        closed: the same in a stream of long stories, see `closure`.
        sense: what decides pairs of bare headlines instead of ``pair``, where there is any.
    """

    version: str
    pair: Logistic
    plain: Logistic
    join: Boosted
    gather: Boosted
    closed: Boosted
    sense: Sense | None = None

    def likely(self, columns: Array, sensed: Sensed) -> Array:
        """Probabilities that pairs tell one event, relative to their surroundings.

        ``columns`` are `RELATIVE`, a row a pair; bare headlines are judged by their sense as well.
        """
        likely = self.pair(columns)
        if self.sense is not None and sensed.known.any():
            bare = np.concatenate([columns[sensed.known], sensed.cosines[:, None]], axis=1)
            likely[sensed.known] = self.sense.pair(bare)
        return likely

    def asking(self, threshold: float) -> Weights:
        """The same weights, joining from this probability on (0 to 1; as learned: 0.5)."""
        odds = math.log(threshold / (1 - threshold))
        return replace(
            self,
            version=f"{self.version}, joining from {threshold:g}",
            join=replace(self.join, bias=self.join.bias - odds),
            gather=replace(self.gather, bias=self.gather.bias - odds),
            closed=replace(self.closed, bias=self.closed.bias - odds),
        )

    @classmethod
    def read(cls, text: str) -> Weights:
        """From the file's text."""
        data = json.loads(text)
        return cls(
            data["version"],
            Logistic.read(data["pair"]),
            Logistic.read(data["plain"]),
            Boosted.read(data["join"]),
            Boosted.read(data["gather"]),
            Boosted.read(data["closed"]),
        )


@cache
def of_words() -> Weights:
    """The weights that ship with the program, as a default install uses them."""
    return Weights.read(
        resources.files("aggregator.cluster").joinpath("weights.json").read_text("utf-8")
    )


@cache
def shipped() -> Weights:
    """The weights that ship with the program, with headlines' sense where it can be used."""
    meant = sense.shipped()
    if meant is None:
        return of_words()
    return replace(of_words(), version=f"{of_words().version}, {meant.version}", sense=meant)
