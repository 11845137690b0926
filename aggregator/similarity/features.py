"""Features: an article's terms in the few bytes that a signature carries them in.

Reading the words of a text costs more than placing it, so they are read once, when it is signed,
wherever that is. The form: a line that names version and language, a line with the stems, and then
a byte for each stem's count and one for its flags.
"""

from __future__ import annotations

from aggregator.text.language import primary
from aggregator.text.terms import TERMS_VERSION, Terms, terms_of


def packed(title: str, text: str, language: str) -> bytes:
    """The features of a title and text; ``language`` is a BCP 47 tag."""
    language = primary(language)
    terms = terms_of(title, text, language)
    stems = " ".join(terms.stems).encode("utf-8", "surrogatepass")
    return b"%b\n%b\n%b%b" % (_head(language), stems, terms.counts, terms.flags)


def unpacked(features: bytes, language: str) -> Terms | None:
    """The terms packed for this language (a primary subtag); None for any other or an old form."""
    head, _, rest = features.partition(b"\n")
    if head != _head(language):
        return None
    stems, _, numbers = rest.partition(b"\n")
    if not numbers:
        return Terms((), b"", b"")
    half = len(numbers) // 2
    return Terms(
        tuple(stems.decode("utf-8", "surrogatepass").split(" ")), numbers[:half], numbers[half:]
    )


def _head(language: str) -> bytes:
    return f"{TERMS_VERSION} {language}".encode()
