"""Marks the words that were searched for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

_PART = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_WORD = re.compile(r"\w+")


def wanted_words(query: str) -> tuple[str, ...]:
    """The words a query looks for: those of words and "phrases", not of -exclusions.

    >>> wanted_words('ferry -race "skerry point"')
    ('ferry', 'skerry', 'point')
    """
    found: list[str] = []
    for minus, phrase, word in _PART.findall(query):
        if not minus:
            found += _WORD.findall(phrase or word)
    return tuple(dict.fromkeys(word.casefold() for word in found))


def marked(text: str, words: Sequence[str] = ()) -> Markup:
    """The text, escaped, with each of these words in ``<mark>``, in whatever case it stands."""
    if not words:
        return escape(text)
    longest_first = sorted(words, key=len, reverse=True)
    pattern = re.compile(
        rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE
    )
    parts = pattern.split(text)
    # Every second part is a word that was found.
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
