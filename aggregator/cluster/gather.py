"""Stories as branches of a tree.

The tree grows from single articles, the two branches that are most alike on the average of all
their pairs first. Where to cut it no threshold says: three reports of one event are alike more than
three hundred about one trial. What tells is how a joint stands to those below it, above it and
beside it, and how much of what resembles a branch it takes in. So every joint is judged by all of
that, and the tree cut where the sum of what is gained is largest.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from aggregator.cluster.around import Matrix, squares
from aggregator.cluster.groups import Labels
from aggregator.cluster.joints import DEEP, FACTS, GATHER, columns_of
from aggregator.cluster.models import Array
from aggregator.cluster.weights import Weights
from aggregator.kernels import kernels
from aggregator.kernels.port import F64, Branches, Growth

LIKELY = 0.02
"""Pairs less likely than this to tell one event are not looked at."""

_LEAST = 0.05
"""Branches less alike than this are never one."""
_TERMS = 400
_COHERENT, _LINKED = 0.7, 0.6


@dataclass(frozen=True, slots=True)
class Tree:
    """Joints in the order they were made: node ``first[k]`` and ``second[k]`` become leaves + k."""

    leaves: int
    first: tuple[int, ...]
    second: tuple[int, ...]
    columns: Array


def grow(
    labels: Labels,
    a: Labels,
    b: Labels,
    p: Array,
    drawn: Matrix,
    *,
    apart: Collection[tuple[int, int]] = (),
) -> Tree:
    """The tree over groups of rows.

    ``labels`` gives every row's group, 0, 1, 2 …; ``a``, ``b``, ``p`` pairs of rows, both ways
    round, and how likely they tell one event; ``drawn`` the rows' vectors as `around` has them.
    Rows of ``apart`` never meet in one branch.
    """
    leaves, one, two, links = _leaves(labels, a, b, p, drawn)
    bars = np.array([(labels[x], labels[y]) for x, y in apart], np.int64).reshape(-1, 2)
    growth = Growth(drawn.shape[1], _LEAST, _TERMS, DEEP, _COHERENT, _LINKED)
    first, second, facts = kernels().branched(leaves, one, two, links, bars, growth)
    count = len(leaves.sizes)
    joints = tuple(first.tolist()), tuple(second.tolist())
    return Tree(count, *joints, columns_of(count, *joints, facts.reshape(-1, len(FACTS))))


def cut(tree: Tree, odds: Array) -> Labels:
    """Which leaves are one, by every joint's log-odds: for each leaf the number of its branch.

    Larger joints count more; a branch is one where all its joints together speak more for it than
    for the best cut below.
    """
    size = tree.columns[:, [GATHER.index("size_min"), GATHER.index("size_max")]].sum(axis=1)
    gains = odds * np.exp(0.25 * size)
    joined, best = [0.0] * tree.leaves, [0.0] * tree.leaves
    whole = [True] * tree.leaves
    for x, y, gain in zip(tree.first, tree.second, gains.tolist(), strict=True):
        together, parted = joined[x] + joined[y] + gain, best[x] + best[y]
        joined.append(together)
        best.append(max(together, parted))
        whole.append(together >= parted)
    owner = list(range(tree.leaves + len(tree.first)))
    for k in reversed(range(len(tree.first))):
        node = tree.leaves + k
        if whole[node] or owner[node] != node:
            owner[tree.first[k]] = owner[tree.second[k]] = owner[node]
    return np.unique(np.array(owner[: tree.leaves], np.int64), return_inverse=True)[1]


def gathered(tree: Tree, weights: Weights, closed: float) -> Labels:
    """`cut` by the learned log-odds, in a stream that is so much one of long stories (0 to 1)."""
    odds: Array = np.zeros(len(tree.first))
    for share, model in ((1.0 - closed, weights.gather), (closed, weights.closed)):
        if share and len(odds):
            odds = odds + share * model(tree.columns)
    return cut(tree, odds)


def _leaves(
    labels: Labels, a: Labels, b: Labels, p: Array, drawn: Matrix
) -> tuple[Branches, Labels, Labels, F64]:
    """The tree's leaves, and the links of those that have any: see `Kernels.branched`."""
    rows, groups = len(labels), int(labels.max(initial=-1)) + 1
    size = np.bincount(labels, minlength=groups)
    if groups < rows:
        members = csr_array(
            (np.ones(rows, np.float32), (labels, np.arange(rows))), shape=(groups, rows)
        )
        drawn = members @ drawn
    drawn.sort_indices()
    once = (a < b) & (p > LIKELY)
    x, y, p = labels[a[once]], labels[b[once]], p[once].astype(np.float64)
    mass: F64 = np.zeros(groups) + np.bincount(x, p, groups) + np.bincount(y, p, groups)
    inside: F64 = np.zeros(groups) + np.bincount(x[x == y], p[x == y], groups)
    vectors = (
        drawn.indptr.astype(np.int32),
        drawn.indices.astype(np.int32),
        drawn.data.astype(np.float32),
    )
    across = x != y
    keys = np.minimum(x, y)[across] * groups + np.maximum(x, y)[across]
    order = np.lexsort((-p[across], keys))
    keys, likely = keys[order], p[across][order]
    start = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else keys
    one, two = np.divmod(keys[start], groups)
    links: F64 = np.zeros((len(start), 5))
    links[:, 0] = kernels().products(*vectors, drawn.shape[1], one, two)
    if len(start):
        links[:, 1] = np.add.reduceat(likely, start)
    ends = np.append(start, len(keys))
    for rank in range(3):
        there = ends[1:] - ends[:-1] > rank
        links[there, 2 + rank] = likely[start[there] + rank]
    leaves = Branches(size, squares(drawn), inside, mass, *vectors)
    return leaves, one, two, links
