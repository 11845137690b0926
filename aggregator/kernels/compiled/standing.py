"""How rows stand to what is around them, for Numba."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.compiled.machine import machine
from aggregator.kernels.port import F32, I32, I64, U8, Flags, Telling

_USUAL = 30


@machine
def measured(
    rows: I32, terms: I32, counts: U8, flags: U8, sizes: I32,
    df: F32, prior: F32, telling: Telling, known: F32, weight: F32, counted: U8, titled: int,
) -> F32:  # fmt: skip
    """See the port."""
    found = np.zeros((len(rows), 6), np.float32)
    whole, faith = np.float32(telling.rows), np.float32(telling.faith)
    squares = np.zeros(32, np.float32)  # by the bits of `counted`
    for place in range(len(rows)):
        row = rows[place]
        squares[:] = 0
        for at in range(sizes[row]):
            term, marks = np.uint32(terms[row, at]), flags[row, at]
            held = df[term]
            if held < len(known):
                idf = known[np.uint32(held)]
            else:
                seen = held + np.float32(0.5) + prior[term] * faith
                idf = max(np.log(whole / seen), np.float32(0.0))
            weighed = weight[counts[row, at]] * idf
            squares[counted[marks]] += weighed * weighed
            found[place, 5] += idf if marks & titled else np.float32(0.0)
        for column in range(5):
            square = np.float32(0.0)
            for bits in range(32):
                square += squares[bits] if bits >> column & 1 else np.float32(0.0)
            found[place, column] = np.sqrt(square)
    return found


@machine
def stood(rows: I32, ends: I64, near: I32, shared: F32, best: F32, usual: F32) -> None:
    """See the port."""
    top = np.zeros(_USUAL, np.float32)
    for place in range(len(rows)):
        if ends[place] == ends[place + 1]:
            continue
        held = 0
        for at in range(ends[place], ends[place + 1]):
            other, value = near[at], shared[at]
            best[other] = max(best[other], value)
            usual[other] += max(value - usual[other], np.float32(0.0)) / np.float32(_USUAL)
            if held < _USUAL or value > top[held - 1]:
                to = min(held, _USUAL - 1)
                while to and top[to - 1] < value:
                    top[to] = top[to - 1]
                    to -= 1
                top[to] = value
                held = min(held + 1, _USUAL)
        total = np.float32(0.0)
        for at in range(held):
            total += top[at]
        best[rows[place]] = top[0]
        usual[rows[place]] = total / np.float32(_USUAL)


@machine
def noted(
    rows: I32, ends: I64, near: I32, likely: F32, best: F32, known: Flags, partner: float
) -> tuple[int, int]:
    """See the port."""
    more = paired = 0
    for place in range(len(rows)):
        row = rows[place]
        most = np.float32(0.0)
        for at in range(ends[place], ends[place + 1]):
            other, value = near[at], likely[at]
            most = max(most, value)
            if value > best[other]:
                paired += known[other] and best[other] <= partner and value > partner
                best[other] = value
        before = known[row] and best[row] > partner
        more += not known[row]
        known[row] = True
        best[row] = max(best[row], most)
        paired += int(best[row] > partner) - int(before)
    return more, paired
