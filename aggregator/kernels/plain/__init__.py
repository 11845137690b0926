"""The kernels in NumPy: the reference for the compiled ones."""

from aggregator.kernels.plain.boosted import boosted
from aggregator.kernels.plain.lists import append, moved
from aggregator.kernels.plain.neighbours import best, common, facets, nearest, shared
from aggregator.kernels.plain.postings import filed, looked_up
from aggregator.kernels.plain.sketches import least_permuted, mixed, rolled
from aggregator.kernels.plain.standing import measured, noted, stood
from aggregator.kernels.plain.table import find, insert
from aggregator.kernels.plain.tree import branched, products
from aggregator.kernels.plain.weighing import weighed
from aggregator.kernels.plain.words import chunks, counted, laid, unfolded

__all__ = [
    "append", "best", "boosted", "branched", "chunks", "common", "counted", "facets", "filed",
    "find", "insert", "laid", "least_permuted", "looked_up", "measured", "mixed", "moved",
    "nearest", "noted", "products", "rolled", "shared", "stood", "unfolded", "weighed",
]  # fmt: skip
