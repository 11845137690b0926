"""What speaks for two branches of the tree being one story, as columns."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from aggregator.cluster.groups import Labels
from aggregator.cluster.models import Array

GATHER = (
    "alike", "fall_min", "fall_max", "link", "best", "best_three", "above_next", "above_next_min",
    "above_link", "coherence", "link_coherence", "drop", "drop_two", "taken_min", "taken_max",
    "open_after", "open_before", "room", "crowd_min", "crowd_max",
    "size_min", "size_max", "size_soon", "size_later",
)  # fmt: skip
"""Columns of `Tree.columns`, see `columns_of`."""
GATHER_RISING = (1,) * 14 + (0,) * 4 + (1,) * 2 + (0,) * 4
"""Where a larger value may only speak for one story."""

DEEP = 12.0
"""More neighbours than this an article is not expected to show in one branch."""
_EPS, _LINK_EPS = 0.02, 0.01

FACTS = (
    "alike", "alike_a", "alike_b", "summed", "best", "three", "next_a", "next_b", "next_link",
    "coherence", "link_coherence", "inside_a", "inside_b", "mass_a", "mass_b", "size_a", "size_b",
)  # fmt: skip


def columns_of(leaves: int, first: Sequence[int], second: Sequence[int], facts: Array) -> Array:
    """What speaks for every joint.

    How alike its halves are, and, in logarithms of quotients, to how alike the halves of its halves
    were (``fall``), to the next joint above it and the one above that (``drop``), to the next best
    that either half could have been joined with (``above_next``), to how alike articles within are
    (``coherence``). The ``link``: the summed probability of pairs over as many pairs as neighbours
    could show, and its quotients; the likeliest pair and the mean of three. The share of all
    pairs leading out of either half that lead into the other (``taken``), the share leading out of
    the whole and of the halves (``open``), how many more articles either half has likely pairs for
    than it holds (``room``), how many likely partners an article of either has (``crowd``): where
    everybody has many, stories are long. Sizes, and those of the branch when it will be .7 and .5
    times as alike.
    """
    count = len(first)
    if not count:
        return np.zeros((0, len(GATHER)))
    above = np.full(leaves + count, -1)
    for k in range(count):
        above[first[k]] = above[second[k]] = k
    parent = above[leaves:]
    grand = np.where(parent >= 0, parent[np.maximum(parent, 0)], -1)
    at = dict(zip(FACTS, facts.T, strict=True))
    alike, size_a, size_b = at["alike"], at["size_a"], at["size_b"]

    def of(which: Labels) -> Array:
        return np.where(which >= 0, alike[np.maximum(which, 0)], 0.0)

    def over(one: Array, two: Array, eps: float = _EPS) -> Array:
        quotient: Array = np.log((one + eps) / (two + eps))
        return quotient

    link = at["summed"] / _pairs(size_a, size_b)
    out_a = np.maximum(at["mass_a"] - 2 * at["inside_a"], 1e-6)
    out_b = np.maximum(at["mass_b"] - 2 * at["inside_b"], 1e-6)
    taken = at["summed"] / out_a, at["summed"] / out_b
    crowd_a, crowd_b = np.log1p(at["mass_a"] / size_a), np.log1p(at["mass_b"] / size_b)
    room_a = np.log(crowd_a + _EPS) - np.log(size_a)
    room_b = np.log(crowd_b + _EPS) - np.log(size_b)
    mass = np.maximum(at["mass_a"] + at["mass_b"], 1e-6)
    columns = [
        alike,
        over(alike, np.minimum(at["alike_a"], at["alike_b"])),
        over(alike, np.maximum(at["alike_a"], at["alike_b"])),
        link, at["best"], at["three"],
        over(alike, np.maximum(at["next_a"], at["next_b"])),
        over(alike, np.minimum(at["next_a"], at["next_b"])),
        over(link, at["next_link"], _LINK_EPS),
        over(alike, at["coherence"]), over(link, at["link_coherence"], _LINK_EPS),
        over(alike, of(parent)), over(alike, of(grand)),
        np.minimum(*taken), np.maximum(*taken),
        np.maximum(out_a + out_b - 2 * at["summed"], 0.0) / mass,
        np.minimum(
            out_a / np.maximum(at["mass_a"], 1e-6), out_b / np.maximum(at["mass_b"], 1e-6)
        ),
        np.minimum(room_a, room_b), np.minimum(crowd_a, crowd_b), np.maximum(crowd_a, crowd_b),
        np.log(np.minimum(size_a, size_b)), np.log(np.maximum(size_a, size_b)),
    ]  # fmt: skip
    later = _sizes_later(alike, size_a + size_b, parent)
    return np.concatenate([np.stack(columns, axis=1), later], axis=1)


def _sizes_later(alike: Array, size: Array, parent: Labels) -> Array:
    found = np.zeros((len(alike), 2))
    for k in range(len(alike)):
        at, soon = k, 0.0
        for _ in range(400):
            after = parent[at]
            next_alike = alike[after] if after >= 0 else 0.0
            if not soon and next_alike < 0.7 * alike[k]:
                soon = size[at]
            if after < 0 or next_alike < 0.5 * alike[k]:
                break
            at = after
        found[k] = math.log(soon or size[at]), math.log(size[at])
    return found


def _pairs(one: Array, two: Array) -> Array:
    """How many pairs across two sizes can show in graphs of so few neighbours."""
    return (one * np.minimum(two, DEEP) + two * np.minimum(one, DEEP)) / 2
