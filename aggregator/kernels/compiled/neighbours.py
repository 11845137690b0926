"""Neighbours for Numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from aggregator.kernels.compiled.machine import machine
from aggregator.kernels.port import F32, I16, I32, I64, U8, U32, Flags

_SIEVE = 4096


@machine
def nearest(
    terms: I32, worth: F32, wanted: Flags, spans: I64, arena: I32,
    rows: I32, below: I32, hours: F32, near: float, count: int, scratch: F32,
) -> tuple[I64, I32]:  # fmt: skip
    """See the port."""
    ends = np.zeros(len(terms) + 1, np.int64)
    kept = np.empty(len(terms) * count, np.int32)
    value = np.empty(count, np.float32)
    met = np.empty(0, np.uint32)
    end = 0
    for asking in range(len(terms)):
        room = 1
        for k in range(terms.shape[1]):
            if wanted[asking, k]:
                room += spans[terms[asking, k], 1]
        if room > len(met):
            met = np.empty(2 * room, np.uint32)
        found = np.uint64(0)
        for k in range(terms.shape[1]):
            if wanted[asking, k]:
                start, length = spans[terms[asking, k], 0], spans[terms[asking, k], 1]
                gain = worth[asking, k]
                for each in arena[start : start + length]:
                    place = np.uint32(each)
                    sum_ = scratch[place]
                    met[found] = place
                    found += np.uint64(sum_ == 0)
                    scratch[place] = sum_ + gain
        mine, held, least = rows[asking], 0, np.float32(0.0)
        for at in range(found):
            place = met[at]
            sum_ = scratch[place]
            scratch[place] = 0
            # Time only takes away: what is worth less already need not be looked at.
            if sum_ < least or place >= below[asking] or place == mine:
                continue
            row = np.int32(place)
            sum_ *= _in_time(hours[row], hours[mine], near)
            held = _ranked(value, kept[end : end + count], held, sum_, row)
            if held == count:
                least = value[count - 1]
        end += held
        ends[asking + 1] = end
    return ends, kept[:end].copy()


@machine
def _ranked(values: F32, places: I32, held: int, value: np.float32, place: np.int32) -> Any:
    """Puts one among the best, the largest first and of equals the first place; how many it has."""
    to, count = held, len(values)
    while to and (values[to - 1] < value or (values[to - 1] == value and places[to - 1] > place)):
        to -= 1
        if to + 1 < count:
            values[to + 1], places[to + 1] = values[to], places[to]
    if to < count:
        values[to], places[to] = value, place
        held = min(held + 1, count)
    return held


@machine
def _in_time(one: float, other: float, near: float) -> Any:
    apart = np.float32((one - other) / np.float32(near))
    if np.isnan(apart):
        return np.float32(1.0)
    return np.exp(np.float32(-0.5) * apart * apart)


@machine
def best(values: F32, places: I32, ends: I64, count: int) -> tuple[I64, I32]:
    """See the port."""
    new_ends = np.zeros(len(ends), np.int64)
    kept = np.empty((len(ends) - 1) * count, np.int32)
    value = np.empty(count, np.float32)
    end = 0
    for segment in range(len(ends) - 1):
        held = 0
        for at in range(ends[segment], ends[segment + 1]):
            held = _ranked(value, kept[end : end + count], held, values[at], places[at])
        end += held
        new_ends[segment + 1] = end
    return new_ends, kept[:end].copy()


@machine
def shared(
    terms: I32, idf: F32, worth: F32, telling: Flags, flags: U8, ends: I64, others: I32,
    all_terms: I32, all_counts: U8, all_flags: U8, sizes: I32,
    weight: F32, counted: U8, titled: int, places: I16,
) -> F32:  # fmt: skip
    """See the port."""
    sums = np.zeros((len(others), 7), np.float32)
    # Sums grow by whole lines of noughts and ones: to ask for each would cost more.
    columns = np.zeros((32, 8), np.float32)
    for bits in range(32):
        for column in range(5):
            columns[bits, column] = bits >> column & 1
    sum_ = np.zeros(8, np.float32)
    own = np.zeros((terms.shape[1], 3), np.float32)
    counting = np.zeros(terms.shape[1], np.uint8)
    # Nearly all terms are looked up in vain: few of those get past this, which stays in the cache.
    maybe = np.zeros(_SIEVE, np.uint8)
    hits = np.empty(all_terms.shape[1] + 1, np.uint32)
    for asking in range(len(terms)):
        if ends[asking] == ends[asking + 1]:
            continue
        for k in range(terms.shape[1]):
            if telling[asking, k]:
                places[terms[asking, k]] = k + 1
                maybe[terms[asking, k] & (_SIEVE - 1)] = 1
                own[k, 0], own[k, 1] = worth[asking, k], idf[asking, k]
                own[k, 2] = idf[asking, k] if flags[asking, k] & titled else np.float32(0.0)
                counting[k] = counted[flags[asking, k]]
        for pair in range(ends[asking], ends[asking + 1]):
            row = others[pair]
            met = np.uint64(0)
            for at in range(sizes[row]):
                hits[met] = at
                met += np.uint64(maybe[np.uint32(all_terms[row, at]) & np.uint32(_SIEVE - 1)])
            sum_[:] = 0
            held = holding = np.float32(0.0)
            for hit in range(met):
                place = hits[hit]
                mine = places[np.uint32(all_terms[row, place])]
                if mine == 0:
                    continue
                it, their_flags = np.uint32(mine - 1), all_flags[row, place]
                product = own[it, 0] * weight[all_counts[row, place]]
                both = counting[it] & counted[their_flags]
                for column in range(8):
                    sum_[column] += product * columns[both, column]
                held += own[it, 1] if their_flags & titled else np.float32(0.0)
                holding += own[it, 2]
            sums[pair, :5] = sum_[:5]
            sums[pair, 5], sums[pair, 6] = held, holding
        for k in range(terms.shape[1]):
            if telling[asking, k]:
                places[terms[asking, k]] = 0
                maybe[terms[asking, k] & (_SIEVE - 1)] = 0
    return sums


@machine
def facets(
    sums: F32, ends: I64, rows: I32, others: I32, lengths: F32, own: F32,
    sources: U32, hours: F32, near: float, name: int, some: float,
) -> F32:  # fmt: skip
    """See the port."""
    found = np.zeros((len(others), 6), np.float32)
    for asking in range(len(rows)):
        mine = rows[asking]
        for pair in range(ends[asking], ends[asking + 1]):
            row, facet = others[pair], found[pair]
            if sums[pair, 0] == 0.0:
                continue
            for column in range(5):
                facet[column] = _share(
                    sums[pair, column], lengths[row, column] * own[asking, column]
                )
            facet[5] = max(
                _share(sums[pair, 5], lengths[row, 5]), _share(sums[pair, 6], own[asking, 5])
            )
            ours = sources[mine] == sources[row] and sources[mine] > 0
            by = np.float32(_in_time(hours[row], hours[mine], near))
            most = facet[1] if ours else np.float32(1.0)
            named = lengths[row, name] > 0 and own[asking, name] > 0
            if ours and named and min(facet[name], most) < np.float32(some):
                by = np.float32(0.0)
            for column in range(6):
                facet[column] = min(facet[column], most) * by
    return found


@machine
def _share(part: float, whole: float) -> Any:
    return min(part / whole, np.float32(1.0)) if whole > 0 else np.float32(0.0)


@machine
def common(rows: I32, others: I32, terms: I32, sizes: I32, marked: Flags) -> tuple[I64, I32]:
    """See the port."""
    ends = np.zeros(len(rows) + 1, np.int64)
    places = np.empty(len(rows) * terms.shape[1], np.int32)
    end = 0
    for pair in range(len(rows)):
        row, other = rows[pair], others[pair]
        for at in range(sizes[other]):
            marked[terms[other, at]] = True
        for at in range(sizes[row]):
            places[end] = at
            end += marked[terms[row, at]]
        for at in range(sizes[other]):
            marked[terms[other, at]] = False
        ends[pair + 1] = end
    return ends, places[:end].copy()
