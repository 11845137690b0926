"""Lists by key in NumPy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aggregator.kernels.port import I32, I64

_LOW = 0xFFFFFFFF


def append(keys: I32, values: I32, done: int, spans: I64, arena: I32, end: int) -> tuple[int, int]:
    """See the port."""
    joined = (keys[done:].astype(np.int64) << 32) | np.arange(len(keys) - done)
    joined.sort()
    ordered, values = joined >> 32, values[done:][joined & _LOW]
    edge = np.ones(len(ordered) + 1, np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=edge[1:-1])
    edges = edge.nonzero()[0]
    each, more = ordered[edges[:-1]], np.diff(edges)
    starts, counts, rooms = spans[each].T.copy()
    full = (counts + more > rooms).nonzero()[0]
    if len(full):
        rooms[full] = counts[full] + more[full] + (counts[full] + more[full]) // 2 + 1
        moved = end + np.cumsum(rooms[full]) - rooms[full]
        if end + int(rooms[full].sum()) > len(arena):
            return done, end
        end += int(rooms[full].sum())
        filled = np.repeat(moved - np.cumsum(counts[full]) + counts[full], counts[full])
        read = np.repeat(starts[full] - np.cumsum(counts[full]) + counts[full], counts[full])
        ranks = np.arange(len(read))
        arena[filled + ranks] = arena[read + ranks]
        starts[full] = moved
    arena[np.repeat(starts + counts - edges[:-1], more) + np.arange(len(values))] = values
    spans[each, 0], spans[each, 1], spans[each, 2] = starts, counts + more, rooms
    return len(keys), end


def moved(arena: I32, starts: I64, counts: I64, wider: I32, to: I64) -> None:
    """See the port."""
    wider[spread(to, counts)] = arena[spread(starts, counts)]


def spread(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> I64:
    """The places of runs: ``counts[k]`` of them from ``starts[k]`` on, for all k.

    >>> spread(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(int(counts.sum()))
