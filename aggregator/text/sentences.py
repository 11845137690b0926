"""Sentences, well enough to show one: no language's abbreviations are known by name."""

from __future__ import annotations

import re

# An end mark, closing quotes, then space before what can begin a sentence; or a full-width mark.
_END = re.compile(
    r"(?<=[.!?…])(?<!\b[A-Z]\.)(?<!\b[A-Z][a-z]\.)(?<!\b[A-Z][a-z]{2}\.)"
    r"[\"'”’»)\]]*\s+(?=[\"'“‘«(\[¿¡]*[^\Wa-z_])"
    r"|(?<=[。！？])(?![」』）])"
)


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph, in order; nothing of it is lost but space between them.

    >>> sentences("It fell. “Why?” asked Mr. Lee. Nobody knew.")
    ['It fell.', '“Why?” asked Mr. Lee.', 'Nobody knew.']
    """
    found: list[str] = []
    start = 0
    for end in _END.finditer(paragraph):
        found.append(paragraph[start : end.end()].strip())
        start = end.end()
    found.append(paragraph[start:].strip())
    return [sentence for sentence in found if sentence]
