"""The terms of an article: its distinct words, with where and how they stand in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregator.text.wordbook import (
    BITS,
    CAPITAL,
    ENDS,
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
_PLACE_BITS = 32
_PLACES = (1 << _PLACE_BITS) - 1


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
    words = np.concatenate((heading, body))
    written = words.astype(np.uint8)  # the low byte holds all bits
    before = written & ENDS
    before[1:], before[:1] = before[:-1].copy(), ENDS
    before[len(heading) : len(heading) + 1] = ENDS
    flags = _FLAGS[written | (before << _BEFORE)]
    is_word = flags != _NONE
    titled = int(is_word[: len(heading)].sum())
    words, flags = words[is_word] >> BITS, flags[is_word]
    if not len(words):
        return Terms.none()
    if int((flags[:titled] == NAMED).sum()) > _SHOUTED * titled:
        flags[:titled] *= flags[:titled] != NAMED
    flags[:titled] |= TITLED
    flags[titled : titled + LEAD] |= LEADING

    # Sorted by stem, and by place among equals: each run is one term.
    places = np.sort((words.astype(np.int64) << _PLACE_BITS) | np.arange(len(words)))
    words, places = places >> _PLACE_BITS, places & _PLACES
    edge = np.empty(len(words) + 1, np.bool_)
    edge[0] = edge[-1] = True
    np.not_equal(words[1:], words[:-1], out=edge[1:-1])
    edges = edge.nonzero()[0]
    start = edges[:-1]
    standing = places[start].argsort()[:MOST]
    counts = np.minimum((edges[1:] - start)[standing], 255).astype(np.uint8)
    flags = np.bitwise_or.reduceat(flags[places], start)[standing]
    numbers = words[start[standing]]
    flags |= stems.brief[numbers] << np.uint8(BRIEF_BIT)
    return Terms(stems.keys[numbers], counts, flags)


def _flagged(bits: int) -> int:
    if bits & NO_WORD:
        return _NONE
    opens = bits & OPENS or (bits >> _BEFORE and not bits & STAYS)
    named = NAMED if bits & CAPITAL and not opens else 0
    return NAMED | NUMBERED if bits & NUMBER else named


_FLAGS = np.array([_flagged(bits) for bits in range(2 << _BEFORE)], np.uint8)
