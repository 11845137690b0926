"""Words of any script: what two texts are compared by.

Latin, Greek, Cyrillic, Arabic, Hebrew and the scripts of India write words apart: a word is
a run of letters, digits and marks. Han, kana, Thai, Lao, Khmer and Burmese do not: there a token is
each pair of neighbouring characters, which needs no dictionary and loses little (Nie, Gao, Zhang,
Zhou: "On the use of words and n-grams for Chinese information retrieval", IRAL 2000).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import snowballstemmer

from aggregator.text.folding import compatible

UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\uac00-\ud7af\u1100-\u11ff"  # Hangul: particles cling to its words
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\U00020000-\U0003134f"  # Han, rarer
)
_MARKS = (
    "\u0300-\u036f"  # combining accents left over by NFKC
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"  # Arabic diacritics and tatweel
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew points
)
_SILENT = f"{_MARKS}\u00ad\u200b-\u200f\u2060\ufeff"
_DROPPED = re.compile(f"[{_SILENT}]")
UNCOMMON = re.compile(f"[{_SILENT}{UNSPACED}]")
"""What `cleaned` drops, and what is written without spaces: most texts have neither."""
TOKEN = re.compile(
    rf"(?P<unspaced>[{UNSPACED}]+)"
    r"|(?P<number>\d+(?:[.,:]\d+)*)"
    r"|(?P<word>(?:(?![" + UNSPACED + r"])[^\W_]"
    # Vowel signs of Indic scripts are marks, which \w leaves out.
    r"|[\u0900-\u0d7f])+(?:['’](?:(?![" + UNSPACED + r"])[^\W\d_])+)?)"
)
ENDING = re.compile(r"[.!?…:\"“”»«。！？\n|•–—-]")
_SENTENCE_END = re.compile(rf"{ENDING.pattern}\s*$|^\s*$")
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_KNOWN_WORDS = 100_000


class Written(NamedTuple):
    """A word as it is written: its stem, whether it has a capital, whether it is a number."""

    stem: str
    capital: bool
    number: bool


class Token(NamedTuple):
    """One word of a text: its stem, and what its writing tells of it."""

    stem: str
    name: bool
    number: bool


@dataclass(slots=True)
class Tokeniser:
    """Reads the tokens of one language; keeps the words it has met, so use one for many texts.

    ``language`` is the primary subtag of a BCP 47 tag, None where it is not known: then words
    stand as they are written. Not for use by several threads at once.

    >>> [token.stem for token in Tokeniser("en").read("Floods hit 3.5 towns near Niš")]
    ['flood', 'hit', '3.5', 'town', 'near', 'niš']
    """

    language: str | None = None
    _known: dict[str, Written] = field(default_factory=dict, repr=False)
    _stemmer: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        algorithm = _STEMMERS.get(self.language or "")
        self._stemmer = snowballstemmer.stemmer(algorithm) if algorithm else None

    def read(self, text: str) -> Iterator[Token]:
        """Every token in order.

        ``name`` marks a word written with a capital where its sentence did not ask for one.
        """
        text = cleaned(text)
        last = 0
        for match in TOKEN.finditer(text):
            for word in pairs(match[0]) if match.lastgroup == "unspaced" else (match[0],):
                stem, capital, number = self.written(word)
                if capital:
                    capital = not _SENTENCE_END.search(text, max(0, last - 1), match.start())
                yield Token(stem, capital, number)
            last = match.end()

    def written(self, word: str) -> Written:
        """What a written word stands for."""
        found = self._known.get(word)
        if found is None:
            found = self._meet(word)
            if len(self._known) >= _KNOWN_WORDS:
                self._known = {}
            self._known[word] = found
        return found

    def _meet(self, word: str) -> Written:
        if word[0].isdecimal():
            return Written(word.replace(",", ""), False, True)
        folded = word.casefold()
        bare = folded.replace("’", "'").removesuffix("'s")
        stem = (self._stemmer.stemWord(bare) if self._stemmer else bare) or folded
        return Written(stem, word[0].isupper(), False)


def cleaned(text: str) -> str:
    """The text in NFKC, without marks that are not always written."""
    if text.isascii():
        return text
    return _DROPPED.sub("", compatible(text))


def pairs(run: str) -> list[str]:
    """What is written without spaces, as its pairs of characters."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]
