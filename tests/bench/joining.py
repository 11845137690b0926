"""Half-made clusterings to learn from: groups of rows, and what speaks for joining two of them.

The trainer's own: a stream asks of one article and a story what is asked here of two groups.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aggregator.cluster.groups import DEEP, JOIN, Labels
from aggregator.cluster.models import Array, Boosted

_FLOOR = 0.03
_PRIOR = 0.6


@dataclass(frozen=True, slots=True)
class Links:
    """Directed pairs (a, b) of rows with their probability, sorted by a and falling probability.

    ``ranked`` orders them by falling probability alone.
    """

    a: Labels
    b: Labels
    p: Array
    ranked: Labels

    @classmethod
    def of(cls, a: Labels, b: Labels, p: Array) -> Links:
        """Links of pairs in any order; the faintest are left out."""
        counted = p > _FLOOR
        a, b, p = a[counted], b[counted], p[counted]
        order = np.lexsort((-p, a))
        a, b, p = a[order], b[order], p[order]
        return cls(a, b, p, np.argsort(-p, kind="stable"))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of groups that have any link, both ways round, with the columns `JOIN`."""

    a: Labels
    b: Labels
    columns: Array


def pairs(labels: Labels, links: Links) -> Pairs:
    """What speaks for each pair of linked groups; ``labels`` gives every row's, 0, 1, 2 …"""
    groups = int(labels.max()) + 1
    size = np.bincount(labels, minlength=groups)
    of_a, of_b = labels[links.a], labels[links.b]

    # Article to group.
    key = links.a * groups + of_b
    order = np.argsort(key, kind="stable")
    key = key[order]
    start = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    run = np.repeat(np.arange(len(start)), np.diff(np.r_[start, len(key)]))
    deep = (np.arange(len(key)) - start[run]) < DEEP
    row, group = key[start] // groups, key[start] % groups
    there = size[group] - (labels[row] == group)
    sums = np.bincount(run[deep], links.p[order][deep], minlength=len(start))
    link = sums / np.clip(there, 1, DEEP)
    best = links.p[order][start]

    # Group to group.
    keys, place = np.unique(labels[row] * groups + group, return_inverse=True)
    joint = np.bincount(place, link) / size[keys // groups]
    top = np.zeros(len(keys))
    np.maximum.at(top, place, best)
    first, second = keys // groups, keys % groups
    within = first == second
    coherence = np.zeros(groups)
    coherence[first[within]] = joint[within]
    a, b, one, top, keys = (
        first[~within],
        second[~within],
        joint[~within],
        top[~within],
        keys[~within],
    )
    if not len(a):
        return Pairs(a, b, np.zeros((0, len(JOIN))))
    two = one[np.searchsorted(keys, b * groups + a)]
    mean = (one + two) / 2

    # How the others stand to either.
    order = np.lexsort((-mean, a))
    begin = np.searchsorted(a, np.arange(groups))
    end = np.searchsorted(a, np.arange(groups), "right")

    def ranked(rank: int) -> Array:
        value = np.zeros(groups)
        has = end - begin > rank
        value[has] = mean[order][begin[has] + rank]
        return value

    strongest, next_best, fifth = ranked(0), ranked(1), ranked(4)
    favourite = np.full(groups, -1)
    has = end > begin
    favourite[has] = b[order][begin[has]]
    rival_a = np.where(favourite[a] == b, next_best[a], strongest[a])
    rival_b = np.where(favourite[b] == a, next_best[b], strongest[b])

    pair_keys = (of_a * groups + of_b)[links.ranked]
    order = np.argsort(pair_keys, kind="stable")
    pair_keys = pair_keys[order]
    begin, end = np.searchsorted(pair_keys, keys), np.searchsorted(pair_keys, keys, "right")
    total = np.r_[0.0, np.cumsum(links.p[links.ranked][order])]
    three = total[begin + np.minimum(end - begin, 3)] - total[begin]
    three /= np.minimum(size[a] * size[b], 3)

    weight_a, weight_b = size[a] - 1, size[b] - 1
    own = (coherence[a] * weight_a + coherence[b] * weight_b + _PRIOR) / (weight_a + weight_b + 1)
    looser = np.minimum(
        (coherence[a] * weight_a + _PRIOR) / (weight_a + 1),
        (coherence[b] * weight_b + _PRIOR) / (weight_b + 1),
    )
    columns = [
        mean, np.minimum(one, two), top, three, mean / own, mean / np.maximum(looser, 1e-3),
        mean - np.maximum(rival_a, rival_b), mean - np.minimum(rival_a, rival_b), -own,
        np.log(np.minimum(size[a], size[b])), np.log(np.maximum(size[a], size[b])),
        -np.maximum(fifth[a], fifth[b]),
    ]  # fmt: skip
    return Pairs(a, b, np.stack(columns, axis=1))


def join(labels: Labels, links: Links, model: Boosted, bound: float) -> Labels:
    """Joins groups that are each other's first choice, where the log-odds reach the bound."""
    labels = np.unique(labels, return_inverse=True)[1]
    if not len(links.a):
        return labels
    found = pairs(labels, links)
    score = model(found.columns) if len(found.a) else np.zeros(0)
    return np.unique(
        _mutual(found, score, int(labels.max()) + 1, bound)[labels], return_inverse=True
    )[1]


def _mutual(found: Pairs, score: Array, groups: int, bound: float) -> Labels:
    """For every group the one it goes into: itself, or its first choice where that is mutual."""
    # Of equal scores the stronger link counts, then the older group, whatever the order.
    order = np.lexsort((found.b, -found.columns[:, 0], -score, found.a))
    chooser = found.a[order]
    first = np.flatnonzero(np.r_[True, chooser[1:] != chooser[:-1]]) if len(order) else order
    choice = np.full(groups, -1)
    value = np.full(groups, -np.inf)
    choice[chooser[first]] = found.b[order[first]]
    value[chooser[first]] = score[order[first]]
    into = np.arange(groups)
    sure = np.flatnonzero((choice >= 0) & (value >= bound))
    sure = sure[(choice[choice[sure]] == sure) & (choice[sure] > sure)]
    into[choice[sure]] = sure
    return into
