"""Neighbours in NumPy."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.port import F32, I16, I32, I64, U8, U32, Flags

_LOW = 0x7FFFFFFF
_RANKED = 16
"""So many of what is on the lists are looked at for each row wanted, and only then more."""


def nearest(
    terms: I32, worth: F32, wanted: Flags, spans: I64, arena: I32,
    rows: I32, below: I32, hours: F32, near: float, count: int, scratch: F32,
) -> tuple[I64, I32]:  # fmt: skip
    """See the port."""
    ends, kept = [0], [np.zeros(0, np.int32)]
    for place, mine in enumerate(rows.tolist()):
        asked = wanted[place]
        lists = [arena[start : start + length] for start, length, _ in spans[terms[place][asked]]]
        met = np.concatenate([np.zeros(0, np.int32), *lists])
        np.add.at(scratch, met, worth[place][asked].repeat([len(each) for each in lists]))
        scratch[below[place] :] = 0.0
        scratch[mine] = 0.0
        sums = scratch[met]
        scratch[met] = 0.0
        kept.append(_nearest(met, sums, mine, hours, near, count))
        ends.append(ends[-1] + len(kept[-1]))
    return np.array(ends), np.concatenate(kept)


def _nearest(met: I32, sums: F32, mine: int, hours: F32, near: float, count: int) -> I32:
    """The rows of most worth; ``met`` names some of them several times over."""
    most = _RANKED * count
    least = np.partition(sums, len(sums) - most)[len(sums) - most] if len(sums) > most else 0.0
    while True:
        some = sums >= least if least else sums > 0
        found, first = np.unique(met[some], return_index=True)
        value = sums[some][first] * in_time(hours[found] - hours[mine], near)
        # Time only takes away: what was worth less from the first could be no better.
        best = np.sort(value)[::-1][:count]
        if not least or (len(best) == count and best[-1] > least):
            break
        least = 0.0
    return _best(value, found, count)


def in_time(apart: F32, near: float) -> F32:
    """By how much less two rows so many hours apart count; 1 where that is not known."""
    apart = apart / np.float32(near)
    by: F32 = np.exp(np.float32(-0.5) * apart * apart)
    by[np.isnan(by)] = 1.0
    return by


def best(values: F32, places: I32, ends: I64, count: int) -> tuple[I64, I32]:
    """See the port."""
    kept = [
        _best(values[start:end], places[start:end], count)
        for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]
    return np.cumsum([0, *(len(each) for each in kept)]), np.concatenate(kept)


def _best(values: F32, places: I32, count: int) -> I32:
    bits = values.view(np.int32).astype(np.int64)
    keys = (bits << 32) | (_LOW - places)
    keys.sort()
    return (_LOW - (keys[::-1][:count] & _LOW)).astype(np.int32)


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


def facets(
    sums: F32, ends: I64, rows: I32, others: I32, lengths: F32, own: F32,
    sources: U32, hours: F32, near: float, name: int, some: float,
) -> F32:  # fmt: skip
    """See the port."""
    found = np.zeros((len(others), 6), np.float32)
    which = np.flatnonzero(sums.any(axis=1))
    if not len(which):
        return found
    owner = np.repeat(np.arange(len(rows)), np.diff(ends))[which]
    sums, others, askers, own = sums[which], others[which], rows[owner], own[owner]
    lengths = lengths[others]
    facets = np.empty((len(which), 6), np.float32)
    facets[:, :5] = _share(sums[:, :5], (lengths * own)[:, :5])
    facets[:, 5] = np.maximum(_share(sums[:, 5], lengths[:, 5]), _share(sums[:, 6], own[:, 5]))
    np.minimum(facets, 1.0, out=facets)
    ours = (sources[askers] == sources[others]) & (sources[askers] > 0)
    facets[ours] = np.minimum(facets[ours], facets[ours, 1:2])
    named = (lengths[:, name] > 0) & (own[:, name] > 0)
    facets[ours & named & (facets[:, name] < np.float32(some))] = 0.0
    facets *= in_time(hours[others] - hours[askers], near)[:, None]
    found[which] = facets
    return found


def _share(part: F32, whole: F32) -> F32:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def common(rows: I32, others: I32, terms: I32, sizes: I32, marked: Flags) -> tuple[I64, I32]:
    """See the port."""
    places = []
    for row, other in zip(rows.tolist(), others.tolist(), strict=True):
        theirs = terms[other, : sizes[other]]
        marked[theirs] = True
        places.append(marked[terms[row, : sizes[row]]].nonzero()[0].astype(np.int32))
        marked[theirs] = False
    ends = np.cumsum([0, *(len(found) for found in places)])
    return ends, np.concatenate(places)
