"""Neighbours in NumPy."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.port import F32, I16, I32, I64, U8, Flags

_LOW = 0x7FFFFFFF


def summed(
    terms: I32, worth: F32, wanted: Flags, spans: I64, arena: I32,
    below: I32, but: I32, most: int, score: F32,
) -> tuple[I64, I32, F32]:  # fmt: skip
    """See the port."""
    counts, every, sums = np.zeros(len(terms), np.int64), [], []
    for place in range(len(terms)):
        asked = wanted[place]
        lists = [arena[start : start + count] for start, count, _ in spans[terms[place][asked]]]
        if not lists:
            continue
        found = np.concatenate(lists)
        np.add.at(score, found, worth[place][asked].repeat([len(each) for each in lists]))
        score[below[place] :] = 0.0
        score[but[place]] = 0.0
        each = score[found]
        score[found] = 0.0
        if len(found) > most:
            best = each >= np.partition(each, len(each) - most)[len(each) - most]
            found, each = found[best], each[best]
        order = found.argsort()
        found, each = found[order], each[order]
        once = each > 0
        once[1:] &= found[1:] != found[:-1]
        every.append(found[once])
        sums.append(each[once])
        counts[place] = len(every[-1])
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    if not every:
        return ends, np.zeros(0, np.int32), np.zeros(0, np.float32)
    return ends, np.concatenate(every), np.concatenate(sums)


def best(values: F32, places: I32, ends: I64, count: int) -> tuple[I64, I32]:
    """See the port."""
    kept = []
    for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        bits = values[start:end].view(np.int32).astype(np.int64)
        keys = (bits << 32) | (_LOW - places[start:end])
        keys.sort()
        kept.append((_LOW - (keys[::-1][:count] & _LOW)).astype(np.int32))
    counts = [len(each) for each in kept]
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]), np.concatenate(kept)


def shared(
    terms: I32, idf: F32, worth: F32, telling: Flags, flags: U8, ends: I64, others: I32,
    all_terms: I32, all_counts: U8, all_flags: U8, sizes: I32,
    weight: F32, counted: U8, titled: int, places: I16,
) -> F32:  # fmt: skip
    """See the port."""
    columns = (np.arange(1 << 5)[:, None] >> np.arange(5) & 1).astype(np.float32)
    sums = np.zeros((len(others), 7), np.float32)
    width = max(1, int(sizes[others].max(initial=0)))
    met = np.empty((len(others), width), np.int16)
    table = all_terms[others, :width]
    for place, (start, end) in enumerate(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)):
        held = telling[place].nonzero()[0]
        own = terms[place][held]
        places[own] = held + 1
        places.take(table[start:end], out=met[start:end], mode="clip")
        places[own] = 0
    at = met.ravel().nonzero()[0]
    if not len(at):
        return sums
    pair = at // width
    asker = np.repeat(np.arange(len(terms)), np.diff(ends))[pair]
    mine = asker, met.ravel()[at] - 1
    theirs = others[pair], at - pair * width
    my_flags, their_flags = flags[mine], all_flags[theirs]
    product = worth[mine] * weight[all_counts[theirs]]
    parts = np.empty((len(at), 7), np.float32)
    np.multiply(
        columns[counted[my_flags] & counted[their_flags]], product[:, None], out=parts[:, :5]
    )
    np.multiply(idf[mine], their_flags & titled, out=parts[:, 5])
    np.multiply(idf[mine], my_flags & titled, out=parts[:, 6])
    edge = np.ones(len(pair), np.bool_)
    np.not_equal(pair[1:], pair[:-1], out=edge[1:])
    start = edge.nonzero()[0]
    sums[pair[start]] = np.add.reduceat(parts, start, axis=0)
    return sums
