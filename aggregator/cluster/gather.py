"""Large stories out of their parts.

Reports of a broad, long story agree in neighbourhoods and drift apart as a whole: joined pair by
pair it stays in pieces. What tells that pieces are one is seen from afar: they keep joining each
other at slowly falling links, and then for long nothing follows. So the groups are built into a
whole tree, the strongest link first, and the tree is cut where a branch is one story for all that
happens below *and above* it.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from aggregator.cluster.groups import Labels
from aggregator.cluster.vocabulary import Floats, Ints
from aggregator.cluster.weights import Array, Boosted

GATHER = (
    "link", "fall_min", "fall_max", "drop", "drop_two", "above_next", "above_third",
    "above_seventh", "coherence", "cross", "centroid", "centroid_drop", "cross_within",
    "size_min", "size_max", "size_half", "size_quarter", "largest_drop", "size_drop", "steps",
)  # fmt: skip
"""Columns of `Tree.columns`, see `columns_of`."""
GATHER_RISING = (1,) * 13 + (0,) * 7
"""Where a larger value may only speak for one story."""

LARGE = 20
"""From this size on a branch may be one story although some joints in it speak against it …"""
_FIRM = 0.3
"""… if its joints on the whole speak for it with at least these mean log-odds."""
_PLAIN = 0.7
"""Two whole groups are joined where their own log-odds, by weight, are above this."""
_SURE = 0.5
"""A large branch with mean log-odds above this is surely a long, broad story …"""
_DRAWN = 3.0
"""… to which more may belong than its joint says: these log-odds are added."""

_DEEP = 12.0
_FLOOR = 0.02
_FAINTEST = 0.006
_LOWEST = 0.004
_TERMS = 300
_EPS = 0.01


@dataclass(slots=True)
class _Node:
    """A branch: its size, the pair probabilities inside, and the sum of its members' vectors."""

    size: int
    inside: float
    link: float
    terms: Ints
    vector: Floats
    square: float
    links: dict[int, float] = field(default_factory=dict)

    @property
    def coherence(self) -> float:
        if self.size == 1:
            return math.nan
        return self.inside / (self.size * min(self.size - 1, _DEEP) / 2)

    @property
    def likeness(self) -> float:
        """Mean cosine of two members."""
        if self.size == 1:
            return math.nan
        return (self.square - self.size) / (self.size * (self.size - 1))


@dataclass(frozen=True, slots=True)
class Tree:
    """Joints in the order they were made: node ``first[k]`` and ``second[k]`` become leaves + k."""

    leaves: int
    first: tuple[int, ...]
    second: tuple[int, ...]
    sizes: NDArray[np.int64]
    columns: Array


def grow(
    labels: Labels,
    a: Labels,
    b: Labels,
    p: Array,
    vectors: Sequence[tuple[Ints, Floats]],
    vocabulary: int,
    *,
    apart: Collection[tuple[int, int]] = (),
) -> Tree:
    """The tree over groups of rows.

    ``labels`` gives every row's group; ``a``, ``b``, ``p`` pairs of rows and how likely they are
    one event from what they share alone; ``vectors`` each row's sorted terms and weights.
    """
    nodes = _leaves(labels, a, b, p, vectors, vocabulary)
    leaves = len(nodes)
    barred: dict[int, set[int]] = {}
    for one, two in apart:
        barred.setdefault(int(labels[one]), set()).add(int(labels[two]))
        barred.setdefault(int(labels[two]), set()).add(int(labels[one]))
    heap = [
        (-_link(weight, nodes[x], nodes[y]), x, y)
        for x in range(leaves)
        for y, weight in nodes[x].links.items()
        if x < y
    ]
    heapq.heapify(heap)
    alive = [True] * leaves
    scratch = np.zeros(vocabulary + 1, np.float32)
    first, second, facts = [], [], []
    while heap:
        negative, x, y = heapq.heappop(heap)
        link = -negative
        if link < _LOWEST:
            break
        if not (alive[x] and alive[y]) or y in barred.get(x, ()):
            continue
        new = len(nodes)
        node, fact = _joined(nodes, x, y, link, scratch)
        facts.append(fact)
        first.append(x)
        second.append(y)
        nodes.append(node)
        alive[x] = alive[y] = False
        alive.append(True)
        if hostile := barred.pop(x, set()) | barred.pop(y, set()):
            barred[new] = hostile
            for other in hostile:
                barred.setdefault(other, set()).add(new)
        for other, weight in node.links.items():
            links = nodes[other].links
            links.pop(x, None)
            links.pop(y, None)
            links[new] = weight
            heapq.heappush(heap, (-_link(weight, node, nodes[other]), other, new))
    return Tree(
        leaves,
        tuple(first),
        tuple(second),
        np.array([nodes[leaves + k].size for k in range(len(first))], np.int64),
        columns_of(leaves, first, second, np.array(facts).reshape(-1, len(_FACTS))),
    )


