"""Comparison of texts themselves: what the sketches only estimate, measured."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from aggregator.text.folding import fold
from aggregator.text.shingles import SHINGLE, Hashes, mixed, shingle_hashes

OPENING = 60
"""Characters of a body that count as its opening, at the least."""

_WORD = re.compile(r"\w[\w.,:’'-]*\w|\w")


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
        """Its words in two sets: names and numbers (a capital or a digit in them), and the rest."""
        words = set(_WORD.findall(self.text))
        particular = frozenset(word for word in words if word.lower() != word or _numeric(word))
        return particular, frozenset(words - particular)


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
    return PreparedText(text, np.unique(shingle_hashes(fold(text))))


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
    """The share of a text's opening that the other text has as well, 0 to 1.

    The opening is the first lines of the body, `OPENING` characters at least if there are as many,
    five times that at most. Windows of ten characters are counted, so that common words alone
    make next to nothing.
    """
    body = text.body
    end = body.find("\n", OPENING)
    windows = _windows(body[: min(end if end >= 0 else len(body), 5 * OPENING)])
    if not len(windows):
        return 0.0
    return float(np.isin(windows, _windows(other.text)).mean())


def _windows(text: str) -> Hashes:
    shingles = shingle_hashes(fold(text))
    return mixed(shingles[:-SHINGLE]) + shingles[SHINGLE:]


def _numeric(word: str) -> bool:
    return any(character.isdigit() for character in word)
