"""Buckets of keys in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregator.kernels.port import I64, U8, U32


def filed(
    keys: U32, numbers: U32, held: U32, given: U32, following: U8, floor: int, each: int
) -> int:
    """See the port."""
    buckets = (keys >> _shift(held)).astype(np.intp)
    taken = (held[buckets] == keys[:, None]) & (given[buckets] >= floor)
    rare = taken.sum(axis=1) + _rank(keys) < each
    buckets, keys, numbers = buckets[rare], keys[rare], numbers[rare]
    if len(keys):
        ways = held.shape[1]
        slots = (following[buckets] + _rank(buckets)) % ways
        held[buckets, slots], given[buckets, slots] = keys, numbers
        following[buckets] = (slots + 1) % ways  # of one bucket's the last stays
    return len(keys)


def looked_up(keys: U32, held: U32, given: U32, floor: int) -> tuple[I64, U32]:
    """See the port."""
    buckets = keys >> _shift(held)
    places, slots = np.nonzero(held[buckets] == keys[:, None])
    numbers = given[buckets[places], slots]
    alive = numbers >= floor
    return places[alive], numbers[alive]


def _shift(held: U32) -> np.uint32:
    return np.uint32(33 - len(held).bit_length())


def _rank(values: NDArray[np.integer[Any]]) -> NDArray[np.intp]:
    """The place of each of these sorted values among those equal to it, from 0."""
    edge = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=edge[1:])
    start = edge.nonzero()[0]
    return np.arange(len(values)) - np.repeat(start, np.diff(start, append=len(values)))
