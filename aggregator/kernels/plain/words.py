"""Words in NumPy."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from aggregator.kernels.port import CHUNK_FACTOR, F32, I32, I64, U8, U32, U64, Marks

_PLACE_BITS = 32
_LOW = (1 << _PLACE_BITS) - 1
SPACES = np.array([chr(point).isspace() for point in range(0x3002)], np.bool_)
"""Which code points `str.split` splits at; none above these is."""


def chunks(points: U32) -> tuple[U64, I32, I32]:
    """See the port."""
    inside = np.zeros(len(points) + 2, np.bool_)
    np.logical_not(SPACES.take(points, mode="clip"), out=inside[1:-1])
    edges = (inside[1:] != inside[:-1]).nonzero()[0]
    starts, ends = edges[::2], edges[1::2]
    powers, inverse = _powers(1 << len(points).bit_length())
    sums = np.zeros(len(points) + 1, np.uint64)
    np.cumsum(points * powers[: len(points)], out=sums[1:])
    hashes = (sums[ends] - sums[starts]) * inverse[starts]
    return hashes, starts.astype(np.int32), ends.astype(np.int32)


def unfolded(values: I32, runs: I32) -> I32:
    """See the port."""
    several = (values < 0).nonzero()[0]
    if not len(several):
        return values
    counts = np.ones(len(values), np.int64)
    counts[several] = runs[-values[several]]
    words = np.repeat(values, counts)
    begin = np.cumsum(counts) - counts
    for at in several.tolist():
        run, start = -int(values[at]), int(begin[at])
        words[start : start + counts[at]] = runs[run + 1 : run + 1 + counts[at]]
    return words


def counted(words: I32, heading: int, marks: Marks, flags: U8) -> tuple[I32, U8, U8]:
    """See the port."""
    written = words.astype(np.uint8)  # the low byte holds all bits
    before = written & np.uint8(1)
    before[1:], before[:1] = before[:-1].copy(), 1
    before[heading : heading + 1] = 1
    kinds = flags[written | (before << np.uint8(marks.before))]
    is_word = kinds != marks.none
    titled = int(is_word[:heading].sum())
    stems, kinds = words[is_word] >> marks.bits, kinds[is_word]
    if not len(stems):
        return stems, kinds, kinds
    if int((kinds[:titled] == marks.named).sum()) > marks.shouted * titled:
        kinds[:titled] *= kinds[:titled] != marks.named
    kinds[:titled] |= marks.titled
    kinds[titled : titled + marks.lead] |= marks.leading

    # Sorted by stem, and by place among equals: each run is one term.
    order = np.sort((stems.astype(np.int64) << _PLACE_BITS) | np.arange(len(stems)))
    ordered, order = order >> _PLACE_BITS, order & _LOW
    edge = np.empty(len(stems) + 1, np.bool_)
    edge[0] = edge[-1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=edge[1:-1])
    edges = edge.nonzero()[0]
    start = edges[:-1]
    standing = order[start].argsort()[: marks.most]
    counts = np.minimum((edges[1:] - start)[standing], 255).astype(np.uint8)
    together = np.bitwise_or.reduceat(kinds[order], start)[standing]
    return ordered[start[standing]].astype(np.int32), counts, together


@lru_cache(maxsize=8)
def _powers(count: int) -> tuple[U64, U64]:
    """The first powers of `CHUNK_FACTOR`, and of its inverse."""
    inverse = pow(CHUNK_FACTOR, -1, 1 << 64)
    powers = [np.full(count, factor, np.uint64) for factor in (CHUNK_FACTOR, inverse)]
    for values in powers:
        values[0] = 1
    return np.cumprod(powers[0]), np.cumprod(powers[1])


def laid(
    numbers: I32, counts: U8, flags: U8, worth: F32, sizes: I64,
    terms: I32, all_counts: U8, all_flags: U8,
) -> I32:  # fmt: skip
    """See the port."""
    width = terms.shape[1]
    if sizes.max(initial=0) > width:
        article = np.repeat(np.arange(len(sizes)), sizes)
        starts = np.cumsum(sizes) - sizes
        # One sort by article, falling worth, and place: the bits of what is not negative rise.
        bits = worth.view(np.int32).astype(np.int64) ^ 0x7FFFFFFF
        place = np.arange(len(numbers)) - starts[article]
        keys = (article << 47) | (bits << 16) | place
        keys.sort()
        ordered = starts[article] + (keys & 0xFFFF)
        kept = np.zeros(len(numbers), np.bool_)
        kept[ordered[place < width]] = True
        numbers, counts, flags = numbers[kept], counts[kept], flags[kept]
        sizes = np.minimum(sizes, width)
    places = np.arange(width) < sizes[:, None]
    for lines, held in ((terms, numbers), (all_counts, counts), (all_flags, flags)):
        lines[:] = 0
        lines[places] = held
    return sizes.astype(np.int32)
