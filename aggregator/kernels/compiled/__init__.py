"""The kernels for Numba: the same answers as the plain ones, by loops as C would have them."""

from aggregator.kernels.compiled.boosted import boosted
from aggregator.kernels.compiled.lists import append, moved
from aggregator.kernels.compiled.neighbours import best, common, facets, nearest, shared
from aggregator.kernels.compiled.postings import filed, looked_up
from aggregator.kernels.compiled.sketches import least_permuted, mixed, rolled
from aggregator.kernels.compiled.standing import measured, noted, stood
from aggregator.kernels.compiled.table import find, insert
from aggregator.kernels.compiled.tree import branched, products
from aggregator.kernels.compiled.weighing import weighed
from aggregator.kernels.compiled.words import chunks, counted, laid, unfolded

__all__ = [
    "append", "best", "boosted", "branched", "chunks", "common", "counted", "facets", "filed",
    "find", "insert", "laid", "least_permuted", "looked_up", "measured", "mixed", "moved",
    "nearest", "noted", "products", "rolled", "shared", "stood", "unfolded", "weighed",
]  # fmt: skip
