"""Sketches in NumPy."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.port import U32

_BLOCK = 4096  # hashes permuted at once: two megabytes of values


def rolled(values: U32, step: int, times: int, factor: int) -> U32:
    """See the port."""
    last = len(values) - step * times
    hashes = values[:last].copy()
    for offset in range(step, step * times + 1, step):
        hashes *= np.uint32(factor)
        hashes += values[offset : last + offset]
    return hashes


def mixed(values: U32) -> U32:
    """See the port."""
    values = values ^ (values >> np.uint32(16))
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values


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