def cut(tree: Tree, odds: Array) -> Labels:
    """Which leaves are one: for every leaf the number of its branch.

    A branch is one where both halves are and its own log-odds are plain, or where it is large and
    the log-odds of all its joints, larger joints counting more, are firm and beat the best cut
    below it.
    """
    odds = np.where(tree.columns[:, 0] <= _FAINTEST, -9.0, odds)
    weight = np.exp(0.25 * (tree.columns[:, 13] + tree.columns[:, 14]))
    whole, sure = [True] * tree.leaves, [False] * tree.leaves
    joined, best, weights = ([0.0] * tree.leaves for _ in range(3))
    for k, (x, y) in enumerate(zip(tree.first, tree.second, strict=True)):
        own = float(odds[k] * weight[k])
        drawn = _DRAWN * float(weight[k]) if sure[x] or sure[y] else 0.0
        together = joined[x] + joined[y] + own + drawn
        counted = weights[x] + weights[y] + float(weight[k])
        parted = best[x] + best[y]
        large = bool(tree.sizes[k] >= LARGE) and together >= max(parted, _FIRM * counted)
        one = large or (own >= _PLAIN and whole[x] and whole[y])
        joined.append(together)
        weights.append(counted)
        whole.append(one)
        sure.append(large and together >= _SURE * counted)
        best.append(together if one else parted)
    owner = list(range(tree.leaves + len(tree.first)))
    for k in reversed(range(len(tree.first))):
        node = tree.leaves + k
        if whole[node] or owner[node] != node:
            owner[tree.first[k]] = owner[tree.second[k]] = owner[node]
    return np.unique(np.array(owner[: tree.leaves], np.int64), return_inverse=True)[1]


def gathered(tree: Tree, model: Boosted) -> Labels:
    """`cut` by the learned log-odds."""
    return cut(tree, model(tree.columns) if len(tree.first) else np.zeros(0))


_FACTS = (
    "link", "fall_a", "fall_b", "coherence_a", "coherence_b", "size_a", "size_b",
    "next_a", "next_b", "third_a", "third_b", "seventh_a", "seventh_b", "cross", "centroid",
    "likeness_a", "likeness_b",
)  # fmt: skip


def columns_of(leaves: int, first: Sequence[int], second: Sequence[int], facts: Array) -> Array:
    """What speaks for every joint: how it is linked, how its halves are, and what comes after.

    In logarithms of quotients: the link to the links its halves were made by (``fall``), to its
    parent's and grandparent's (``drop``), to the best, third and seventh best other link of either
    half (``above``), to the halves' coherence; the mean cosine across, of the centroids, and to the
    cosines within; sizes; the size the branch will have when links have fallen to a half and to a
    quarter, the largest drop until then, the size at it, and how many joints that takes.
    """
    count = len(first)
    if not count:
        return np.zeros((0, len(GATHER)))
    above = np.full(leaves + count, -1)
    for k in range(count):
        above[first[k]] = above[second[k]] = k
    parent = above[leaves:]
    grand = np.where(parent >= 0, parent[np.maximum(parent, 0)], -1)
    at = dict(zip(_FACTS, facts.T, strict=True))
    link = at["link"]

    def of(values: Array, which: Labels) -> Array:
        return np.where(which >= 0, values[np.maximum(which, 0)], 0.0)

    def over(one: Array, two: Array, eps: float = _EPS) -> Array:
        quotient: Array = np.log((one + eps) / (two + eps))
        return quotient

    either = [np.maximum(at[f"{name}_a"], at[f"{name}_b"]) for name in ("next", "third", "seventh")]
    falls = at["fall_a"], at["fall_b"]
    coherence = np.nan_to_num(np.fmin(at["coherence_a"], at["coherence_b"]), nan=0.6)
    likeness = np.nan_to_num(np.fmin(at["likeness_a"], at["likeness_b"]), nan=0.4)
    sizes = at["size_a"], at["size_b"]
    columns = [
        link,
        over(link, np.minimum(*falls)), over(link, np.maximum(*falls)),
        over(link, of(link, parent)), over(link, of(link, grand)),
        *(over(link, other) for other in either),
        over(link, coherence),
        at["cross"], at["centroid"],
        over(at["centroid"], of(at["centroid"], parent), 0.02), over(at["cross"], likeness, 0.02),
        np.log(np.minimum(*sizes)), np.log(np.maximum(*sizes)),
    ]  # fmt: skip
    return np.concatenate(
        [np.stack(columns, axis=1), _afterwards(link, sizes[0] + sizes[1], parent)], axis=1
    )


