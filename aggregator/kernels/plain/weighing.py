"""Which stories an article is linked to, in Python."""

from __future__ import annotations

import numpy as np

from aggregator.kernels.port import F32, F64, I32, Flags, Weighing


def weighed(
    near: I32, likely: F32, holds: Flags, story: I32, sizes: I32, barred: I32, weighing: Weighing
) -> tuple[I32, I32, F64]:
    """See the port."""
    links: dict[int, list[tuple[float, int]]] = {}
    held = set()
    for row, chance, holding in zip(near.tolist(), likely.tolist(), holds.tolist(), strict=True):
        if number := int(story[row]):
            links.setdefault(number, []).append((chance, row))
            if holding:
                held.add(number)
    tops = {number: sorted((c for c, _ in found), reverse=True) for number, found in links.items()}
    means = {number: _mean(top, int(sizes[number]), weighing.deep) for number, top in tops.items()}
    every = sorted((mean for mean, _ in means.values()), reverse=True)
    fifth = every[4] if len(every) > 4 else 0.0
    held.difference_update(barred.tolist())
    worthy = [n for n in means if n in held and means[n][0] >= weighing.worthy * every[0]]
    asked = sorted(worthy, key=means.__getitem__, reverse=True)[: weighing.most]
    table = np.zeros((len(asked), 6), np.float64)
    nearest = np.zeros(len(asked), np.int32)
    for place, number in enumerate(asked):
        mean, least = means[number]
        rival = every[1 if mean == every[0] else 0] if len(every) > 1 else 0.0
        three = sum(tops[number][:3]) / min(3, int(sizes[number]))
        table[place] = mean, least, tops[number][0], three, rival, fifth
        nearest[place] = max(links[number], key=lambda link: (link[0], -link[1]))[1]
    return np.array(asked, np.int32), nearest, table


def _mean(top: list[float], size: int, deep: int) -> tuple[float, float]:
    there, back = sum(top[:deep]) / min(size, deep), sum(top) / size
    return (there + back) / 2, min(there, back)
