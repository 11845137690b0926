"""Neighbours for Numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from aggregator.kernels.compiled.machine import machine
from aggregator.kernels.port import F32, I16, I32, I64, U8, Flags

_BINS = 1024


@machine
def summed(
    terms: I32, worth: F32, wanted: Flags, spans: I64, arena: I32,
    below: I32, but: I32, most: int, scratch: F32,
) -> tuple[I64, I32, F32]:  # fmt: skip
    """See the port."""
    ends = np.zeros(len(terms) + 1, np.int64)
    every, sums = np.empty(1024, np.int32), np.empty(1024, np.float32)
    end = 0
    places = scratch.view(np.int32)  # a row's place among those found, from 1 on
    for asking in range(len(terms)):
        room = 0
        for k in range(terms.shape[1]):
            if wanted[asking, k]:
                room += spans[terms[asking, k], 1]
        found, times = np.empty(room, np.int32), np.zeros(room, np.int32)
        gained = np.zeros(room, np.float32)
        count = 0
        for k in range(terms.shape[1]):
            if not wanted[asking, k]:
                continue
            start, length = spans[terms[asking, k], 0], spans[terms[asking, k], 1]
            gain = worth[asking, k]
            for at in range(start, start + length):
                row = arena[at]
                if row >= below[asking] or row == but[asking]:
                    continue
                place = places[row]
                if place == 0:
                    found[count] = row
                    count += 1
                    place = places[row] = count
                gained[place - 1] += gain
                times[place - 1] += 1
        least = _nth(gained[:count], times[:count], most) if room > most else np.float32(0.0)
        if end + count > len(every):
            longer, larger = (
                np.empty(2 * (end + count), np.int32),
                np.empty(2 * (end + count), np.float32),
            )
            longer[:end], larger[:end] = every[:end], sums[:end]
            every, sums = longer, larger
        for at in range(count):
            places[found[at]] = 0
            if gained[at] >= least:
                every[end], sums[end] = found[at], gained[at]
                end += 1
        ends[asking + 1] = end
    return ends, every[:end].copy(), sums[:end].copy()


@machine
def _nth(values: F32, times: I32, nth: int) -> Any:
    """The nth largest of values that stand there so many times each; 0 where there are fewer."""
    largest = np.float32(0.0)
    whole = 0
    for at in range(len(values)):
        largest = max(largest, values[at])
        whole += times[at]
    if whole < nth or largest <= 0.0:
        return np.float32(0.0)
    scale = np.float64(_BINS - 1) / np.float64(largest)
    bins = np.zeros(_BINS, np.int64)
    for at in range(len(values)):
        bins[int(values[at] * scale)] += times[at]
    above, bin_ = 0, _BINS - 1
    while above + bins[bin_] < nth:
        above += bins[bin_]
        bin_ -= 1
    inside = np.empty(len(values), np.int64)
    count = 0
    for at in range(len(values)):
        if int(values[at] * scale) == bin_:
            inside[count] = at
            count += 1
    some = inside[:count]
    for at in some[np.argsort(-values[some])]:
        above += times[at]
        if above >= nth:
            return values[at]
    return np.float32(0.0)


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
            mine, place = values[at], places[at]
            to = held
            while to and (
                value[to - 1] < mine or (value[to - 1] == mine and kept[end + to - 1] > place)
            ):
                to -= 1
                if to + 1 < count:
                    value[to + 1], kept[end + to + 1] = value[to], kept[end + to]
            if to < count:
                value[to], kept[end + to] = mine, place
                held = min(held + 1, count)
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
    for asking in range(len(terms)):
        if ends[asking] == ends[asking + 1]:
            continue
        for k in range(terms.shape[1]):
            if telling[asking, k]:
                places[terms[asking, k]] = k + 1
        for pair in range(ends[asking], ends[asking + 1]):
            row = others[pair]
            for at in range(sizes[row]):
                mine = places[all_terms[row, at]] - 1
                if mine < 0:
                    continue
                my_flags, their_flags = flags[asking, mine], all_flags[row, at]
                product = worth[asking, mine] * weight[all_counts[row, at]]
                both = counted[my_flags] & counted[their_flags]
                for column in range(5):
                    if both >> column & 1:
                        sums[pair, column] += product
                if their_flags & titled:
                    sums[pair, 5] += idf[asking, mine]
                if my_flags & titled:
                    sums[pair, 6] += idf[asking, mine]
        for k in range(terms.shape[1]):
            if telling[asking, k]:
                places[terms[asking, k]] = 0
    return sums
