"""Boosted trees in NumPy."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.port import F64, I64

_AT_ONCE = 1024


def boosted(rows: F64, column: I64, bound: F64, leaves: F64, bias: float) -> F64:
    """See the port."""
    outcome = np.empty(len(rows), np.float64)
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        above = [some[:, column[:, k]] > bound[:, k] for k in range(3)]
        leaf = np.where(above[0], 2 + above[2], above[1])
        found = np.take_along_axis(leaves[None], leaf[:, :, None], axis=2)
        outcome[start : start + _AT_ONCE] = bias + found[:, :, 0].sum(axis=1)
    return outcome
