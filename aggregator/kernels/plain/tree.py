"""The tree of branches in Python, and its dot products in SciPy."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from aggregator.kernels.port import F32, F64, I32, I64, Branches, Growth

_AT_ONCE = 256
"""Rows whose products with all others are made at once."""

_Link = tuple[float, float, float, float, float]
"""Between two branches: dot product, summed probability of pairs, and the three likeliest pairs."""


@dataclass(slots=True)
class _Branch:
    """See `Branches`; ``alike`` is how alike its halves were."""

    size: int
    square: float
    alike: float
    inside: float
    mass: float
    terms: I32
    vector: F32
    links: dict[int, _Link]


def products(ends: I32, terms: I32, weights: F32, columns: int, one: I64, two: I64) -> F32:
    """See the port."""
    found = np.zeros(len(one), np.float32)
    matrix = csr_array((weights, terms, ends), shape=(len(ends) - 1, columns))
    across = matrix.T.tocsc()
    for start in range(0, len(ends) - 1, _AT_ONCE):
        first, last = np.searchsorted(one, (start, start + _AT_ONCE))
        if first < last:
            # Every row by every row costs less than to pick the pairs that are wanted.
            block = (matrix[start : start + _AT_ONCE] @ across).toarray()
            found[first:last] = block[one[first:last] - start, two[first:last]]
    return found


def branched(
    leaves: Branches, one: I64, two: I64, links: F64, apart: I64, growth: Growth
) -> tuple[I64, I64, F64]:
    """See the port."""
    branches = _branches(leaves, one, two, links)
    count = len(branches)
    barred: dict[int, set[int]] = {}
    for x, y in apart.tolist():
        barred.setdefault(x, set()).add(y)
        barred.setdefault(y, set()).add(x)
    heap = [
        (-link[0] / (branches[x].size * branches[y].size), x, y)
        for x in range(count)
        for y, link in branches[x].links.items()
        if x < y
    ]
    heapq.heapify(heap)
    alive = [True] * count
    scratch = np.zeros(growth.columns, np.float32)
    first, second, facts = [], [], []
    while heap:
        negative, x, y = heapq.heappop(heap)
        if -negative < growth.least:
            break
        if not (alive[x] and alive[y]) or y in barred.get(x, ()):
            continue
        facts.append(_fact(branches, x, y, -negative, growth))
        first.append(x)
        second.append(y)
        new = len(branches)
        branches.append(_joined(branches, x, y, -negative, scratch, growth.terms))
        alive[x] = alive[y] = False
        alive.append(True)
        if hostile := barred.pop(x, set()) | barred.pop(y, set()):
            barred[new] = hostile
            for other in hostile:
                barred.setdefault(other, set()).add(new)
        size = branches[new].size
        for other, link in branches[new].links.items():
            theirs = branches[other].links
            theirs.pop(x, None)
            theirs.pop(y, None)
            theirs[new] = link
            heapq.heappush(heap, (-link[0] / (size * branches[other].size), other, new))
    return np.array(first, np.int64), np.array(second, np.int64), np.array(facts)


def _branches(leaves: Branches, one: I64, two: I64, links: F64) -> list[_Branch]:
    ends = leaves.ends.tolist()
    branches = [
        _Branch(
            size, square, 1.0, inside, mass,
            leaves.terms[ends[k] : ends[k + 1]], leaves.weights[ends[k] : ends[k + 1]], {},
        )
        for k, (size, square, inside, mass) in enumerate(
            zip(
                leaves.sizes.tolist(), leaves.squares.tolist(), leaves.inside.tolist(),
                leaves.mass.tolist(), strict=True,
            )
        )
    ]  # fmt: skip
    for x, y, (dot, summed, *top) in zip(one.tolist(), two.tolist(), links.tolist(), strict=True):
        branches[x].links[y] = branches[y].links[x] = (dot, summed, top[0], top[1], top[2])
    return branches


def _joined(
    branches: list[_Branch], x: int, y: int, alike: float, scratch: F32, most: int
) -> _Branch:
    """Two branches as one; how alike it is to others is exact, whichever half they were linked to.

    The halves give up their vectors and links.
    """
    one, two = branches[x], branches[y]
    dot, summed = one.links[y][:2]
    terms = np.union1d(one.terms, two.terms)
    scratch[one.terms] = one.vector
    scratch[two.terms] += two.vector
    vector = scratch[terms]
    if len(terms) > most:
        scratch[terms] = 0.0
        kept = _heaviest(vector, most)
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


def _heaviest(vector: F32, most: int) -> I64:
    """The places of the largest values, in order; of equal ones the first."""
    least = np.partition(vector, -most)[-most]
    kept = vector > least
    kept[(vector == least).nonzero()[0][: most - int(kept.sum())]] = True
    places: I64 = kept.nonzero()[0]
    return places


def _linked(other: _Branch, scratch: F32, link: _Link) -> _Link:
    return (float(scratch[other.terms] @ other.vector), *link[1:])


def _both(one: _Link, two: _Link) -> _Link:
    top = sorted((*one[2:], *two[2:]), reverse=True)
    return one[0] + two[0], one[1] + two[1], top[0], top[1], top[2]


def _fact(
    branches: list[_Branch], x: int, y: int, alike: float, growth: Growth
) -> tuple[float, ...]:
    one, two = branches[x], branches[y]
    _, summed, best, second, third = one.links[y]
    next_a, link_a = _rival(branches, one, y, growth.deep)
    next_b, link_b = _rival(branches, two, x, growth.deep)
    return (
        alike, one.alike, two.alike, summed, best,
        (best + second + third) / min(3, one.size * two.size),
        next_a, next_b, max(link_a, link_b), *_coherence(one, two, growth),
        one.inside, two.inside, one.mass, two.mass, one.size, two.size,
    )  # fmt: skip


def _rival(branches: list[_Branch], one: _Branch, other: int, deep: float) -> tuple[float, float]:
    """How alike the next best branch is, and the strongest link to any but the other."""
    alike = link = 0.0
    size = one.size
    few = min(size, deep)
    for place, (dot, summed, *_) in one.links.items():
        if place != other:
            theirs = branches[place].size
            alike = max(alike, dot / (size * theirs))
            link = max(link, 2 * summed / (size * min(theirs, deep) + theirs * few))
    return alike, link


def _coherence(one: _Branch, two: _Branch, growth: Growth) -> tuple[float, float]:
    """How alike, and how strongly linked, two articles of the looser half are."""
    several = [branch for branch in (one, two) if branch.size > 1]
    alike = [(b.square - b.size) / (b.size * (b.size - 1)) for b in several]
    linked = [2 * b.inside / (b.size * min(b.size - 1, growth.deep)) for b in several]
    return min(alike, default=growth.coherent), min(linked, default=growth.linked)
