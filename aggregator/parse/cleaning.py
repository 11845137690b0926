"""Characters that no later stage could store or show: taken out where text enters."""

from __future__ import annotations

import re

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_UNFIT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    r"""The text without control characters, lone surrogates and non-characters.

    >>> clean("a\x1b[31mb")
    'a[31mb'
    """
    return _UNFIT.sub("", text) if _UNFIT.search(text) else text


def fit_for_xml(text: str) -> str:
    """The text without what XML 1.0 §2.2 forbids, so that one stray byte costs nothing more."""
    return _UNFIT_IN_XML.sub("", text) if _UNFIT_IN_XML.search(text) else text
