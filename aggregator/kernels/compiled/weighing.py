"""Which stories an article is linked to, for Numba."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.compiled.machine import machine
from aggregator.kernels.port import F32, F64, I32, Flags, Weighing


@machine
def weighed(
    near: I32, likely: F32, holds: Flags, story: I32, sizes: I32, barred: I32, weighing: Weighing
) -> tuple[I32, I32, F64]:
    """See the port."""
    room = len(near)
    numbers, counts = np.zeros(room, np.int32), np.zeros(room, np.int64)
    nearest, held = np.zeros(room, np.int32), np.zeros(room, np.bool_)
    tops = np.zeros((room, room))  # of each story the links, the likeliest first
    found = 0
    for at in range(room):
        number = story[near[at]]
        if number == 0:
            continue
        place = 0
        while place < found and numbers[place] != number:
            place += 1
        if place == found:
            numbers[place] = number
            found += 1
        chance = np.float64(likely[at])
        top, count = tops[place], counts[place]
        if count == 0 or chance > top[0] or (chance == top[0] and near[at] < nearest[place]):
            nearest[place] = near[at]
        to = count
        while to and top[to - 1] < chance:
            top[to] = top[to - 1]
            to -= 1
        top[to] = chance
        counts[place] += 1
        held[place] |= holds[at]
    every, means = np.zeros(max(found, 5)), np.zeros((found, 2))
    for place in range(found):
        size = sizes[numbers[place]]
        there = back = 0.0
        for at in range(counts[place]):
            if at < weighing.deep:
                there += tops[place, at]
            back += tops[place, at]
        there, back = there / min(size, weighing.deep), back / size
        mean = (there + back) / 2
        means[place, 0], means[place, 1] = mean, min(there, back)
        to = place
        while to and every[to - 1] < mean:
            every[to] = every[to - 1]
            to -= 1
        every[to] = mean
    asked = np.zeros(weighing.most + 1, np.int64)
    count = 0
    for place in range(found):
        for at in range(len(barred)):
            held[place] &= barred[at] != numbers[place]
        if not held[place] or means[place, 0] < weighing.worthy * every[0]:
            continue
        to = count
        while to and _less(means[asked[to - 1]], means[place]):
            asked[to] = asked[to - 1]
            to -= 1
        asked[to] = place
        count = min(count + 1, weighing.most)
    table = np.zeros((count, 6))
    stories, rows = np.zeros(count, np.int32), np.zeros(count, np.int32)
    for at in range(count):
        place = asked[at]
        stories[at], rows[at] = numbers[place], nearest[place]
        mean, top = means[place, 0], tops[place]
        rival = 0.0 if found == 1 else every[1] if mean == every[0] else every[0]
        three = top[0]
        for k in range(1, min(3, counts[place])):
            three += top[k]
        table[at, 0], table[at, 1], table[at, 2] = mean, means[place, 1], top[0]
        table[at, 3] = three / min(3, sizes[numbers[place]])
        table[at, 4], table[at, 5] = rival, every[4]
    return stories, rows, table


@machine
def _less(one: F64, other: F64) -> bool:
    return bool(one[0] < other[0] or (one[0] == other[0] and one[1] < other[1]))
