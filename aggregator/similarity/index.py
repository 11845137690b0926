"""The index of copies: which earlier articles may share a text with this one.

Two routes lead to one. **Bands** over the copy sketch (locality-sensitive hashing: Leskovec,
Rajaraman and Ullman, "Mining of Massive Datasets", ch. 3): 25 bands of 5 rows find a text of
resemblance .5 with probability .55, of .6 with .87, of .7 with .99. **Passages** find a short form
in a long one, whose resemblance is low however faithful it is. Both are keys into one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregator.model.signature import Signature
from aggregator.similarity.minhash import PERMUTATIONS, values
from aggregator.similarity.postings import Postings
from aggregator.similarity.sign import sampled_passages
from aggregator.text.shingles import Hashes, mixed

BANDS = 25
ROWS = 5

_BLOCK = 4096
_MOST = 64  # candidates whose sketches are compared
_LEAST_ESTIMATE = 0.22
_LEAST_PASSAGES = 2
_ROW_FACTORS = np.array(
    [0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1], dtype=np.uint32
)
_BAND_SALTS = np.arange(1, BANDS + 1, dtype=np.uint32) * np.uint32(0x61C88647)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier article that may share its text: by estimate, and by passages in common."""

    id: str
    estimate: float
    passages: int


class _Block:
    """A run of articles that came one after the other: dropped as a whole."""

    __slots__ = ("ids", "latest_day", "sketches")

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.sketches = np.zeros((_BLOCK, PERMUTATIONS), dtype=np.uint32)
        self.latest_day: int | None = None


class CopyIndex:
    """Sketches of the window's articles, found by resemblance or by shared passages.

    Articles are filed in the order they were read; ``day`` is any rising count of days, None for
    articles that never leave. Memory: about 1.6 kB an article, sketch included.
    """

    def __init__(self) -> None:
        self._postings = Postings()
        self._blocks: dict[int, _Block] = {}
        self._count = 0

    def __len__(self) -> int:
        return sum(len(block.ids) for block in self._blocks.values())

    @property
    def nbytes(self) -> int:
        """Bytes the table and the sketches take; the ids' own strings not counted."""
        return self._postings.nbytes + sum(b.sketches.nbytes for b in self._blocks.values())

    def insert(self, article_id: str, signature: Signature, day: int | None = None) -> None:
        """Files an article. One without a sketch is not filed: it is compared exactly only."""
        if signature.copy:
            self._postings.file(_keys(signature), self._keep(article_id, signature, day))

    def insert_many(self, articles: Sequence[tuple[str, Signature, int | None]]) -> None:
        """Files many articles at once, as `insert` one by one would."""
        keys, numbers = [], []
        for article_id, signature, day in articles:
            if signature.copy:
                keys.append(_keys(signature))
                numbers.append(self._keep(article_id, signature, day))
        if keys:
            lengths = [len(part) for part in keys]
            self._postings.file_many(
                np.concatenate(keys), np.repeat(np.array(numbers, dtype=np.uint32), lengths)
            )

    def candidates(self, signature: Signature, limit: int = 8) -> list[Candidate]:
        """Earlier articles worth comparing with, likeliest first."""
        if not signature.copy:
            return []
        positions, numbers = self._postings.look_up(_keys(signature))
        if not len(numbers):
            return []
        by_band = positions < BANDS
        resembling = _most_frequent(numbers[by_band], 1)
        sharing = _most_frequent(numbers[~by_band], _LEAST_PASSAGES)
        found = self._compared(signature, resembling | sharing, sharing)
        found.sort(key=lambda c: (-max(c.estimate, c.passages / 24), c.id))
        return found[:limit]

    def drop_before(self, day: int) -> None:
        """Forgets whole blocks of articles that all came before this day."""
        first_kept = self._count // _BLOCK
        for number in sorted(self._blocks):
            latest = self._blocks[number].latest_day
            if number == first_kept or latest is None or latest >= day:
                first_kept = number
                break
            del self._blocks[number]
        self._postings.forget_before(first_kept * _BLOCK + 1)

    def _keep(self, article_id: str, signature: Signature, day: int | None) -> int:
        block = self._blocks.get(self._count // _BLOCK)
        if block is None:
            block = self._blocks[self._count // _BLOCK] = _Block()
        block.sketches[len(block.ids)] = values(signature.copy)
        block.ids.append(article_id)
        block.latest_day = day if block.latest_day is None else max(block.latest_day, day or 0)
        self._count += 1
        return self._count

    def _compared(
        self, signature: Signature, numbers: dict[int, int], sharing: dict[int, int]
    ) -> list[Candidate]:
        own = values(signature.copy)
        found = []
        for number in numbers:
            block = self._blocks[(number - 1) // _BLOCK]
            place = (number - 1) % _BLOCK
            agreeing = int(np.count_nonzero(block.sketches[place] == own))
            estimate = agreeing / PERMUTATIONS
            if estimate >= _LEAST_ESTIMATE or number in sharing:
                found.append(Candidate(block.ids[place], estimate, sharing.get(number, 0)))
        return found


def _keys(signature: Signature) -> Hashes:
    """The keys an article is filed under: its bands, then its passages."""
    rows = values(signature.copy)[: BANDS * ROWS].reshape(BANDS, ROWS)
    bands = (rows * _ROW_FACTORS).sum(axis=1, dtype=np.uint32)
    return np.concatenate((mixed(bands ^ _BAND_SALTS), mixed(sampled_passages(signature))))


def _most_frequent(numbers: NDArray[np.uint32], at_least: int) -> dict[int, int]:
    """The numbers that stand there often enough, most frequent and latest first, with counts."""
    if not len(numbers):
        return {}
    each, counts = np.unique(numbers, return_counts=True)
    each, counts = each[counts >= at_least], counts[counts >= at_least]
    order = np.lexsort((each, counts))[::-1][:_MOST]
    return dict(zip(each[order].tolist(), counts[order].tolist(), strict=True))
