"""Folding: the one form in which texts are compared, whatever typography they came in."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

FOLDING_VERSION = 1
"""Part of every persisted hash's recipe; raised whenever `fold` answers differently."""

_ARABIC_MARKS = re.compile("[\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]")
# A word of three letters or more, a number, or two letters of a script without spaces (CJK, Thai).
_CONTENT = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]{2}"
    r"|[^\W\d_]{3,}|\d+"
)
# NFKC does the same, but over the whole text at ten times the cost where there is one of these.
_COMMON = (("\u00a0", " "), ("…", "..."))

# One quotation mark, apostrophe and dash for all: outlets set the same words differently.
_TYPESET = (
    *((mark, "'") for mark in "‘’‚‛ʼ‹›´"),
    *((mark, '"') for mark in "“”„‟«»"),
    *((mark, "-") for mark in "‐‑‒–—―−"),
)


def fold(text: str) -> str:
    r"""The text in the form all comparisons use.

    NFKC, case folded, plain quotation marks and dashes, no Arabic vowel marks or tatweel, spaces
    single and none at the ends.

    >>> fold("Ｓtraße\u00a0 IN\nKöln")
    'strasse in köln'
    """
    text = plain_typography(text).casefold().replace("\n", " ").strip()
    # Most texts have single spaces by now, and splitting them costs more than to look.
    return text if "  " not in text and text.isprintable() else " ".join(text.split())


def plain_typography(text: str) -> str:
    """The text in NFKC, with one form of quotation marks and dashes, without Arabic vowel marks."""
    if text.isascii():
        return text
    text = compatible(text)
    if _ARABIC_MARKS.search(text):
        text = _ARABIC_MARKS.sub("", text)
    for typeset, plain in _TYPESET:
        text = text.replace(typeset, plain)
    return text


def compatible(text: str) -> str:
    """The text in NFKC."""
    for special, plain in _COMMON:
        text = text.replace(special, plain)
    if unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFKC", text)


def content_tokens(folded: str, at_most: int) -> int:
    """How many words or numbers carry content in a folded text, counted up to ``at_most``.

    Scripts without spaces count one for each two characters.
    """
    return len(list(islice(_CONTENT.finditer(folded), at_most)))


def has_content(folded: str) -> bool:
    """Whether a folded text has any word or number that carries content."""
    return _CONTENT.search(folded) is not None
