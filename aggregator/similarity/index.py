"""The index of copies: which earlier articles may share a text with this one.

Two routes lead to one. **Bands** over the copy sketch (locality-sensitive hashing: Leskovec,
Rajaraman and Ullman, "Mining of Massive Datasets", ch. 3): 25 bands of 5 rows find a text of
resemblance .5 with probability .55, of .6 with .87, of .7 with .99. **Passages** find a short form
in a long one, whose resemblance is low however faithful it is. Both are keys into one table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aggregator.model.signature import Signature
from aggregator.similarity.minhash import PERMUTATIONS, estimated_sizes, values
from aggregator.similarity.postings import Postings
from aggregator.similarity.sign import sampled_passages
from aggregator.text.shingles import Hashes, mixed

BANDS = 25
ROWS = 5

_BLOCK = 4096
_NUMBER = 32  # bits that hold an article's number beside whom it is found for
_NUMBERS = (1 << _NUMBER) - 1
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
        self.insert_many([(article_id, signature, day)])

    def insert_many(self, articles: Sequence[tuple[str, Signature, int | None]]) -> None:
        """Files articles in order, at less cost for each."""
        sketched = [article for article in articles if article[1].copy]
        self._file(sketched, _Filed.of([signature for _, signature, _ in sketched]))

    def candidates(self, signature: Signature, limit: int = 8) -> list[Candidate]:
        """Earlier articles worth comparing with, likeliest first."""
        if not signature.copy:
            return []
        return self._found(_Filed.of([signature]), np.array([self._count + 1]), limit)[0]

    def insert_and_find(
        self, articles: Sequence[tuple[str, Signature, int | None]], limit: int = 8
    ) -> list[list[Candidate]]:
        """Files articles, and gives for each the `candidates` among those filed before it."""
        sketched = [at for at, (_, signature, _) in enumerate(articles) if signature.copy]
        filed = _Filed.of([articles[at][1] for at in sketched])
        numbers = self._file([articles[at] for at in sketched], filed)
        found: list[list[Candidate]] = [[] for _ in articles]
        for at, candidates in zip(sketched, self._found(filed, numbers, limit), strict=True):
            found[at] = candidates
        return found

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

    def _file(
        self, articles: Sequence[tuple[str, Signature, int | None]], filed: _Filed
    ) -> NDArray[np.int64]:
        """Keeps articles and files their keys; their numbers."""
        first = self._count
        numbers = np.arange(first + 1, first + 1 + len(articles))
        self._count += len(articles)
        if not len(articles):
            return numbers
        for start in range(first - first % _BLOCK, self._count, _BLOCK):
            block = self._blocks.get(start // _BLOCK)
            if block is None:
                block = self._blocks[start // _BLOCK] = _Block()
            here = slice(max(0, start - first), start + _BLOCK - first)
            at = len(block.ids)
            for article_id, _, day in articles[here]:
                block.ids.append(article_id)
                if day is not None:
                    latest = block.latest_day
                    block.latest_day = day if latest is None else max(latest, day)
            block.sketches[at : len(block.ids)] = filed.sketches[here]
            block.sizes[at : len(block.ids)] = filed.sizes[here]
        self._postings.file(filed.keys, np.repeat(numbers.astype(np.uint32), filed.counts))
        return numbers

    def _found(self, filed: _Filed, before: NDArray[np.int64], limit: int) -> list[list[Candidate]]:
        """For each signature the candidates among articles with smaller numbers."""
        found: list[list[Candidate]] = [[] for _ in filed.counts]
        if not found:
            return found
        asker = np.repeat(np.arange(len(found)), filed.counts)
        by_band = np.arange(len(asker)) - (np.cumsum(filed.counts) - filed.counts)[asker] < BANDS
        positions, numbers = self._postings.look_up(filed.keys)
        earlier = numbers < before[asker[positions]]
        positions = positions[earlier]
        pairs = (asker[positions] << _NUMBER) | numbers[earlier]
        band = by_band[positions]
        # A passage found in several articles counts for each by so much less: most of those have
        # but a phrase in common.
        each = 1.0 / np.bincount(positions, minlength=len(asker))[positions[~band]]
        pairs = np.union1d(
            _most(pairs[band], np.ones(int(band.sum())), 0.0),
            _most(pairs[~band], each, _LEAST_PASSAGES),
        )
        for asking, candidate in self._compared(filed, pairs):
            found[asking].append(candidate)
        for candidates in found:
            candidates.sort(key=lambda c: (-max(c.estimate, c.containment - 0.2), c.id))
            del candidates[limit:]
        return found

    def _compared(self, filed: _Filed, pairs: NDArray[np.int64]) -> Iterator[tuple[int, Candidate]]:
        """Those of the pairs of asker and number whose sketches bear it out."""
        if not len(pairs):
            return
        askers = pairs >> _NUMBER
        places = [divmod(int(n) - 1, _BLOCK) for n in (pairs & _NUMBERS).tolist()]
        blocks = [self._blocks[block] for block, _ in places]
        sketches = np.array([b.sketches[at] for b, (_, at) in zip(blocks, places, strict=True)])
        sizes = np.array([b.sizes[at] for b, (_, at) in zip(blocks, places, strict=True)])
        own_sizes = filed.sizes[askers]
        resemblance = (sketches == filed.sketches[askers]).sum(axis=1) / PERMUTATIONS
        # From J = s / (a + b - s), the share s / min(a, b).
        shared = resemblance / (1 + resemblance) * (own_sizes + sizes)
        containment = np.minimum(shared / np.minimum(own_sizes, sizes), 1.0)
        likely = (resemblance >= _LEAST_RESEMBLANCE) | (containment >= _LEAST_CONTAINMENT)
        for at in likely.nonzero()[0].tolist():
            candidate = Candidate(
                blocks[at].ids[places[at][1]], float(resemblance[at]), float(containment[at])
            )
            yield int(askers[at]), candidate


class _Filed(NamedTuple):
    """What some signatures are filed by, all with a sketch.

    ``keys`` are those of one after the other, ``counts`` how many each has: `BANDS` for its bands,
    then those of its passages. ``sizes`` is how many shingles each sketch was made of, roughly.
    """

    sketches: NDArray[np.uint32]
    sizes: NDArray[np.float64]
    keys: Hashes
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, signatures: Sequence[Signature]) -> _Filed:
        sketches = values(b"".join(signature.copy for signature in signatures))
        sketches = sketches.reshape(-1, PERMUTATIONS)
        rows = sketches[:, : BANDS * ROWS].reshape(-1, BANDS, ROWS)
        passages = [sampled_passages(signature) for signature in signatures]
        counts = BANDS + np.array([len(some) for some in passages], np.int64)
        starts = np.cumsum(counts) - counts
        keys = np.empty(int(counts.sum()), np.uint32)
        of_bands = np.zeros(len(keys), np.bool_)
        of_bands[starts[:, None] + np.arange(BANDS)] = True
        bands = (rows * _ROW_FACTORS).sum(axis=2, dtype=np.uint32) ^ _BAND_SALTS
        keys[of_bands] = bands.ravel()
        if signatures:
            keys[~of_bands] = np.concatenate(passages)
        return cls(sketches, estimated_sizes(sketches), mixed(keys), counts)


def _most(
    pairs: NDArray[np.int64], weights: NDArray[np.float64], least: float
) -> NDArray[np.int64]:
    """The pairs of asker and number that weigh most together, `_MOST` an asker, each once."""
    distinct, which = np.unique(pairs, return_inverse=True)
    weight = np.bincount(which, weights, minlength=len(distinct))
    distinct, weight = distinct[weight >= least], weight[weight >= least]
    asker = distinct >> _NUMBER
    order = np.lexsort((-weight, asker))
    rank = np.arange(len(order)) - np.searchsorted(asker, asker)  # sorted by asker they stay
    return distinct[order][rank < _MOST]
