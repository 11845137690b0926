"""What full-text search sees as words, the same on every database.

A word is a run of letters, digits and marks, folded: no case, no accents, compatibility forms
made plain. Scripts that are written without spaces have no such words; of these every two
neighbouring characters make one, and a run's last character stands alone once more, so that each
single character begins some word and any string of them is a phrase of neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

VERSION = "1"
"""Changes whenever the same text would give other words: the index is then made anew."""

LONGEST = 64
"""Characters of a word that count; nobody looks for more of one."""

SHORTEST_BEGINNING = 3
"""Letters that a beginning* needs: shorter ones begin so many words that all is found, late."""

MOST = 20_000
"""Words of a field that are indexed: those of a long book chapter."""

# Letters with strokes, which Unicode takes for letters of their own and few can type.
_STROKED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i"})

_ASCII_WORD = re.compile(r"[a-z0-9]+")
# Han, Kana, Bopomofo, Thai, Lao, Myanmar, Khmer, Tibetan: written without spaces.
_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3021-\u3029\u3041-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
_SPLIT = re.compile(f"([{_UNSPACED}]+)")
_QUERY = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a query: words that stand side by side; ``prefix`` lets the last go on."""

    words: tuple[str, ...]
    prefix: bool = False
    wanted: bool = True


def fold(text: str) -> str:
    """The text without case, accents and compatibility forms."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_STROKED)
    return unicodedata.normalize("NFC", "".join(sign for sign in plain if not _is_accent(sign)))


def _is_accent(sign: str) -> bool:
    """Whether a mark is one that its script is read without.

    By combining class: 10 to 35 are Hebrew points and Arabic vowel signs, from 200 on the accents
    of alphabets; what lies between (and 0, 7, 9) are vowels and tones of Indic scripts and Thai.
    """
    kind = unicodedata.combining(sign)
    return kind >= 200 or 10 <= kind <= 35


def words(text: str) -> list[str]:
    """The words of a text, in order.

    >>> words("Zürich: 2 Tote – 東京都")
    ['zurich', '2', 'tote', '東京', '京都', '都']
    """
    folded = fold(text)
    if folded.isascii():
        found = _ASCII_WORD.findall(folded)
    else:
        found = []
        for run in _runs(folded):
            if _UNSPACED_RUN.match(run):
                found += [run[at : at + 2] for at in range(len(run))]
            else:
                found.append(run)
    if len(max(found, key=len, default="")) > LONGEST:
        found = [word[:LONGEST] for word in found]
    return found


def clauses(query: str) -> tuple[Clause, ...]:
    """A query's clauses: words, "phrases", -exclusions, and beginnings*.

    >>> clauses('flood -"north sea"')
    (Clause(words=('flood',), prefix=False, wanted=True), \
Clause(words=('north', 'sea'), prefix=False, wanted=False))
    """
    found: list[Clause] = []
    for minus, phrase, word in _QUERY.findall(query):
        text = phrase or word
        folded = fold(text)
        prefix = not phrase and text.endswith("*") and len(folded) > SHORTEST_BEGINNING
        side_by_side: list[str] = []
        for run in _runs(folded):
            if _UNSPACED_RUN.match(run):
                # Inside a longer text the last character is followed by others: a run's pairs say
                # all, and one character alone is how some pair begins.
                side_by_side += [run[at : at + 2] for at in range(len(run) - 1)] or [run]
                prefix = prefix or len(run) == 1
            else:
                side_by_side.append(run[:LONGEST])
        if side_by_side:
            found.append(Clause(tuple(side_by_side), prefix=prefix, wanted=not minus))
    return tuple(found)


def indexed(title: str, summary: str | None, paragraphs: Sequence[str]) -> tuple[str, str, str]:
    """What the index holds of an article: words of title, summary and body, joined by spaces."""
    fields = title, summary or "", "\n".join(paragraphs)
    first, second, third = (" ".join(words(text)[:MOST]) for text in fields)
    return first, second, third


def _runs(folded: str) -> list[str]:
    """Runs of word characters, cut where spaced and unspaced writing meet."""
    spaced = "".join(
        sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in folded
    )
    return _SPLIT.sub(r" \1 ", spaced).split()
