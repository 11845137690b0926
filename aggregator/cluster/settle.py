"""Groups of articles out of pairs: first what agrees as a whole, then large stories."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from aggregator.cluster.company import parted
from aggregator.cluster.gather import gathered, grow
from aggregator.cluster.graph import RELATIVE, Edges, relative, standing
from aggregator.cluster.groups import Labels, Links, join
from aggregator.cluster.vocabulary import Floats, Ints
from aggregator.cluster.weights import Weights


def settle(
    start: Labels,
    edges: Edges,
    vectors: Sequence[tuple[Ints, Floats]],
    vocabulary: int,
    weights: Weights,
    *,
    apart: Collection[tuple[int, int]] = (),
    least: float = 0.0,
) -> Labels:
    """For every row the number of its group.

    ``start`` has equal numbers where rows must not be parted; rows of ``apart`` never meet. A group
    hangs together by links that are at least ``least`` likely by what two articles share.
    """
    rows = len(start)
    columns = pair_columns(edges, rows)
    links = Links.of(edges.a, edges.b, weights.pair(columns))
    labels = join(start, links, weights.join, apart=apart)
    plain = weights.plain(columns[:, : len(weights.plain.names)])
    tree = grow(labels, edges.a, edges.b, plain, vectors, vocabulary, apart=apart)
    found = gathered(tree, weights.gather)[labels]
    holds = plain >= least
    row = np.arange(rows)
    first = np.unique(start, return_index=True)[1][np.unique(start, return_inverse=True)[1]]
    return parted(
        found,
        np.concatenate([edges.a[holds], row, first]),
        np.concatenate([edges.b[holds], first, row]),
    )


def pair_columns(edges: Edges, rows: int) -> Floats:
    """The columns `RELATIVE` of all edges among this many rows."""
    if not len(edges.a):
        return np.zeros((0, len(RELATIVE)), np.float32)
    best, usual = standing(edges, rows)
    return relative(edges.facets, (best[edges.a], best[edges.b]), (usual[edges.a], usual[edges.b]))
