"""Sketches for Numba."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.compiled.machine import machine
from aggregator.kernels.port import U32


@machine
def least_permuted(hashes: U32, a: U32, b: U32) -> U32:
    """See the port."""
    least = np.empty(len(a), np.uint32)
    for k in range(len(a)):
        best, factor, offset = np.uint32(0xFFFFFFFF), a[k], b[k]
        for at in range(len(hashes)):  # by place: so LLVM sees that it may take many at once
            best = min(best, np.uint32(factor * hashes[at] + offset))
        least[k] = best
    return least
