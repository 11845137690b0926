"""The learned part of the decisions: read from a file a person can read, evaluated in NumPy.

`python -m tests.bench.train` learns it anew; the file says what from, and how well it did on what
it had not seen.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregator.kernels import kernels
from aggregator.kernels.port import F64

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Logistic:
    """A weighted sum of named columns, as a probability."""

    names: tuple[str, ...]
    weights: Array
    bias: float

    def __call__(self, columns: Array) -> Array:
        """Probabilities of rows."""
        return _sigmoid(columns @ self.weights + self.bias)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Logistic:
        """From its JSON form."""
        weights: Mapping[str, float] = data["weights"]
        return cls(tuple(weights), np.array(list(weights.values()), np.float32), data["bias"])


@dataclass(frozen=True, slots=True)
class Boosted:
    """Boosted trees of two questions each; every similarity may only raise the outcome.

    A tree is a column and its bound, then column and bound to ask next where it is not above and
    where it is, and four outcomes from left to right (``leaves``).
    """

    names: tuple[str, ...]
    column: NDArray[np.int64]
    bound: F64
    leaves: F64
    bias: float

    def __call__(self, columns: Array) -> Array:
        """Log-odds of rows, one for each."""
        rows = np.ascontiguousarray(columns, np.float64)
        return kernels().boosted(rows, self.column, self.bound, self.leaves, self.bias)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Boosted:
        """From its JSON form."""
        names = tuple(data["columns"])
        trees: Sequence[Sequence[Any]] = data["trees"]
        return cls(
            names,
            np.array([[names.index(tree[k]) for k in (0, 2, 4)] for tree in trees], np.int64),
            np.array(
                [[np.inf if tree[k] is None else tree[k] for k in (1, 3, 5)] for tree in trees]
            ),
            np.array([tree[6:10] for tree in trees], np.float64),
            data["bias"],
        )


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
    """

    version: str
    pair: Logistic
    plain: Logistic
    join: Boosted
    gather: Boosted
    closed: Boosted

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
def shipped() -> Weights:
    """The weights that ship with the program."""
    return Weights.read(
        resources.files("aggregator.cluster").joinpath("weights.json").read_text("utf-8")
    )


def _sigmoid(values: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-np.clip(values, -30, 30)))
