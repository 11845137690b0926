"""The terms of an article: its distinct words, with where and how they stand in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
it stands in the lead."""

TERMS_VERSION = 1
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

    ``counts`` has how often each stands there (255 for more), ``flags`` where and how; a byte each.
    """

    stems: tuple[str, ...]
    counts: bytes
    flags: bytes


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
        return Terms((), b"", b"")
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
    return Terms(
        tuple([stems[word] for word in words[start[standing]].tolist()]),
        counts.tobytes(),
        flags.tobytes(),
    )


def _flagged(bits: int) -> int:
    if bits & NO_WORD:
        return _NONE
    opens = bits & OPENS or (bits >> _BEFORE and not bits & STAYS)
    named = NAMED if bits & CAPITAL and not opens else 0
    return NAMED | NUMBERED if bits & NUMBER else named


_FLAGS = np.array([_flagged(bits) for bits in range(2 << _BEFORE)], np.uint8)
