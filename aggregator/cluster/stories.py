"""The stories of one stream: which rows each has, and which one each row is in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from aggregator.cluster.vocabulary import Ints, roomy


class Stories:
    """Stories by name, each with its rows in order of arrival, the founder first.

    Attributes:
        story: the story of each row, "" for none.
        members: the rows of each story.
        number: the story of each row by a number of its own, 0 for none, as kernels read it.
        sizes: how many rows a story of this number has.
    """

    def __init__(self) -> None:
        self.story: list[str] = []
        self.members: dict[str, list[int]] = {}
        self.number: Ints = np.zeros(64, np.int32)
        self.sizes: Ints = np.zeros(64, np.int32)
        self._names: list[str] = [""]
        self._numbers: dict[str, int] = {}

    def add(self, count: int) -> None:
        """Makes room for so many more rows, without a story yet."""
        self.story += [""] * count
        self.number = roomy(self.number, len(self.story))

    def put(self, row: int, story: str) -> None:
        """Moves a row into a story; leaves none empty behind."""
        self.leave(row)
        self.story[row] = story
        rows = self.members.setdefault(story, [])
        rows.append(row)
        if len(rows) > 1 and rows[-2] > row:
            rows.sort()
        number = self.number_of(story)
        self.number[row] = number
        self.sizes[number] = len(rows)

    def leave(self, row: int) -> None:
        """Takes a row out of its story."""
        if old := self.story[row]:
            rows = self.members[old]
            rows.remove(row)
            number = self._numbers[old]
            self.number[row], self.sizes[number] = 0, len(rows)
            self.story[row] = ""
            if not rows:
                del self.members[old], self._numbers[old]

    def keep(self, rows: Sequence[int]) -> None:
        """Forgets all but these rows, which rise and become 0, 1, 2 and so on."""
        # In place: both are looked at from elsewhere.
        self.story[:] = [self.story[row] for row in rows]
        self.number = roomy(self.number[rows], 64)
        self.members.clear()
        for row, story in enumerate(self.story):
            self.members.setdefault(story, []).append(row)
        self._names, self._numbers = [""], {}
        self.sizes = np.zeros(64, np.int32)
        for story, members in self.members.items():
            number = self.number_of(story)
            self.number[members], self.sizes[number] = number, len(members)

    def number_of(self, story: str) -> int:
        """A story's number, from 1 on, until rows are forgotten."""
        number = self._numbers.get(story)
        if number is None:
            number = self._numbers[story] = len(self._names)
            self._names.append(story)
            self.sizes = roomy(self.sizes, number + 1)
        return number

    def numbers_of(self, stories: Iterable[str]) -> Ints:
        """The numbers of those of these stories that live."""
        return np.array([self._numbers[name] for name in stories if name in self.members], np.int32)

    def name(self, number: int) -> str:
        """The story of this number."""
        return self._names[number]
