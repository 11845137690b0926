"""A hash table from whole numbers to whole numbers, in flat arrays that kernels read."""

from __future__ import annotations

import numpy as np

from aggregator.kernels import kernels
from aggregator.kernels.port import I32, U64

_LEAST_BITS = 12


class KeyTable:
    """Values by key: never 0, which stands for none. Open addressing, at most half full."""

    def __init__(self) -> None:
        self._bits = _LEAST_BITS
        self._held: U64 = np.zeros(1 << self._bits, np.uint64)
        self._values: I32 = np.zeros(1 << self._bits, np.int32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def nbytes(self) -> int:
        """Bytes it takes."""
        return self._held.nbytes + self._values.nbytes

    def find(self, keys: U64) -> I32:
        """The value of each key, 0 where there is none."""
        return kernels().find(keys, self._held, self._values)

    def insert(self, keys: U64, values: I32) -> None:
        """Takes in keys that it does not hold, each once."""
        self._count += len(keys)
        if 2 * self._count > len(self._held):
            there = self._values != 0
            keys = np.concatenate([self._held[there], keys])
            values = np.concatenate([self._values[there], values])
            while 2 * self._count > 1 << self._bits:
                self._bits += 1
            self._held = np.zeros(1 << self._bits, np.uint64)
            self._values = np.zeros(1 << self._bits, np.int32)
        kernels().insert(keys, values, self._held, self._values)
