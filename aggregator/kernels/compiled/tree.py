"""The tree of branches for Numba.

Links are kept once, in a pool of rows; either branch has them in a list chained through another
pool. Branches that were joined stay in their neighbours' lists until those are next walked along.
Both pools and the vectors' grow as they fill.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregator.kernels.compiled.heap import pop, push
from aggregator.kernels.compiled.machine import machine
from aggregator.kernels.port import F32, F64, I32, I64, Branches, Flags, Growth

_FACTS = 17
Rows = NDArray[Any]


@machine
def products(ends: I32, terms: I32, weights: F32, columns: int, one: I64, two: I64) -> F32:
    """See the port."""
    found = np.empty(len(one), np.float32)
    row = np.zeros(columns, np.float32)
    for k in range(len(one)):
        mine = one[k]
        if k == 0 or mine != one[k - 1]:
            if k:
                for at in range(ends[one[k - 1]], ends[one[k - 1] + 1]):
                    row[terms[at]] = 0.0
            for at in range(ends[mine], ends[mine + 1]):
                row[terms[at]] = weights[at]
        dot = 0.0
        for at in range(ends[two[k]], ends[two[k] + 1]):
            dot += row[terms[at]] * weights[at]
        found[k] = dot
    return found


@machine
def branched(
    leaves: Branches, one: I64, two: I64, links: F64, apart: I64, growth: Growth
) -> tuple[I64, I64, F64]:
    """See the port."""
    count = len(leaves.sizes)
    room = max(2 * count, 1)
    # What is known of branches, as columns: size, square, alike, inside, mass.
    known = np.zeros((room, 5))
    known[:count, 0], known[:count, 1], known[:count, 2] = leaves.sizes, leaves.squares, 1.0
    known[:count, 3], known[:count, 4] = leaves.inside, leaves.mass
    alive = np.zeros(room, np.bool_)
    alive[:count] = True
    barred = np.zeros(room, np.bool_)
    enemies = apart.copy()
    for pair in range(len(enemies)):
        barred[enemies[pair, 0]] = barred[enemies[pair, 1]] = True

    spans = np.zeros((room, 2), np.int64)
    spans[:count, 0], spans[:count, 1] = leaves.ends[:-1], leaves.ends[1:]
    terms, weights, end = leaves.terms.copy(), leaves.weights.copy(), len(leaves.terms)
    scratch = np.zeros(growth.columns, np.float32)

    held = links.copy()
    chain = np.empty((max(2 * len(one), 16), 3), np.int64)  # other branch, link, next in the list
    head = np.full(room, -1, np.int64)
    nodes = 0
    keys, pairs = np.empty(max(len(one), 16)), np.empty((max(len(one), 16), 2), np.int64)
    waiting = 0
    for k in range(len(one)):
        x, y = one[k], two[k]
        chain[nodes], head[x] = (y, k, head[x]), nodes
        chain[nodes + 1], head[y] = (x, k, head[y]), nodes + 1
        nodes += 2
        alike = held[k, 0] / (known[x, 0] * known[y, 0])
        waiting = push(keys, pairs, waiting, -alike, x, y)
    made = len(one)

    mark = np.full(room, -1, np.int64)
    first, second = np.empty(count, np.int64), np.empty(count, np.int64)
    facts = np.empty((count, _FACTS))
    joints = 0
    while waiting:
        waiting = pop(keys, pairs, waiting)
        alike, x, y = -keys[waiting], pairs[waiting, 0], pairs[waiting, 1]
        if alike < growth.least:
            break
        if not (alive[x] and alive[y]):
            continue
        if barred[x] and barred[y] and _hostile(enemies, x, y):
            continue
        link = _link(chain, head, x, y)
        _note(facts[joints], known, alive, chain, head, held, x, y, link, alike, growth)
        first[joints], second[joints] = x, y
        new = count + joints
        joints += 1

        known[new, 0] = known[x, 0] + known[y, 0]
        known[new, 1] = known[x, 1] + known[y, 1] + 2 * held[link, 0]
        known[new, 2] = alike
        known[new, 3] = known[x, 3] + known[y, 3] + held[link, 1]
        known[new, 4] = known[x, 4] + known[y, 4]
        wanted = spans[x, 1] - spans[x, 0] + spans[y, 1] - spans[y, 0]
        if end + wanted > len(terms):
            terms, weights, end = _packed(spans, alive, terms, weights, wanted)
        alive[x] = alive[y] = False
        alive[new] = True
        spans[new, 0] = end
        end = spans[new, 1] = _sum(spans[x], spans[y], terms, weights, end, scratch, growth.terms)

        if barred[x] or barred[y]:
            barred[new] = True
            for pair in range(len(enemies)):
                for side in range(2):
                    if enemies[pair, side] == x or enemies[pair, side] == y:
                        enemies[pair, side] = new

        # The links of both halves become the whole's; one that only one half has is weighed anew.
        more = _degree(chain, head[x]) + _degree(chain, head[y])
        held = _roomy(held, made + more)
        chain = _roomy(chain, nodes + 2 * more)
        pairs = _roomy(pairs, waiting + more)
        if len(keys) < len(pairs):
            longer = np.empty(len(pairs))
            longer[:waiting] = keys[:waiting]
            keys = longer
        node = head[y]
        while node >= 0:
            if alive[chain[node, 0]]:
                mark[chain[node, 0]] = chain[node, 1]
            node = chain[node, 2]
        for half in (x, y):
            node = head[half]
            while node >= 0:
                other, old, following = chain[node, 0], chain[node, 1], chain[node, 2]
                node = following
                if not alive[other] or (half == y and mark[other] < 0):
                    continue
                also = mark[other] if half == x else np.int64(-1)
                mark[other] = -1
                held[made] = held[old]
                if also >= 0:
                    _add(held[made], held[also])
                else:
                    held[made, 0] = _dot(spans[other], terms, weights, scratch)
                chain[nodes], head[new] = (other, made, head[new]), nodes
                chain[nodes + 1], head[other] = (new, made, head[other]), nodes + 1
                nodes += 2
                alike = held[made, 0] / (known[new, 0] * known[other, 0])
                waiting = push(keys, pairs, waiting, -alike, other, new)
                made += 1
        for at in range(spans[new, 0], spans[new, 1]):
            scratch[terms[at]] = 0.0
    return first[:joints].copy(), second[:joints].copy(), facts[:joints].copy()


@machine
def _hostile(enemies: I64, x: int, y: int) -> bool:
    for pair in range(len(enemies)):
        a, b = enemies[pair, 0], enemies[pair, 1]
        if (a == x and b == y) or (a == y and b == x):
            return True
    return False


@machine
def _link(chain: I64, head: I64, x: int, y: int) -> int:
    node = head[x]
    while chain[node, 0] != y:
        node = chain[node, 2]
    return int(chain[node, 1])


@machine
def _degree(chain: I64, node: int) -> int:
    count = 0
    while node >= 0:
        count += 1
        node = chain[node, 2]
    return count


@machine
def _roomy(values: Rows, wanted: int) -> Rows:
    """The rows, with room for as many as are wanted."""
    if wanted <= len(values):
        return values
    longer = np.empty((max(wanted, 2 * len(values)), values.shape[1]), values.dtype)
    longer[: len(values)] = values
    return longer


@machine
def _packed(
    spans: I64, alive: Flags, terms: I32, weights: F32, wanted: int
) -> tuple[I32, F32, int]:
    """The vectors of living branches alone, with as much room again and what is wanted."""
    size = 0
    for k in range(len(spans)):
        if alive[k]:
            size += spans[k, 1] - spans[k, 0]
    packed_terms = np.empty(2 * size + wanted, np.int32)
    packed_weights = np.empty(2 * size + wanted, np.float32)
    end = 0
    for k in range(len(spans)):
        if alive[k]:
            start = end
            for at in range(spans[k, 0], spans[k, 1]):
                packed_terms[end], packed_weights[end] = terms[at], weights[at]
                end += 1
            spans[k, 0], spans[k, 1] = start, end
    return packed_terms, packed_weights, end


@machine
def _sum(one: I64, two: I64, terms: I32, weights: F32, end: int, scratch: F32, most: int) -> int:
    """Puts the sum of two vectors behind all others, and into ``scratch``; where it ends."""
    start = end
    i, j = one[0], two[0]
    while i < one[1] or j < two[1]:
        if j == two[1] or (i < one[1] and terms[i] < terms[j]):
            terms[end], weights[end] = terms[i], weights[i]
            i += 1
        elif i == one[1] or terms[j] < terms[i]:
            terms[end], weights[end] = terms[j], weights[j]
            j += 1
        else:
            terms[end], weights[end] = terms[i], weights[i] + weights[j]
            i += 1
            j += 1
        end += 1
    if end - start > most:
        least = np.sort(weights[start:end])[end - start - most]
        equal = most
        for at in range(start, end):
            equal -= weights[at] > least
        to = start
        for at in range(start, end):
            if weights[at] > least or (weights[at] == least and equal > 0):
                equal -= weights[at] == least
                terms[to], weights[to] = terms[at], weights[at]
                to += 1
        end = to
    for at in range(start, end):
        scratch[terms[at]] = weights[at]
    return end


@machine
def _dot(span: I64, terms: I32, weights: F32, scratch: F32) -> float:
    dot = np.float64(0.0)
    for at in range(span[0], span[1]):
        dot += scratch[terms[at]] * weights[at]
    return float(np.float32(dot))


@machine
def _add(link: F64, also: F64) -> None:
    """Adds one link to another: sums, and the three largest of six."""
    link[0] += also[0]
    link[1] += also[1]
    a, b = link[2:].copy(), also[2:]
    i = j = 0
    for k in range(2, 5):
        if a[i] >= b[j]:
            link[k] = a[i]
            i += 1
        else:
            link[k] = b[j]
            j += 1


@machine
def _note(
    fact: F64, known: F64, alive: Flags, chain: I64, head: I64, held: F64,
    x: int, y: int, link: int, alike: float, growth: Growth,
) -> None:  # fmt: skip
    """Writes down the facts of a joint, before it is made."""
    sizes = known[x, 0], known[y, 0]
    fact[0], fact[1], fact[2] = alike, known[x, 2], known[y, 2]
    fact[3], fact[4] = held[link, 1], held[link, 2]
    fact[5] = (held[link, 2] + held[link, 3] + held[link, 4]) / min(3.0, sizes[0] * sizes[1])
    fact[6], link_a = _rival(known, alive, chain, head, held, x, y, growth.deep)
    fact[7], link_b = _rival(known, alive, chain, head, held, y, x, growth.deep)
    fact[8] = max(link_a, link_b)
    fact[9] = fact[10] = np.inf
    for half in (x, y):
        size = known[half, 0]
        if size > 1:
            fact[9] = min(fact[9], (known[half, 1] - size) / (size * (size - 1)))
            fact[10] = min(fact[10], 2 * known[half, 3] / (size * min(size - 1, growth.deep)))
    if sizes[0] <= 1 and sizes[1] <= 1:
        fact[9], fact[10] = growth.coherent, growth.linked
    fact[11], fact[12], fact[13], fact[14] = known[x, 3], known[y, 3], known[x, 4], known[y, 4]
    fact[15], fact[16] = sizes


@machine
def _rival(
    known: F64, alive: Flags, chain: I64, head: I64, held: F64, one: int, other: int, deep: float
) -> tuple[float, float]:
    """How alike the next best branch is, and the strongest link to any but the other."""
    alike = link = 0.0
    size = known[one, 0]
    few = min(size, deep)
    before, node = -1, head[one]
    while node >= 0:
        place, row, following = chain[node, 0], chain[node, 1], chain[node, 2]
        if not alive[place]:
            if before < 0:
                head[one] = following
            else:
                chain[before, 2] = following
        else:
            if place != other:
                theirs = known[place, 0]
                alike = max(alike, held[row, 0] / (size * theirs))
                link = max(link, 2 * held[row, 1] / (size * min(theirs, deep) + theirs * few))
            before = node
        node = following
    return alike, link
