"""The index of copies: which earlier articles may share a text with this one.

Two routes lead to one. **Bands** over the copy sketch (locality-sensitive hashing: Leskovec,
Rajaraman and Ullman, "Mining of Massive Datasets", ch. 3): 25 bands of 5 rows find a text of
resemblance .5 with probability .55, of .6 with .87, of .7 with .99. **Passages** find a short form
in a long one, whose resemblance is low however faithful it is. Both are keys into one table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregator.model.signature import Signature
from aggregator.similarity.minhash import PERMUTATIONS, estimated_size, values
from aggregator.similarity.postings import Postings
from aggregator.similarity.sign import sampled_passages
from aggregator.text.shingles import Hashes, mixed

BANDS = 25
ROWS = 5

_BLOCK = 4096
_MOST = 48  # candidates of each route whose sketches are compared
_LEAST_PASSAGES = 1.2  # passages in common, one found in several articles counting for less
_LEAST_RESEMBLANCE = 0.28
_LEAST_CONTAINMENT = 0.42
_ROW_FACTORS = np.array(
    [0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1], dtype=np.uint32
)
_BAND_SALTS = np.arange(1, BANDS + 1, dtype=np.uint32) * np.uint32(0x61C88647)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier article that may share its text.

    Attributes:
        estimate: estimated resemblance, ± .04.
        containment: estimated share of the shorter text that the longer has too, rougher still.
    """

    id: str
    estimate: float
    containment: float


class _Block:
    """A run of articles that came one after the other: dropped as a whole."""

    __slots__ = ("ids", "latest_day", "sizes", "sketches")

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.sketches = np.zeros((_BLOCK, PERMUTATIONS), dtype=np.uint32)
        self.sizes = np.zeros(_BLOCK, dtype=np.float32)
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
        self._last: tuple[Signature | None, Hashes] = (None, np.zeros(0, dtype=np.uint32))

    def __len__(self) -> int:
        return sum(len(block.ids) for block in self._blocks.values())

    @property
    def nbytes(self) -> int:
        """Bytes the table and the sketches take; the ids' own strings not counted."""
        return self._postings.nbytes + sum(
            block.sketches.nbytes + block.sizes.nbytes for block in self._blocks.values()
        )

    def insert(self, article_id: str, signature: Signature, day: int | None = None) -> None:
        """Files an article. One without a sketch is not filed: it is compared exactly only."""
        if signature.copy:
            self._postings.file(self._keys(signature), self._keep(article_id, signature, day))

    def candidates(self, signature: Signature, limit: int = 8) -> list[Candidate]:
        """Earlier articles worth comparing with, likeliest first."""
        if not signature.copy:
            return []
        positions, numbers = self._postings.look_up(self._keys(signature))
        if not len(numbers):
            return []
        by_band = positions < BANDS
        resembling = Counter(numbers[by_band].tolist()).most_common(_MOST)
        sharing = _sharing(positions[~by_band], numbers[~by_band])
        found = self._compared(signature, {n for n, _ in resembling}.union(sharing))
        found.sort(key=lambda c: (-max(c.estimate, c.containment - 0.2), c.id))
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
        sketch = values(signature.copy)
        block.sketches[len(block.ids)] = sketch
        block.sizes[len(block.ids)] = estimated_size(sketch)
        block.ids.append(article_id)
        if day is not None:
            block.latest_day = day if block.latest_day is None else max(block.latest_day, day)
        self._count += 1
        return self._count

    def _compared(self, signature: Signature, numbers: Collection[int]) -> list[Candidate]:
        """Those of the articles with these numbers whose sketches bear it out."""
        if not numbers:
            return []
        own = values(signature.copy)
        places = [(self._blocks[(n - 1) // _BLOCK], (n - 1) % _BLOCK) for n in numbers]
        sketches = np.array([block.sketches[place] for block, place in places])
        sizes = np.array([block.sizes[place] for block, place in places])
        resemblance = (sketches == own).sum(axis=1) / PERMUTATIONS
        size = estimated_size(own)
        # From J = s / (a + b - s), the share s / min(a, b).
        shared = resemblance / (1 + resemblance) * (size + sizes)
        containment = np.minimum(shared / np.minimum(size, sizes), 1.0)
        return [
            Candidate(block.ids[place], estimate, contained)
            for (block, place), estimate, contained in zip(
                places, resemblance.tolist(), containment.tolist(), strict=True
            )
            if estimate >= _LEAST_RESEMBLANCE or contained >= _LEAST_CONTAINMENT
        ]

    def _keys(self, signature: Signature) -> Hashes:
        """The keys an article is filed under: its bands, then its passages."""
        if self._last[0] is not signature:  # an article is looked up first and filed next
            rows = values(signature.copy)[: BANDS * ROWS].reshape(BANDS, ROWS)
            bands = (rows * _ROW_FACTORS).sum(axis=1, dtype=np.uint32) ^ _BAND_SALTS
            self._last = signature, mixed(np.concatenate((bands, sampled_passages(signature))))
        return self._last[1]


def _sharing(positions: NDArray[np.intp], numbers: NDArray[np.uint32]) -> list[int]:
    """The numbers that share passages enough, those that share most first.

    A passage found in several articles counts for each by so much less: most of those have but a
    phrase in common.
    """
    if not len(numbers):
        return []
    weights = 1.0 / np.bincount(positions)[positions]
    each, which = np.unique(numbers, return_inverse=True)
    shared = np.bincount(which, weights)
    enough = np.flatnonzero(shared >= _LEAST_PASSAGES)
    ordered = enough[np.argsort(-shared[enough], kind="stable")][:_MOST]
    return [int(number) for number in each[ordered]]
