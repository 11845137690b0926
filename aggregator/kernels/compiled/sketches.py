"""Sketches for Numba."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.compiled.machine import machine
from aggregator.kernels.port import U32


@machine
def rolled(values: U32, step: int, times: int, factor: int) -> U32:
    """See the port."""
    hashes = values[: len(values) - step * times].copy()
    shift = np.uint32(factor)
    for offset in range(step, step * times + 1, step):
        for at in range(len(hashes)):
            hashes[at] = np.uint32(hashes[at] * shift + values[at + offset])
    return hashes


@machine
def mixed(values: U32) -> U32:
    """See the port."""
    found = np.empty(len(values), np.uint32)
    for at in range(len(values)):
        value = values[at]
        value = np.uint32((value ^ (value >> np.uint32(16))) * np.uint32(0x85EBCA6B))
        value = np.uint32((value ^ (value >> np.uint32(13))) * np.uint32(0xC2B2AE35))
        found[at] = value ^ (value >> np.uint32(16))
    return found


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
