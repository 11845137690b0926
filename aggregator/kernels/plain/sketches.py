"""Sketches in NumPy."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.port import U32

_BLOCK = 4096  # hashes permuted at once: two megabytes of values


def least_permuted(hashes: U32, a: U32, b: U32) -> U32:
    """See the port."""
    hashes = np.sort(hashes)  # sorting is cheap beside 128 permutations of what repeats
    first = np.ones(len(hashes), np.bool_)
    np.not_equal(hashes[1:], hashes[:-1], out=first[1:])
    hashes = hashes[first]
    a, b = a[:, None], b[:, None]
    least = np.full(len(a), 0xFFFFFFFF, np.uint32)
    for start in range(0, len(hashes), _BLOCK):
        permuted = a * hashes[start : start + _BLOCK]
        permuted += b
        np.minimum(least, permuted.min(axis=1), out=least)
    return least
