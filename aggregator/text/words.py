"""Counting words, also where no spaces part them."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Scripts written without spaces: every character counts for a word, as their readers count.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def word_count(paragraphs: Iterable[str]) -> int:
    """How many words the paragraphs have.

    >>> word_count(["Two words", "東京 news"])
    5
    """
    total = 0
    for paragraph in paragraphs:
        if not paragraph.isascii():
            paragraph, characters = _UNSPACED.subn(" ", paragraph)
            total += characters
        total += len(paragraph.split())
    return total
