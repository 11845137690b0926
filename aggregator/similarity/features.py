"""Features: an article's terms in the few bytes that a signature carries them in.

Reading the words of a text costs more than placing it, so they are read once, when it is signed,
wherever that is. The form: a line that names version and language, and then, for all terms, four
bytes each of hash (little-endian), a byte each of count, and a byte each of flags.
"""

from __future__ import annotations

import numpy as np

from aggregator.text.language import primary
from aggregator.text.terms import TERMS_VERSION, Terms, terms_of


def packed(title: str, text: str, language: str) -> bytes:
    """The features of a title and text; ``language`` is a BCP 47 tag."""
    language = primary(language)
    return pack(terms_of(title, text, language), language)


def pack(terms: Terms, language: str) -> bytes:
    """Terms of this language (a primary subtag) as bytes."""
    keys = terms.keys.astype("<u4", copy=False).tobytes()
    return b"%b\n%b%b%b" % (_head(language), keys, terms.counts.tobytes(), terms.flags.tobytes())


def unpacked(features: bytes, language: str) -> Terms | None:
    """The terms packed for this language (a primary subtag); None for any other or an old form."""
    head, _, _ = features.partition(b"\n")
    if head != _head(language):
        return None
    start = len(head) + 1
    count = (len(features) - start) // 6
    return Terms(
        np.frombuffer(features, "<u4", count, start).astype(np.uint32, copy=False),
        np.frombuffer(features, np.uint8, count, start + 4 * count),
        np.frombuffer(features, np.uint8, count, start + 5 * count),
    )


def readable(features: bytes) -> bool:
    """Whether these features are of today's form, in whatever language."""
    return features.startswith(b"%d " % TERMS_VERSION)


def _head(language: str) -> bytes:
    return f"{TERMS_VERSION} {language}".encode()
