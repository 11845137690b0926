"""The terms of an article: its distinct words, with where and how they stand in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregator.kernels import kernels
from aggregator.kernels.port import Marks
from aggregator.text.wordbook import (
    BITS,
    CAPITAL,
    NO_WORD,
    NUMBER,
    OPENS,
    STAYS,
    wordbook,
)

LEAD = 100
"""How many words of the body count as its lead: what a feed's summary would hold."""

TITLED, NAMED, NUMBERED, LEADING = 1, 2, 4, 8
"""Flags of a term: it stands in the title; it is written as a name or is a number; it is a number;
it stands in the lead. Two bits more, from ``BRIEF_BIT`` on, tell how short it is (see `BRIEF`)."""
BRIEF_BIT = 4

TERMS_VERSION = 2
"""Raised whenever `terms_of` answers differently: terms of different versions never meet."""

MOST = 1000
"""Terms kept of an article; only texts of several thousand words have more."""

_SHOUTED = 0.6
_NONE = 0xFF
_BEFORE = 6
"""The bit that says that a sentence has ended before the word, beside the word's own bits."""


@dataclass(frozen=True, slots=True)
class Terms:
    """An article's distinct stems in the order of their first standing.

    ``keys`` has a hash of each (see `stem_key`), ``counts`` how often it stands there (255 for
    more), ``flags`` where and how.
    """

    keys: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    flags: NDArray[np.uint8]

    @classmethod
    def none(cls) -> Terms:
        """The terms of an article that says nothing."""
        return cls(np.zeros(0, np.uint32), np.zeros(0, np.uint8), np.zeros(0, np.uint8))


def terms_of(title: str, text: str, language: str | None) -> Terms:
    """The distinct terms of title and text, which are in this language (a primary subtag).

    A headline in capitals ("Man Bites Dog In Park") marks no names: then the body alone does.
    """
    (heading, body), stems = wordbook(language).look_up(title, text)
    numbers, counts, flags = kernels().counted(
        np.concatenate((heading, body)), len(heading), _MARKS, _FLAGS
    )
    return Terms(stems.keys[numbers], counts, flags | stems.brief[numbers] << np.uint8(BRIEF_BIT))


def _flagged(bits: int) -> int:
    if bits & NO_WORD:
        return _NONE
    opens = bits & OPENS or (bits >> _BEFORE and not bits & STAYS)
    named = NAMED if bits & CAPITAL and not opens else 0
    return NAMED | NUMBERED if bits & NUMBER else named


_FLAGS = np.array([_flagged(bits) for bits in range(2 << _BEFORE)], np.uint8)
_MARKS = Marks(
    bits=BITS,
    before=_BEFORE,
    none=_NONE,
    titled=TITLED,
    named=NAMED,
    leading=LEADING,
    lead=LEAD,
    shouted=_SHOUTED,
    most=MOST,
)
