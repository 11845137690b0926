"""Ranking: by one sort of whole numbers, which is several times as fast as a stable argsort."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_LOW = 0x7FFFFFFF


def ranked(values: NDArray[np.float32], places: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """The places by falling value, of equal ones the smaller first; row by row.

    Values are not negative: then their bits, as whole numbers, stand in the same order.

    >>> ranked(np.array([0.5, 2.0, 0.5], np.float32), np.array([7, 8, 3])).tolist()
    [8, 3, 7]
    """
    bits = np.ascontiguousarray(values, np.float32).view(np.int32).astype(np.int64)
    keys = (bits << 32) | (_LOW - places)
    keys.sort(axis=-1)
    return _LOW - (keys[..., ::-1] & _LOW)


def by_key(keys: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """The places of keys (neither negative nor above 2³¹) in rising order, equal ones in their own.

    >>> by_key(np.array([9, 2, 9, 2])).tolist()
    [1, 3, 0, 2]
    """
    joined = (keys.astype(np.int64) << 32) | np.arange(len(keys))
    joined.sort()
    return joined & _LOW
