"""Words for Numba."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.compiled.machine import machine
from aggregator.kernels.plain.words import SPACES
from aggregator.kernels.port import CHUNK_FACTOR, F32, I32, I64, U8, U32, U64, Marks

_CHUNK = np.uint64(CHUNK_FACTOR)


@machine
def chunks(points: U32) -> tuple[U64, I32, I32]:
    """See the port."""
    most = (len(points) + 1) // 2
    hashes, starts = np.empty(most, np.uint64), np.empty(most, np.int32)
    ends = np.empty(most, np.int32)
    count = 0
    sum_, power = np.uint64(0), np.uint64(1)
    inside = False
    for at in range(len(points)):
        point = points[at]
        if point < len(SPACES) and SPACES[point]:
            if inside:
                hashes[count], ends[count] = sum_, at
                count += 1
                inside = False
        else:
            if not inside:
                sum_, power = np.uint64(0), np.uint64(1)
                starts[count] = at
                inside = True
            sum_ += np.uint64(point) * power
            power *= _CHUNK
    if inside:
        hashes[count], ends[count] = sum_, len(points)
        count += 1
    return hashes[:count], starts[:count], ends[:count]


@machine
def unfolded(values: I32, runs: I32) -> I32:
    """See the port."""
    count = 0
    for value in values:
        count += 1 if value >= 0 else runs[-value]
    words = np.empty(count, np.int32)
    at = 0
    for value in values:
        if value >= 0:
            words[at] = value
            at += 1
        else:
            for k in range(runs[-value]):
                words[at] = runs[-value + 1 + k]
                at += 1
    return words


@machine
def counted(words: I32, heading: int, marks: Marks, flags: U8) -> tuple[I32, U8, U8]:
    """See the port."""
    kinds = np.empty(len(words), np.uint8)
    ended = 1
    titled = named = 0
    for k in range(len(words)):
        if k == heading:
            ended = 1
        kinds[k] = flags[(words[k] & 0xFF) | (ended << marks.before)]
        ended = words[k] & 1
        if k < heading and kinds[k] != marks.none:
            titled += 1
            named += kinds[k] == marks.named
    shouted = named > marks.shouted * titled
    stems, counts = np.empty(marks.most, np.int32), np.empty(marks.most, np.uint8)
    together = np.empty(marks.most, np.uint8)
    room = 64
    while room < 2 * len(words):
        room *= 2
    places = np.full(room, -1, np.int32)
    count = word = 0
    for k in range(len(words)):
        kind = kinds[k]
        if kind == marks.none:
            continue
        if word < titled:
            if shouted and kind == marks.named:
                kind = np.uint8(0)
            kind |= np.uint8(marks.titled)
        elif word < titled + marks.lead:
            kind |= np.uint8(marks.leading)
        word += 1
        stem = words[k] >> marks.bits
        at = (stem * 0x9E3779B1) & (len(places) - 1)
        while places[at] >= 0 and stems[places[at]] != stem:
            at = (at + 1) & (len(places) - 1)
        place = places[at]
        if place >= 0:
            together[place] |= kind
            if counts[place] < 255:
                counts[place] += np.uint8(1)
        elif count < marks.most:
            stems[count], counts[count], together[count] = stem, 1, kind
            places[at] = count
            count += 1
    return stems[:count].copy(), counts[:count].copy(), together[:count].copy()


@machine
def laid(
    numbers: I32, counts: U8, flags: U8, worth: F32, sizes: I64,
    terms: I32, all_counts: U8, all_flags: U8,
) -> I32:  # fmt: skip
    """See the port."""
    width = terms.shape[1]
    held = np.zeros(len(sizes), np.int32)
    start = 0
    for line in range(len(sizes)):
        size = sizes[line]
        least, equal = np.float32(0.0), width
        if size > width:
            some = worth[start : start + size]
            least = np.partition(some, size - width)[size - width]
            for at in range(size):
                equal -= some[at] > least
        to = 0
        for at in range(start, start + size):
            if size > width:
                if worth[at] < least or (worth[at] == least and equal == 0):
                    continue
                equal -= worth[at] == least
            terms[line, to], all_counts[line, to] = numbers[at], counts[at]
            all_flags[line, to] = flags[at]
            to += 1
        held[line] = to
        terms[line, to:], all_counts[line, to:], all_flags[line, to:] = 0, 0, 0
        start += size
    return held