def _afterwards(link: Array, size: Array, parent: Labels) -> Array:
    found = np.zeros((len(link), 5))
    for k in range(len(link)):
        at, half, largest, size_drop, steps = k, 0.0, 0.0, size[k], 0
        while True:
            after = parent[at]
            next_link = link[after] if after >= 0 else 0.0
            drop = math.log((link[at] + _EPS) / (next_link + _EPS))
            if drop > largest:
                largest, size_drop = drop, size[at]
            if not half and next_link < link[k] / 2:
                half = size[at]
            if next_link < link[k] / 4 or after < 0 or steps >= 400:
                break
            at = after
            steps += 1
        found[k] = (
            math.log(half or size[at]), math.log(size[at]), largest, math.log(size_drop),
            math.log(steps + 1),
        )  # fmt: skip
    return found


def _link(weight: float, x: _Node, y: _Node) -> float:
    """Pair probabilities between two branches, over as many pairs as neighbours could show."""
    return weight / ((x.size * min(y.size, _DEEP) + y.size * min(x.size, _DEEP)) / 2)


def _leaves(
    labels: Labels,
    a: Labels,
    b: Labels,
    p: Array,
    vectors: Sequence[tuple[Ints, Floats]],
    vocabulary: int,
) -> list[_Node]:
    groups = int(labels.max(initial=-1)) + 1
    size = np.bincount(labels, minlength=groups)
    counted = (a < b) & (p > _FLOOR)
    x, y, p = labels[a[counted]], labels[b[counted]], p[counted]
    inside = np.bincount(x[x == y], p[x == y], minlength=groups)
    members: list[list[int]] = [[] for _ in range(groups)]
    for row, group in enumerate(labels.tolist()):
        members[group].append(row)
    scratch = np.zeros(vocabulary + 1, np.float32)
    nodes = []
    for group in range(groups):
        terms, vector = vectors[members[group][0]]
        if len(members[group]) > 1:
            for row in members[group]:
                scratch[vectors[row][0]] += vectors[row][1]
            terms = np.unique(np.concatenate([vectors[row][0] for row in members[group]]))
            vector = scratch[terms].copy()
            scratch[terms] = 0.0
        count = int(size[group])
        link = 1.0 if count == 1 else min(1.0, inside[group] / (count * min(count - 1, _DEEP) / 2))
        nodes.append(
            _Node(count, float(inside[group]), float(link), terms, vector, float(vector @ vector))
        )
    across = x != y
    key = np.minimum(x, y)[across] * groups + np.maximum(x, y)[across]
    keys, place = np.unique(key, return_inverse=True)
    for pair, weight in zip(keys.tolist(), np.bincount(place, p[across]).tolist(), strict=True):
        one, two = divmod(pair, groups)
        nodes[one].links[two] = nodes[two].links[one] = weight
    return nodes


def _joined(
    nodes: list[_Node], x: int, y: int, link: float, scratch: Floats
) -> tuple[_Node, tuple[float, ...]]:
    one, two = nodes[x], nodes[y]
    scratch[one.terms] = one.vector
    dot = float(scratch[two.terms] @ two.vector)
    scratch[two.terms] += two.vector
    terms = np.union1d(one.terms, two.terms)
    vector = scratch[terms]
    scratch[terms] = 0.0
    if len(terms) > _TERMS:
        kept = np.sort(np.argpartition(-vector, _TERMS)[:_TERMS])
        terms, vector = terms[kept], vector[kept]
    norm = math.sqrt(one.square * two.square)
    fact = (
        link, one.link, two.link, one.coherence, two.coherence, one.size, two.size,
        *_rivals(nodes, x, y), dot / (one.size * two.size), dot / norm if norm else 0.0,
        one.likeness, two.likeness,
    )  # fmt: skip
    links = dict(one.links)
    for other, weight in two.links.items():
        links[other] = links.get(other, 0.0) + weight
    links.pop(x, None)
    links.pop(y, None)
    node = _Node(
        one.size + two.size,
        one.inside + two.inside + one.links[y],
        min(link, 1.0),
        terms,
        vector,
        one.square + two.square + 2 * dot,
        links,
    )
    one.links = two.links = {}
    one.vector = two.vector = np.empty(0, np.float32)
    return node, fact


def _rivals(nodes: list[_Node], x: int, y: int) -> list[float]:
    """Best, third and seventh best other link of either, alternating."""
    ranked = [
        sorted(
            (_link(w, nodes[me], nodes[o]) for o, w in nodes[me].links.items() if o != other),
            reverse=True,
        )
        for me, other in ((x, y), (y, x))
    ]
    return [links[k] if len(links) > k else 0.0 for k in (0, 2, 6) for links in ranked]
