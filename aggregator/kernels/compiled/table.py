"""Hash tables for Numba."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.compiled.machine import machine
from aggregator.kernels.port import I32, KEY_FACTOR, U64

_KEY = np.uint64(KEY_FACTOR)


@machine
def _shift(held: U64) -> np.uint64:
    shift = 64
    while 1 << (64 - shift) < len(held):
        shift -= 1
    return np.uint64(shift)


@machine
def find(keys: U64, held: U64, values: I32) -> I32:
    """See the port."""
    found = np.empty(len(keys), np.int32)
    mask, shift = len(held) - 1, _shift(held)
    for k in range(len(keys)):
        at = np.int64((keys[k] * _KEY) >> shift)
        while values[at] != 0 and held[at] != keys[k]:
            at = (at + 1) & mask
        found[k] = values[at]
    return found


@machine
def insert(keys: U64, given: I32, held: U64, values: I32) -> None:
    """See the port."""
    mask, shift = len(held) - 1, _shift(held)
    for k in range(len(keys)):
        at = np.int64((keys[k] * _KEY) >> shift)
        while values[at] != 0:
            at = (at + 1) & mask
        held[at], values[at] = keys[k], given[k]
