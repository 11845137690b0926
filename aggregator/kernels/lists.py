"""Lists of whole numbers by key, one after the other in one array."""

from __future__ import annotations

import numpy as np

from aggregator.kernels import kernels
from aggregator.kernels.port import I32, I64


class Lists:
    """A list for each key from 0 on; what is put on a list stays in order.

    The lists stand in one array with some room behind each; one that is full moves to the array's
    end. When that is reached all of them move together, into an array of their size and half as
    much again.
    """

    def __init__(self) -> None:
        self._arena: I32 = np.zeros(4096, np.int32)
        # Of each key: where its list begins, how long it is, and for how much there is room.
        self._spans: I64 = np.zeros((1024, 3), np.int64)
        self._end = 0

    @property
    def arrays(self) -> tuple[I64, I32]:
        """The lists as kernels read them: spans by key, and the array they speak of."""
        return self._spans, self._arena

    @property
    def nbytes(self) -> int:
        """Bytes it takes."""
        return self._arena.nbytes + self._spans.nbytes

    def __getitem__(self, key: int) -> I32:
        """A key's list; to be read before the next `append`."""
        if key >= len(self._spans):
            return self._arena[:0]
        start, count, _ = self._spans[key].tolist()
        return self._arena[start : start + count]

    def append(self, keys: I32, values: I32) -> None:
        """Puts values at the end of the lists of keys, in order."""
        if not len(keys):
            return
        while int(keys.max()) >= len(self._spans):
            self._spans = np.concatenate([self._spans, np.zeros_like(self._spans)])
        done = 0
        while done < len(keys):
            done, self._end = kernels().append(
                keys, values, done, self._spans, self._arena, self._end
            )
            if done < len(keys):
                self._pack(len(self._arena) + 2 * len(keys))

    def remove(self, key: int, value: int) -> None:
        """Takes a value off a list, if it is on it."""
        held = self[key]
        kept = held[held != value]
        held[: len(kept)] = kept
        if len(kept) < len(held):
            self._spans[key, 1] = len(kept)

    @classmethod
    def of_size(cls, counts: I64) -> Lists:
        """Empty lists with room for so many each."""
        lists = cls()
        rooms = counts + counts // 8 + 1
        starts = np.cumsum(rooms) - rooms
        lists._spans = np.stack([starts, np.zeros_like(rooms), rooms], axis=1)
        lists._end = int(rooms.sum())
        lists._arena = np.zeros(lists._end + lists._end // 8 + 4096, np.int32)
        return lists

    def _pack(self, least: int) -> None:
        starts, counts, _ = self._spans.T
        rooms = np.where(counts > 0, counts + counts // 8 + 1, 0)
        room = int(rooms.sum())
        arena = np.zeros(max(4096, room + room // 2, least), np.int32)
        moved = np.cumsum(rooms) - rooms
        kernels().moved(self._arena, np.ascontiguousarray(starts), counts.copy(), arena, moved)
        self._spans = np.stack([moved, counts, rooms], axis=1)
        self._arena, self._end = arena, room
