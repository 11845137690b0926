"""The kinds of models that decisions are learned as: read from JSON, evaluated in NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


def _sigmoid(values: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-np.clip(values, -30, 30)))
