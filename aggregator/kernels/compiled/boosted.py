"""Boosted trees for Numba."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.compiled.machine import machine
from aggregator.kernels.port import F64, I64


@machine
def boosted(rows: F64, column: I64, bound: F64, leaves: F64, bias: float) -> F64:
    """See the port."""
    outcome = np.empty(len(rows), np.float64)
    for row in range(len(rows)):
        total = 0.0
        for tree in range(len(column)):
            side = int(rows[row, column[tree, 0]] > bound[tree, 0])
            leaf = rows[row, column[tree, 1 + side]] > bound[tree, 1 + side]
            total += leaves[tree, 2 * side + int(leaf)]
        outcome[row] = bias + total
    return outcome
