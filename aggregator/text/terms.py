"""The terms of an article: its distinct words, with where and how they stand in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from aggregator.text.tokens import Tokeniser

LEAD = 100
"""How many words of the body count as its lead: what a feed's summary would hold."""


@dataclass(slots=True)
class Term:
    """One distinct word of an article.

    ``weight`` grows with the logarithm of how often it stands there; ``title`` and ``lead`` say
    where, ``name`` that it is written as a name is or is a number.
    """

    stem: str
    count: int = 0
    title: bool = False
    lead: bool = False
    name: bool = False
    number: bool = False

    @property
    def weight(self) -> float:
        """Damped frequency, at least 1."""
        return 1.0 + math.log(self.count)


def terms_of(title: str, text: str, tokeniser: Tokeniser) -> list[Term]:
    """The distinct terms of title and text in the order of their first standing.

    A headline in capitals ("Man Bites Dog In Park") marks no names: then the body alone does.
    """
    found: dict[str, Term] = {}
    heading = list(tokeniser.read(title))
    shouted = sum(token.name for token in heading) > 0.6 * len(heading)
    for token in heading:
        term = found.get(token.stem) or found.setdefault(token.stem, Term(token.stem))
        term.count += 1
        term.title = True
        term.number |= token.number
        term.name |= token.name and not shouted
    for place, token in enumerate(tokeniser.read(text)):
        term = found.get(token.stem) or found.setdefault(token.stem, Term(token.stem))
        term.count += 1
        term.lead |= place < LEAD
        term.name |= token.name
        term.number |= token.number
    return list(found.values())
