"""How well stories found agree with stories as they are.

Every measure takes two sequences of labels, row by row: what is true and what was found.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

Labels = Sequence[Hashable]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pair counting over all pairs of rows; a share of nothing is 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return _harmonic(self.precision, self.recall)


def pairs(true: Labels, found: Labels) -> Agreement:
    """Of the pairs joined, which share is truly one; of those truly one, which share was joined."""
    joined = _pairs(Counter(found).values())
    wanted = _pairs(Counter(true).values())
    right = _pairs(Counter(zip(true, found, strict=True)).values())
    return Agreement(right / joined if joined else 1.0, right / wanted if wanted else 1.0)


def b_cubed(true: Labels, found: Labels) -> float:
    """B³ F1 (Bagga and Baldwin 1998): pair precision and recall, row by row, then averaged."""
    if not true:
        return 1.0
    both = Counter(zip(true, found, strict=True))
    sizes_true, sizes_found = Counter(true), Counter(found)
    precision = sum(n * n / sizes_found[f] for (_, f), n in both.items()) / len(true)
    recall = sum(n * n / sizes_true[t] for (t, _), n in both.items()) / len(true)
    return _harmonic(precision, recall)


def adjusted_rand(true: Labels, found: Labels) -> float:
    """Adjusted Rand index (Hubert and Arabie 1985): 1 for equal, about 0 for chance."""
    right = _pairs(Counter(zip(true, found, strict=True)).values())
    wanted, joined = _pairs(Counter(true).values()), _pairs(Counter(found).values())
    everything = _pairs([len(true)])
    if not everything:
        return 1.0
    expected = wanted * joined / everything
    best = (wanted + joined) / 2
    return 1.0 if best == expected else (right - expected) / (best - expected)


def mutual_information(true: Labels, found: Labels) -> float:
    """Normalised mutual information, by the mean of the two entropies."""
    count = len(true)
    if not count:
        return 1.0
    sizes_true, sizes_found = Counter(true), Counter(found)
    shared = sum(
        n / count * math.log(n * count / (sizes_true[t] * sizes_found[f]))
        for (t, f), n in Counter(zip(true, found, strict=True)).items()
    )
    mean = (_entropy(sizes_true, count) + _entropy(sizes_found, count)) / 2
    return shared / mean if mean else 1.0


def _entropy(sizes: Counter[Hashable], count: int) -> float:
    return -sum(n / count * math.log(n / count) for n in sizes.values())


def _pairs(sizes: Iterable[int]) -> int:
    return sum(n * (n - 1) // 2 for n in sizes)


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0
