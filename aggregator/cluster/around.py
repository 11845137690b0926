"""Articles with what stands around them: term vectors drawn towards their likeliest neighbours.

Two reports of one event may share hardly a word, and yet both share many with a third. So an
article's vector is its own and those of its few likeliest neighbours, which are drawn to theirs in
turn: a random walk with restart (Tong, Faloutsos, Pan: "Fast random walk with restart and its
applications", ICDM 2006) on the graph of likely pairs. Reports of one event come close to each
other this way however they are worded; an article that nothing resembles stays what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from aggregator.cluster.groups import Labels
from aggregator.cluster.models import Array
from aggregator.cluster.vocabulary import Floats, Ints

_DRAWN_TO = 5
"""Neighbours that draw an article, the likeliest …"""
_ROUNDS = 3
"""… so many times over."""
_FAINT = 0.02
"""Components of less than this are dropped from a vector of length 1."""

Matrix = Any
"""A sparse matrix of SciPy, which ships no types: a row an article, a column a term."""


def around(
    vectors: Sequence[tuple[Ints, Floats]], vocabulary: int, a: Labels, b: Labels, p: Array
) -> Matrix:
    """The vectors of length 1 as drawn: rows as given.

    ``vectors`` gives each row's sorted terms and weights, of length 1; ``a``, ``b`` and ``p`` pairs
    of rows, both ways round, and how likely they tell one event.
    """
    ends = np.cumsum([0, *(len(terms) for terms, _ in vectors)])
    own = csr_array(
        (
            np.concatenate([weights for _, weights in vectors]),
            np.concatenate([terms for terms, _ in vectors]),
            ends,
        ),
        shape=(len(vectors), vocabulary),
    )
    pull = _pull(len(vectors), a, b, p)
    drawn = own
    for _ in range(_ROUNDS):
        drawn = _of_length_one(own + pull @ drawn)
    return drawn


def squares(matrix: Matrix) -> NDArray[np.float64]:
    """The squared lengths of rows."""
    owners = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    values: NDArray[np.float64] = matrix.data.astype(np.float64)
    return np.zeros(matrix.shape[0]) + np.bincount(owners, values * values, matrix.shape[0])


def _pull(rows: int, a: Labels, b: Labels, p: Array) -> Matrix:
    """How much of each neighbour an article takes on: as much as they are likely, 1 in all."""
    order = np.lexsort((-p, a))
    a, b, p = a[order], b[order], p[order]
    first = np.searchsorted(a, np.arange(rows))
    drawn = np.arange(len(a)) - first[a] < _DRAWN_TO
    a, b, p = a[drawn], b[drawn], p[drawn].astype(np.float32)
    whole = np.maximum(np.bincount(a, p, minlength=rows), 1.0).astype(np.float32)
    return csr_array((p / whole[a], (a, b)), shape=(rows, rows))


def _of_length_one(matrix: Matrix) -> Matrix:
    for _ in range(2):
        lengths = np.sqrt(squares(matrix)).astype(np.float32)
        matrix.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(matrix.indptr))
        matrix.data[matrix.data < _FAINT] = 0.0
        matrix.eliminate_zeros()
    return matrix
