"""A binary heap of keys, each with two numbers, smallest first; of equal keys by the numbers."""

from __future__ import annotations

from aggregator.kernels.compiled.machine import machine
from aggregator.kernels.port import F64, I64


@machine
def push(keys: F64, pairs: I64, count: int, key: float, one: int, two: int) -> int:
    """Puts an entry on a heap of ``count`` entries that has room; their number then."""
    at = count
    while at:
        above = (at - 1) >> 1
        if not _less(key, one, two, keys[above], pairs[above, 0], pairs[above, 1]):
            break
        keys[at], pairs[at] = keys[above], pairs[above]
        at = above
    keys[at], pairs[at, 0], pairs[at, 1] = key, one, two
    return count + 1


@machine
def pop(keys: F64, pairs: I64, count: int) -> int:
    """Takes the smallest entry off a heap and leaves it behind the others; their number then."""
    count -= 1
    key, one, two = keys[count], pairs[count, 0], pairs[count, 1]
    keys[count], pairs[count] = keys[0], pairs[0]
    at, below = 0, 1
    while below < count:
        other = below + 1
        if other < count and _less(
            keys[other], pairs[other, 0], pairs[other, 1],
            keys[below], pairs[below, 0], pairs[below, 1],
        ):  # fmt: skip
            below = other
        if not _less(keys[below], pairs[below, 0], pairs[below, 1], key, one, two):
            break
        keys[at], pairs[at] = keys[below], pairs[below]
        at = below
        below = 2 * at + 1
    if count:
        keys[at], pairs[at, 0], pairs[at, 1] = key, one, two
    return count


@machine
def _less(key: float, one: int, two: int, key2: float, one2: int, two2: int) -> bool:
    if key != key2:
        return key < key2
    return two < two2 if one == one2 else one < one2
