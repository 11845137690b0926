"""MinHash as datasketch defines it, for whole arrays of hashes at once.

The scheme is datasketch's default, ``affine32``: each input
hash is mixed by MurmurHash3's finaliser, and permutation k maps h to aₖh + bₖ modulo 2³², aₖ odd.
The parameters are taken from the public class, so a sketch made here is bit for bit the one that
class makes from the same hashes, and loads into it:
``MinHash(hashvalues=values(sketch), scheme="affine32")``.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from aggregator.kernels import kernels
from aggregator.text.shingles import Hashes, mixed

SCHEME = "affine32"
SEED = 1
PERMUTATIONS = 128
SKETCH_BYTES = 4 * PERMUTATIONS


@cache
def _parameters() -> tuple[Hashes, Hashes]:
    # datasketch takes most of a second to import: only who signs pays for it.
    from datasketch import MinHash

    a, b = MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme=SCHEME).permutations
    return np.ascontiguousarray(a, dtype=np.uint32), np.ascontiguousarray(b, dtype=np.uint32)


def sketch(hashes: Hashes) -> bytes:
    """The MinHash values of a set of 32-bit hashes, little-endian; of no hashes, b"".

    The order of the hashes and how often each stands there make no difference. The empty set has
    no sketch, because the one MinHash would give it makes all empty sets the same.
    """
    if not len(hashes):
        return b""
    least = kernels().least_permuted(mixed(hashes), *_parameters())
    return least.astype("<u4", copy=False).tobytes()


def values(sketch: bytes) -> Hashes:
    """The MinHash values in a sketch, as an array of `PERMUTATIONS` numbers (none for b"")."""
    return np.frombuffer(sketch, dtype="<u4").astype(np.uint32, copy=False)


def estimated_resemblance(a: bytes, b: bytes) -> float:
    """The share of permutations on which two sketches agree: an estimate of Jaccard, ± .04.

    Without a sketch on either side, 0.
    """
    if not a or not b:
        return 0.0
    return float(np.count_nonzero(values(a) == values(b))) / PERMUTATIONS


def estimated_sizes(sketches: NDArray[np.uint32]) -> NDArray[np.float64]:
    """How many distinct hashes sketches, which are rows, were made of.

    To within 9 %, as datasketch's ``count`` has it.
    """
    sums = np.maximum(sketches.sum(axis=1, dtype=np.float64), 1.0)
    sizes: NDArray[np.float64] = PERMUTATIONS * 0xFFFFFFFF / sums - 1.0
    return sizes
