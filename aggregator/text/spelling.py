"""Stems as people write them: what was compared by its stem is shown by its word."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from aggregator.text.language import primary
from aggregator.text.tokens import TOKEN, Tokeniser, cleaned, pairs

_READ = 4000
"""Characters read of a text: what a story turns on stands near the beginning."""


def spelt(
    stems: Collection[str], texts: Iterable[str], *, language: str | None
) -> Mapping[str, str]:
    """Each of these stems as the texts write it most often; those that none has are left out.

    ``language`` is a BCP 47 tag, whose primary subtag says how words are stemmed.

    >>> dict(spelt({"minist"}, ["The Minister met ministers.", "A minister"], language="en"))
    {'minist': 'Minister'}
    """
    wanted = frozenset(stems)
    tokeniser = Tokeniser(primary(language) if language else None)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts if wanted else ():
        for match in TOKEN.finditer(cleaned(text[:_READ])):
            for word in pairs(match[0]) if match.lastgroup == "unspaced" else (match[0],):
                stem = tokeniser.written(word).stem
                if stem in wanted:
                    found[stem][word.removesuffix("'s").removesuffix("’s")] += 1
    return {stem: words.most_common(1)[0][0] for stem, words in found.items()}
