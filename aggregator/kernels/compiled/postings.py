"""Buckets of keys for Numba."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.compiled.machine import machine
from aggregator.kernels.port import I64, U8, U32


@machine
def filed(
    keys: U32, numbers: U32, held: U32, given: U32, following: U8, floor: int, each: int
) -> int:
    """See the port."""
    shift = _shift(len(held))
    rare = np.empty(len(keys), np.bool_)
    rank = 0
    for at in range(len(keys)):
        key = keys[at]
        rank = rank + 1 if at and keys[at - 1] == key else 0
        bucket = key >> shift
        taken = rank
        for slot in range(held.shape[1]):
            if held[bucket, slot] == key:
                taken += given[bucket, slot] >= floor
        rare[at] = taken < each
    count = 0
    for at in range(len(keys)):
        if rare[at]:
            bucket = keys[at] >> shift
            slot = following[bucket]
            held[bucket, slot], given[bucket, slot] = keys[at], numbers[at]
            following[bucket] = (slot + 1) % held.shape[1]
            count += 1
    return count


@machine
def looked_up(keys: U32, held: U32, given: U32, floor: int) -> tuple[I64, U32]:
    """See the port."""
    shift = _shift(len(held))
    places, numbers = np.empty(1024, np.int64), np.empty(1024, np.uint32)
    count = 0
    for at in range(len(keys)):
        key = keys[at]
        bucket = key >> shift
        if count + held.shape[1] > len(places):
            places = np.concatenate((places, np.empty_like(places)))
            numbers = np.concatenate((numbers, np.empty_like(numbers)))
        for slot in range(held.shape[1]):
            if held[bucket, slot] == key and given[bucket, slot] >= floor:
                places[count], numbers[count] = at, given[bucket, slot]
                count += 1
    return places[:count].copy(), numbers[:count].copy()


@machine
def _shift(buckets: int) -> np.uint32:
    shift = 32
    while buckets > 1:
        buckets >>= 1
        shift -= 1
    return np.uint32(shift)
