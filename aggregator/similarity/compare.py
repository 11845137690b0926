"""Comparison of texts themselves: what the sketches only estimate, measured."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from aggregator.text.folding import fold, plain_typography
from aggregator.text.shingles import SHINGLE, Hashes, distinct, mixed, shingle_hashes

OPENING = 60
"""Characters of a body that count as its opening, at the least."""

NEAR = 500
"""Characters that may stand before what is near the beginning of a body, at most."""

# What may end a sentence, and then a number, a letter of a script without spaces, or a word.
_WORD = re.compile(
    r"(^|[.!?:…\n][\s\"'“”‘’»)]*)?"
    r"(\d(?:[\d.,:]*\d)?|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
    r"|\w(?:[\w.,:’'-]*\w)?)"
)


@dataclass(frozen=True, slots=True)
class PreparedText:
    """A text ready to be compared: itself, and its distinct shingles, sorted."""

    text: str
    shingles: Hashes

    @property
    def title(self) -> str:
        """Its first line."""
        return self.text.partition("\n")[0]

    @property
    def body(self) -> str:
        """All but its first line."""
        return self.text.partition("\n")[2].strip()

    def words(self) -> tuple[frozenset[str], frozenset[str]]:
        """The words of its body, in lower case: the names and numbers, and all of them.

        A name is a word with a capital where no sentence begins.
        """
        particular, every = set(), set()
        for found in _WORD.finditer(plain_typography(self.body or self.title)):
            opening, word = found.groups()
            lower = word.lower()
            every.add(lower)
            if word[0].isdigit() or (lower != word and opening is None):
                particular.add(lower)
        return frozenset(particular), frozenset(every)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two texts overlap.

    Attributes:
        resemblance: shared shingles over all shingles (Jaccard), 0 to 1.
        containment: shared shingles over those of the text that has fewer, 0 to 1.
        proportion: shingles of the smaller text over those of the larger, 0 to 1.
    """

    resemblance: float
    containment: float
    proportion: float

    @property
    def coverage(self) -> float:
        """Shared shingles over those of the text that has more, 0 to 1."""
        return self.containment * self.proportion


def prepare(text: str) -> PreparedText:
    """A title and text, joined by a newline, ready to be compared."""
    return PreparedText(text, distinct(shingle_hashes(fold(text))))


def compare(one: PreparedText, other: PreparedText) -> Comparison:
    """How two texts overlap; texts without a shingle overlap nothing."""
    less, more = sorted((len(one.shingles), len(other.shingles)))
    if not less:
        return Comparison(0.0, 0.0, 0.0)
    both = np.concatenate((one.shingles, other.shingles))
    both.sort()
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return Comparison(
        resemblance=shared / (less + more - shared),
        containment=shared / less,
        proportion=less / more,
    )


def opening_kept(text: PreparedText, other: PreparedText) -> float:
    """The share of a text's opening that stands near the other's beginning as well, 0 to 1.

    The opening is the first lines of the body, `OPENING` characters at least if there are as many,
    five times that at most. It stands near the beginning where at most a quarter of the body, and
    no more than `NEAR` characters, stand before it. Windows of ten characters are counted, so
    that common words alone make next to nothing.
    """
    end = text.body.find("\n", OPENING)
    opening = _windows(text.body[: min(end if end >= 0 else len(text.body), 5 * OPENING)])
    _, here, there = np.intersect1d(opening, _windows(other.body), return_indices=True)
    if not len(here) or np.median(there - here) > min(NEAR, len(other.body) // 4):
        return 0.0
    return len(here) / len(opening)


def _windows(text: str) -> Hashes:
    shingles = shingle_hashes(fold(text))
    return mixed(shingles[:-SHINGLE]) + shingles[SHINGLE:]
