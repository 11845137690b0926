"""Lists by key for Numba."""

from __future__ import annotations

from aggregator.kernels.compiled.machine import machine
from aggregator.kernels.port import I32, I64


@machine
def append(keys: I32, values: I32, done: int, spans: I64, arena: I32, end: int) -> tuple[int, int]:
    """See the port."""
    for at in range(done, len(keys)):
        start, count, room = spans[keys[at]]
        if count == room:
            room += room // 2 + 2
            if end + room > len(arena):
                return at, end
            for place in range(count):
                arena[end + place] = arena[start + place]
            start = end
            end += room
            spans[keys[at], 0], spans[keys[at], 2] = start, room
        arena[start + count] = values[at]
        spans[keys[at], 1] = count + 1
    return len(keys), end


@machine
def moved(arena: I32, starts: I64, counts: I64, wider: I32, to: I64) -> None:
    """See the port."""
    for key in range(len(starts)):
        for at in range(counts[key]):
            wider[to[key] + at] = arena[starts[key] + at]
