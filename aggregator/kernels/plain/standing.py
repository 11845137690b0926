"""How rows stand to what is around them, in NumPy."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.port import F32, I32, I64, U8, Flags, Telling


def measured(
    rows: I32, terms: I32, counts: U8, flags: U8, sizes: I32,
    df: F32, prior: F32, telling: Telling, known: F32, weight: F32, counted: U8, titled: int,
) -> F32:  # fmt: skip
    """See the port."""
    width = max(1, int(sizes[rows].max()))
    numbers, marks = terms[rows, :width], flags[rows, :width]
    idf = worth(df[numbers], prior[numbers], telling)
    squares = weight[counts[rows, :width]] * idf
    squares *= squares
    found = np.empty((len(rows), 6), np.float32)
    for place in range(5):
        there = (counted[marks] >> np.uint8(place)) & np.uint8(1)
        found[:, place] = np.sqrt((squares * there).sum(axis=1))
    found[:, 5] = (idf * (marks & titled)).sum(axis=1)
    return found


def worth(df: F32, prior: F32, telling: Telling) -> F32:
    """The IDF of terms in so many rows, expected in so many more."""
    seen = df + np.float32(0.5)
    if telling.faith:
        seen += prior * np.float32(telling.faith)
    idf: F32 = np.log(np.float32(telling.rows) / seen)
    return np.maximum(idf, np.float32(0.0), out=idf)


def stood(rows: I32, ends: I64, near: I32, shared: F32, best: F32, usual: F32) -> None:
    """See the port."""
    for row, start, end in zip(rows.tolist(), ends.tolist(), ends[1:].tolist(), strict=False):
        others, some = near[start:end], shared[start:end]
        if not len(others):
            continue
        best[row] = some.max()
        usual[row] = np.sort(some)[::-1][:30].sum() / 30
        best[others] = np.maximum(best[others], some)
        usual[others] += np.maximum(some - usual[others], 0.0) / 30


def noted(
    rows: I32, ends: I64, near: I32, likely: F32, best: F32, known: Flags, partner: float
) -> tuple[int, int]:
    """See the port."""
    more = paired = 0
    for row, start, end in zip(rows.tolist(), ends.tolist(), ends[1:].tolist(), strict=False):
        own = likely[start:end]
        others = np.append(near[start:end], np.int32(row))
        before = (best[others] > partner) & known[others]
        more += not known[row]
        known[row] = True
        best[others] = np.maximum(best[others], np.append(own, own.max(initial=0.0)))
        paired += int(((best[others] > partner) & known[others]).sum()) - int(before.sum())
    return more, paired
