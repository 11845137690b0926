"""Stories as branches of a tree.

The tree grows from single articles, the two branches that are most alike on the average of all
their pairs first. Where to cut it no threshold says: three reports of one event are alike more than
three hundred about one trial. What tells is how a joint stands to those below it, above it and
beside it, and how much of what resembles a branch it takes in. So every joint is judged by all of
that, and the tree cut where the sum of what is gained is largest.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from aggregator.cluster.around import Matrix, products
from aggregator.cluster.groups import Labels
from aggregator.cluster.joints import DEEP, FACTS, GATHER, columns_of
from aggregator.cluster.vocabulary import Floats, Ints
from aggregator.cluster.weights import Array, Boosted

LIKELY = 0.02
"""Pairs less likely than this to tell one event are not looked at."""

_LEAST = 0.05
"""Branches less alike than this are never one."""
_TERMS = 400
_COHERENT, _LINKED = 0.7, 0.6

_Link = tuple[float, float, float, float, float]
"""Between two branches: dot product, summed probability of pairs, and the three likeliest pairs."""


@dataclass(slots=True)
class _Branch:
    """A branch: its articles, how alike they are, and what likely pairs they have.

    ``square`` is the squared length of the summed vector; ``inside`` the summed probability of the
    pairs within, ``mass`` of all pairs that its articles have, those within counted twice.
    """

    size: int
    square: float
    alike: float
    inside: float
    mass: float
    terms: Ints
    vector: Floats
    links: dict[int, _Link]


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
    branches = _leaves(labels, a, b, p, drawn)
    leaves = len(branches)
    barred: dict[int, set[int]] = {}
    for one, two in apart:
        barred.setdefault(int(labels[one]), set()).add(int(labels[two]))
        barred.setdefault(int(labels[two]), set()).add(int(labels[one]))
    heap = [
        (-link[0] / (branches[x].size * branches[y].size), x, y)
        for x in range(leaves)
        for y, link in branches[x].links.items()
        if x < y
    ]
    heapq.heapify(heap)
    alive = [True] * leaves
    scratch = np.zeros(drawn.shape[1], np.float32)
    first, second, facts = [], [], []
    while heap:
        negative, x, y = heapq.heappop(heap)
        if -negative < _LEAST:
            break
        if not (alive[x] and alive[y]) or y in barred.get(x, ()):
            continue
        facts.append(_fact(branches, x, y, -negative))
        first.append(x)
        second.append(y)
        new = len(branches)
        branches.append(_joined(branches, x, y, -negative, scratch))
        alive[x] = alive[y] = False
        alive.append(True)
        if hostile := barred.pop(x, set()) | barred.pop(y, set()):
            barred[new] = hostile
            for other in hostile:
                barred.setdefault(other, set()).add(new)
        size = branches[new].size
        for other, link in branches[new].links.items():
            links = branches[other].links
            links.pop(x, None)
            links.pop(y, None)
            links[new] = link
            heapq.heappush(heap, (-link[0] / (size * branches[other].size), other, new))
    table = np.array(facts).reshape(-1, len(FACTS))
    return Tree(leaves, tuple(first), tuple(second), columns_of(leaves, first, second, table))


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


def gathered(tree: Tree, model: Boosted) -> Labels:
    """`cut` by the learned log-odds."""
    return cut(tree, model(tree.columns) if len(tree.first) else np.zeros(0))


def _leaves(labels: Labels, a: Labels, b: Labels, p: Array, drawn: Matrix) -> list[_Branch]:
    rows, groups = len(labels), int(labels.max(initial=-1)) + 1
    size = np.bincount(labels, minlength=groups)
    if groups < rows:
        members = csr_array(
            (np.ones(rows, np.float32), (labels, np.arange(rows))), shape=(groups, rows)
        )
        drawn = members @ drawn
        drawn.sort_indices()
    square = (drawn * drawn).sum(axis=1)
    once = (a < b) & (p > LIKELY)
    x, y, p = labels[a[once]], labels[b[once]], p[once]
    mass = np.bincount(x, p, minlength=groups) + np.bincount(y, p, minlength=groups)
    inside = np.bincount(x[x == y], p[x == y], minlength=groups)
    ends = drawn.indptr
    branches = [
        _Branch(
            int(size[k]), float(square[k]), 1.0, float(inside[k]), float(mass[k]),
            drawn.indices[ends[k] : ends[k + 1]], drawn.data[ends[k] : ends[k + 1]], {},
        )
        for k in range(groups)
    ]  # fmt: skip
    across = x != y
    keys = np.minimum(x, y)[across] * groups + np.maximum(x, y)[across]
    order = np.lexsort((-p[across], keys))
    keys, likely = keys[order], p[across][order]
    start = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else keys
    one, two = np.divmod(keys[start], groups)
    dots = products(drawn, one, two).tolist()
    for place, (i, j) in enumerate(zip(one.tolist(), two.tolist(), strict=True)):
        end = start[place + 1] if place + 1 < len(start) else len(keys)
        some = likely[start[place] : end]
        top = [*some[:3].tolist(), 0.0, 0.0][:3]
        link = (dots[place], float(some.sum()), top[0], top[1], top[2])
        branches[i].links[j] = branches[j].links[i] = link
    return branches


def _joined(branches: list[_Branch], x: int, y: int, alike: float, scratch: Floats) -> _Branch:
    """Two branches as one; how alike it is to others is exact, whichever half they were linked to.

    The halves give up their vectors and links.
    """
    one, two = branches[x], branches[y]
    dot, summed = one.links[y][:2]
    terms = np.union1d(one.terms, two.terms)
    scratch[one.terms] = one.vector
    scratch[two.terms] += two.vector
    vector = scratch[terms]
    if len(terms) > _TERMS:
        kept = np.sort(np.argpartition(-vector, _TERMS)[:_TERMS])
        scratch[terms] = 0.0
        terms, vector = terms[kept], vector[kept]
        scratch[terms] = vector
    links: dict[int, _Link] = {}
    for other, link in one.links.items():
        if other == y:
            continue
        also = two.links.get(other)
        links[other] = _both(link, also) if also else _linked(branches[other], scratch, link)
    for other, link in two.links.items():
        if other != x and other not in links:
            links[other] = _linked(branches[other], scratch, link)
    scratch[terms] = 0.0
    for half in (one, two):
        half.links, half.vector, half.terms = {}, half.vector[:0], half.terms[:0]
    return _Branch(
        one.size + two.size, one.square + two.square + 2 * dot, alike,
        one.inside + two.inside + summed, one.mass + two.mass, terms, vector, links,
    )  # fmt: skip


def _linked(other: _Branch, scratch: Floats, link: _Link) -> _Link:
    return (float(scratch[other.terms] @ other.vector), *link[1:])


def _both(one: _Link, two: _Link) -> _Link:
    top = sorted((*one[2:], *two[2:]), reverse=True)
    return one[0] + two[0], one[1] + two[1], top[0], top[1], top[2]


def _fact(branches: list[_Branch], x: int, y: int, alike: float) -> tuple[float, ...]:
    one, two = branches[x], branches[y]
    _, summed, best, second, third = one.links[y]
    next_a, link_a = _rival(branches, one, y)
    next_b, link_b = _rival(branches, two, x)
    return (
        alike, one.alike, two.alike, summed, best,
        (best + second + third) / min(3, one.size * two.size),
        next_a, next_b, max(link_a, link_b), *_coherence(one, two),
        one.inside, two.inside, one.mass, two.mass, one.size, two.size,
    )  # fmt: skip


def _rival(branches: list[_Branch], one: _Branch, other: int) -> tuple[float, float]:
    """How alike the next best branch is, and the strongest link to any but the other."""
    alike = link = 0.0
    size = one.size
    deep = min(size, DEEP)
    for place, (dot, summed, *_) in one.links.items():
        if place != other:
            theirs = branches[place].size
            alike = max(alike, dot / (size * theirs))
            link = max(link, 2 * summed / (size * min(theirs, DEEP) + theirs * deep))
    return alike, link


def _coherence(one: _Branch, two: _Branch) -> tuple[float, float]:
    """How alike, and how strongly linked, two articles of the looser half are."""
    alike = [(b.square - b.size) / (b.size * (b.size - 1)) for b in (one, two) if b.size > 1]
    linked = [2 * b.inside / (b.size * min(b.size - 1, DEEP)) for b in (one, two) if b.size > 1]
    return min(alike, default=_COHERENT), min(linked, default=_LINKED)
