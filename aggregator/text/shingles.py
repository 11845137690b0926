"""Shingles: the overlapping windows of a text, hashed all at once.

A window of ``SHINGLE`` code points c₀…c₄ hashes to the polynomial c₀M⁴ + c₁M³ + … + c₄ modulo
2³². The hash need not mix its bits: MinHash mixes them first thing (MurmurHash3's finaliser).
`shingle_hash` is the same function for one window, in plain Python, for datasketch's ``hashfunc``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aggregator.kernels import kernels

SHINGLE = 5
"""Code points in a shingle."""

PASSAGE = 20
"""Code points in a passage: long enough that texts which share one share wording."""

_MULTIPLIER = 0x9E3779B1
_LOW = 0xFFFFFFFF
_SHIFT = pow(_MULTIPLIER, SHINGLE, 1 << 32)  # moves a polynomial by one shingle

Hashes = NDArray[np.uint32]
"""A one-dimensional array of 32-bit hashes."""


def shingle_hash(window: str) -> int:
    """The hash of one shingle.

    >>> shingle_hash("abcde") == int(shingle_hashes("abcde")[0])
    True
    """
    value = 0
    for character in window:
        value = (value * _MULTIPLIER + ord(character)) & _LOW
    return value


def shingle_hashes(folded: str) -> Hashes:
    """The hash of each shingle in order of place; a shorter text is one shingle, "" none."""
    points = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    if not len(points):
        return points.astype(np.uint32)
    size = min(SHINGLE, len(points))
    return kernels().rolled(points.astype(np.uint32, copy=False), 1, size - 1, _MULTIPLIER)


def passage_hashes(shingles: Hashes) -> Hashes:
    """The hash of each passage, out of the shingles that follow one another in it.

    ``shingles`` are in order of place, as `shingle_hashes` gives them; fewer than a passage needs
    give none. The result is mixed, so that its smallest values are a fair sample.
    """
    if len(shingles) <= PASSAGE - SHINGLE:
        return shingles[:0]
    return mixed(kernels().rolled(shingles, SHINGLE, PASSAGE // SHINGLE - 1, _SHIFT))


def distinct(hashes: Hashes) -> Hashes:
    """The hashes, each once, in rising order."""
    if not len(hashes):
        return hashes
    ordered = np.sort(hashes)
    first = np.empty(len(ordered), dtype=np.bool_)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def mixed(values: Hashes) -> Hashes:
    """MurmurHash3's 32-bit finaliser, element by element: a bijection that spreads all bits."""
    return kernels().mixed(values)
