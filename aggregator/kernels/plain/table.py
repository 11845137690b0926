"""Hash tables in NumPy."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.port import I32, I64, KEY_FACTOR, U64


def find(keys: U64, held: U64, values: I32) -> I32:
    """See the port."""
    places = _places(keys, held)
    found = values[places]
    wrong = ((held[places] != keys) & (found != 0)).nonzero()[0]
    while len(wrong):
        at = places[wrong] = (places[wrong] + 1) & (len(held) - 1)
        found[wrong] = values[at]
        wrong = wrong[(held[at] != keys[wrong]) & (values[at] != 0)]
    return found


def insert(keys: U64, given: I32, held: U64, values: I32) -> None:
    """See the port."""
    places = _places(keys, held)
    waiting = np.arange(len(keys))
    while len(waiting):
        # Of several that come to one free place the last gets it, and the others go on.
        free = waiting[values[places[waiting]] == 0]
        values[places[free]] = given[free]
        held[places[free]] = keys[free]
        waiting = waiting[held[places[waiting]] != keys[waiting]]
        places[waiting] = (places[waiting] + 1) & (len(held) - 1)


def _places(keys: U64, held: U64) -> I64:
    bits = len(held).bit_length() - 1
    return ((keys * np.uint64(KEY_FACTOR)) >> np.uint64(64 - bits)).astype(np.int64)
