"""Characters that no later stage could store or show: taken out where text enters."""

from __future__ import annotations

import re

LONGEST_TEXT = 1_000_000
"""Characters of a summary or a body: a book. What comes after would only cost memory later."""
LONGEST_WORD = 20_000
"""Characters of a title, a name, an address or an id."""

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_UNFIT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    r"""The text without control characters, lone surrogates and non-characters.

    >>> clean("a\x1b[31mb")
    'a[31mb'
    """
    return _UNFIT.sub("", text) if _UNFIT.search(text) else text


def word(value: object, longest: int = LONGEST_WORD) -> str | None:
    """A value as text, trimmed, clean and of bounded length; None for what is empty or no text."""
    text = clean(value[: 2 * longest]).strip()[:longest] if isinstance(value, str) else ""
    return text or None


def fit_for_xml(text: str) -> str:
    """The text without what XML 1.0 §2.2 forbids, so that one stray byte costs nothing more."""
    return _UNFIT_IN_XML.sub("", text) if _UNFIT_IN_XML.search(text) else text
