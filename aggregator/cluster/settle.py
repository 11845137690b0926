"""Groups of articles out of pairs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from aggregator.cluster.around import around
from aggregator.cluster.company import parted
from aggregator.cluster.gather import LIKELY, gathered, grow
from aggregator.cluster.graph import RELATIVE, Edges, relative, standing
from aggregator.cluster.groups import Labels
from aggregator.cluster.sense import Sensed
from aggregator.cluster.vocabulary import Floats, Ints
from aggregator.cluster.weights import Weights


def settle(
    start: Labels,
    edges: Edges,
    sensed: Sensed,
    vectors: Sequence[tuple[Ints, Floats]],
    vocabulary: int,
    weights: Weights,
    *,
    apart: Collection[tuple[int, int]] = (),
    least: float = 0.0,
    closed: float = 0.0,
) -> Labels:
    """For every row the number of its group.

    ``start`` has equal numbers where rows must not be parted; rows of ``apart`` never meet. A group
    hangs together by links that are at least ``least`` likely by what two articles share;
    ``sensed`` has what headlines mean, of the pairs that ``edges`` has; ``closed`` says how much
    the stream is one of long stories, 0 to 1.
    """
    labels: Labels = np.unique(start, return_inverse=True)[1]
    columns = pair_columns(edges, len(start))
    likely = weights.likely(columns, sensed)
    counted = likely > LIKELY
    a, b, p = edges.a[counted], edges.b[counted], likely[counted]
    drawn = around(vectors, vocabulary, a, b, p)
    tree = grow(labels, a, b, p, drawn, apart=apart)
    found = gathered(tree, weights, closed)[labels]
    holds = weights.plain(edges.facets) >= least
    row = np.arange(len(start))
    first = np.unique(labels, return_index=True)[1][labels]
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
