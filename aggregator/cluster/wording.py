"""When two texts are one: the rules of copy and of revision, on texts compared exactly."""

from __future__ import annotations

import math
import re

from aggregator.similarity.compare import (
    Comparison,
    PreparedText,
    compare,
    opening_kept,
    prepare,
)
from aggregator.text.folding import content_tokens, fold

# Two texts are copies where either figure is reached. Texts of one feed that are different reach
# .35 and .63, by what the feed puts under everything; a fifth of the words changed leaves .54, and
# a text cut to a third stands whole in the other.
COPY_RESEMBLANCE = 0.44
COPY_CONTAINMENT = 0.66

# Two reports of one event share names and phrases, which are much of a short text: so the shorter
# the one contained, the more of it must be.
_SHORT, _SHORT_EXTRA = 600, 0.2

# Under one title of one source, or one address, less is enough.
_REVISION_RESEMBLANCE = 0.25
_REVISION_CONTAINMENT = 0.5
_TITLE_OVERLAP = 0.25

# Where less of the longer text is in the shorter than this, titles or beginnings must agree,
# each measured as the share they have in common.
_WHOLE = 0.92
_TITLE_KEPT = 0.5
_OPENING_KEPT = 0.3

_MOST_KEPT = 0.95  # of names and numbers: a report brought up to date has some new ones
_TOO_FEW = 0.004

_WORD = re.compile(r"\w[\w.,’'-]*\w|\w")


def is_copy(
    one: PreparedText, other: PreparedText, compared: Comparison, *, same_source: bool = False
) -> bool:
    """Whether two texts are one text, changed, cut or extended."""
    shorter = min(len(one.shingles), len(other.shingles))
    contained = COPY_CONTAINMENT + _SHORT_EXTRA * max(0.0, 1 - shorter / _SHORT)
    if compared.resemblance < COPY_RESEMBLANCE and compared.containment < contained:
        return False
    titles = _trigrams(one.title), _trigrams(other.title)
    # No source reprints itself under another headline: what returns of a short text is its form.
    longer = max(map(len, titles))
    if same_source and compared.coverage < _WHOLE and len(titles[0] & titles[1]) < longer / 2:
        return False
    # A roundup, or a text with another put under it, holds texts that it is no copy of; and what a
    # source puts under everything makes its short texts look alike. So where not all is the same,
    # the titles or the beginnings must be.
    if (
        compared.coverage < _WHOLE
        and _overlap(*titles) < _TITLE_KEPT
        and opening_kept(one, other) < _OPENING_KEPT
        and opening_kept(other, one) < _OPENING_KEPT
    ):
        return False
    return not is_template(one, other)


def is_template(one: PreparedText, other: PreparedText) -> bool:
    """Whether two texts are one form, filled in twice: the same words about other particulars.

    Match results, share prices and weather reports of one day and the next differ in their names
    and numbers and in nothing else; an edited text loses those no faster than other words. So the
    share of the other words that return says how many names and numbers should.
    """
    (particulars, words), (other_particulars, other_words) = one.words(), other.words()
    if len(other_particulars) < len(particulars):
        particulars, words, other_words = other_particulars, other_words, words
    plain = words - particulars
    expected = len(plain & other_words) / max(len(plain), 1)
    numbers = frozenset(word for word in particulars if word[0].isdigit())
    return any(
        _chance_of(len(some & other_words), len(some), expected) < _TOO_FEW
        for some in (particulars, numbers)
    )


def _chance_of(kept: int, of: int, expected: float) -> float:
    """How likely no more than so many are kept where each is with this chance (binomial)."""
    chance = min(expected, _MOST_KEPT)
    return sum(
        math.comb(of, count) * chance**count * (1 - chance) ** (of - count)
        for count in range(kept + 1)
    )


def is_revision(one: PreparedText, other: PreparedText, *, same_page: bool) -> bool:
    """Whether two articles under one title of one source are one article, by their bodies.

    Columns share a title and nothing else. ``same_page``: nothing else says they are two, which
    is enough where one has no body to compare.
    """
    bodies = prepare(one.body), prepare(other.body)
    if not min(len(body.shingles) for body in bodies):
        return same_page
    compared = compare(*bodies)
    if (
        compared.resemblance < _REVISION_RESEMBLANCE
        and compared.containment < _REVISION_CONTAINMENT
    ):
        return False
    return not is_template(one, other)


def is_bare_headline(one: PreparedText, other: PreparedText) -> bool:
    """Whether one of two articles under one title has nothing but that title, a telling one.

    Link lists pass on a headline; that is no text of their own.
    """
    return bool(one.body) != bool(other.body) and content_tokens(fold(one.title), 4) == 4


def is_one_page(one: PreparedText, other: PreparedText, *, same_source: bool) -> bool:
    """Whether two articles at one address are about one thing, however they were rewritten.

    Some feeds link all their entries to one page: there the titles tell them apart.
    """
    words, other_words = _title_words(one.title), _title_words(other.title)
    if same_source and words != other_words and not any(map(str.isalpha, words ^ other_words)):
        return False  # "Release 2.1", "Release 2.2"
    return (
        len(words & other_words) >= (2 if same_source else 1)
        or _overlap(_trigrams(one.title), _trigrams(other.title)) >= _TITLE_OVERLAP
        or compare(one, other).containment >= _REVISION_CONTAINMENT
    )


def _title_words(title: str) -> frozenset[str]:
    words = _WORD.findall(fold(title))
    return frozenset(word for word in words if len(word) > 3 or not word.isalpha())


def _trigrams(title: str) -> frozenset[str]:
    folded = fold(title)
    return frozenset(folded[at : at + 3] for at in range(max(len(folded) - 2, 1)))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    least = min(len(one), len(other))
    return len(one & other) / least if least else 0.0
