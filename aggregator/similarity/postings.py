"""Postings: from a 32-bit key to the numbers filed under it lately, in flat NumPy memory.

A table of buckets of `WAYS` slots, as in a set-associative cache. A key's upper bits choose its
bucket; a bucket that is full forgets its oldest slot, so nothing need ever be removed: what is too
old is overwritten. A key that `EACH` remembered numbers have is not filed again: what so many
articles share is a phrase everybody uses or a text whose family is long found, and would only push
out keys that tell. All keys of one article are filed or looked up in a handful of array operations.
A slot costs eight bytes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aggregator.kernels import kernels
from aggregator.text.shingles import Hashes

WAYS = 16
EACH = 4
_LOAD = 12.0  # filed slots a bucket at which the table grows; 2 % of the slots are then overwritten
_LEAST_BITS = 12
_SLICE = 1 << 14  # buckets moved at once while growing, to bound the memory that takes
_LOW = np.uint64(0xFFFFFFFF)
_FREE = np.uint64(0xFFFFFFFFFFFFFFFF)


class Postings:
    """A growing table from keys to numbers; numbers are filed in rising order, from 1.

    >>> table = Postings()
    >>> table.file(np.array([7, 9], dtype=np.uint32), 1)
    >>> [found.tolist() for found in table.look_up(np.array([9, 11], dtype=np.uint32))]
    [[0], [1]]
    """

    def __init__(self) -> None:
        self._bits = _LEAST_BITS
        self._keys, self._numbers, self._next = _empty(self._bits)
        self._filed = 0
        self._floor = 1

    @property
    def nbytes(self) -> int:
        """Bytes the table takes."""
        return self._keys.nbytes + self._numbers.nbytes + self._next.nbytes

    def file(self, keys: Hashes, numbers: int | NDArray[np.uint32]) -> None:
        """Files a number under each of these keys: one number, or rising ones beside the keys.

        Keys are mixed: all their bits are random.
        """
        self._make_room(len(keys))
        # By key and then by place: keys that are one stand together.
        joined = (keys.astype(np.uint64) << np.uint64(32)) | np.arange(len(keys), dtype=np.uint64)
        joined.sort()
        keys = (joined >> np.uint64(32)).astype(np.uint32)
        every = np.broadcast_to(np.asarray(numbers, np.uint32), keys.shape)[joined & _LOW]
        self._filed += kernels().filed(
            keys, every, self._keys, self._numbers, self._next, self._floor, EACH
        )

    def look_up(self, keys: Hashes) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """What is filed under these keys: positions in ``keys``, and the number beside each."""
        return kernels().looked_up(keys, self._keys, self._numbers, self._floor)

    def forget_before(self, number: int) -> None:
        """No longer answers numbers below this one; their slots are free to be overwritten."""
        self._floor = max(self._floor, number)

    def _make_room(self, more: int) -> None:
        if self._filed + more <= _LOAD * (1 << self._bits):
            return
        alive = int(np.count_nonzero(self._numbers >= self._floor))
        bits = self._bits
        while alive + more > _LOAD / 2 * (1 << bits):
            bits += 1
        self._rebuild(bits)
        self._filed = alive

    def _rebuild(self, bits: int) -> None:
        """Moves what is still remembered into a table of 2ᵇⁱᵗˢ buckets, in order of age."""
        keys, numbers, following = _empty(bits)
        fan = 1 << (bits - self._bits)
        for start in range(0, len(self._keys), _SLICE):
            old_keys, old_numbers = (
                part[start : start + _SLICE] for part in (self._keys, self._numbers)
            )
            slots = (old_numbers.astype(np.uint64) << np.uint64(32)) | old_keys
            alive = old_numbers >= self._floor
            # A bucket's children are neighbours, told apart by the key bits that come next.
            child = (old_keys >> np.uint32(32 - bits)) & np.uint32(fan - 1)
            for which in range(fan):
                mine = np.sort(np.where(alive & (child == which), slots, _FREE), axis=1)
                used = mine != _FREE
                to = slice(start * fan + which, (start + len(slots)) * fan, fan)
                keys[to] = np.where(used, mine, 0).astype(np.uint32)
                numbers[to] = np.where(used, mine >> np.uint64(32), 0).astype(np.uint32)
                following[to] = used.sum(axis=1) % WAYS
        self._bits, self._keys, self._numbers, self._next = bits, keys, numbers, following


def _empty(bits: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint8]]:
    return (
        np.zeros((1 << bits, WAYS), dtype=np.uint32),
        np.zeros((1 << bits, WAYS), dtype=np.uint32),
        np.zeros(1 << bits, dtype=np.uint8),
    )
