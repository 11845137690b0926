"""A wordbook: what everything that stands between two spaces means, looked up instead of read.

A language's writers use the same words with the same commas over and over. So each *chunk* of a
text (what stands between spaces) is taken apart once, into one number for each of its words, and a
text is read by looking up its chunks: what `Tokeniser.read` says of it, at a tenth of the cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from aggregator.text.tokens import ENDING, TOKEN, UNSPACED, Tokeniser, cleaned, pairs

ENDS, OPENS, STAYS, CAPITAL, NUMBER, NO_WORD = (1 << place for place in range(6))
"""Bits of a word's number: a word after it opens a sentence; it opens one itself, or does not,
whatever stands before it; it has a capital; it is a number; it is punctuation alone. The stem's own
number stands above a whole byte of them."""
BITS = 8

_MOST = 400_000
_NEW_LINE = " | "  # ends a sentence, as the end of a line does


class Wordbook:
    """One language's chunks. Any thread may use it.

    ``language`` is the primary subtag of a BCP 47 tag, None where it is not known.
    """

    def __init__(self, language: str | None) -> None:
        self._tokeniser = Tokeniser(language)
        self._turn = Lock()
        self._forget()

    def look_up(self, *texts: str) -> tuple[list[NDArray[np.int32]], list[str]]:
        """The numbers of each text's words in order, and all stems by their own number."""
        with self._turn:
            if len(self._chunks) > _MOST:
                self._forget()
            found = self._chunks.__getitem__
            numbers = [
                np.fromiter(chain.from_iterable(map(found, _chunks(text))), np.int32)
                for text in texts
            ]
            return numbers, self._chunks.stems

    def _forget(self) -> None:
        self._chunks = _Chunks(self._tokeniser)


class _Chunks(dict[str, tuple[int, ...]]):
    """From a chunk to its words' numbers; takes it apart where it is new."""

    def __init__(self, tokeniser: Tokeniser) -> None:
        super().__init__()
        self.stems: list[str] = []
        self._numbers: dict[str, int] = {}
        self._tokeniser = tokeniser

    def __missing__(self, chunk: str) -> tuple[int, ...]:
        self[chunk] = found = tuple(self._read(chunk))
        return found

    def _read(self, chunk: str) -> Iterable[int]:
        last = 0
        word = None
        for match in TOKEN.finditer(chunk):
            if word is not None:
                yield word
            before = chunk[last : match.start()]
            stem, capital, number = self._tokeniser.written(match[0])
            word = self._number(stem) << BITS | CAPITAL * capital | NUMBER * number
            if last or before:
                word |= OPENS if before and ENDING.match(before[-1]) else STAYS
            last = match.end()
        after = chunk[last:]
        ends = ENDS if after and ENDING.match(after[-1]) else 0
        yield (NO_WORD if word is None else word) | ends

    def _number(self, stem: str) -> int:
        number = self._numbers.setdefault(stem, len(self.stems))
        if number == len(self.stems):
            self.stems.append(stem)
        return number


@cache
def wordbook(language: str | None) -> Wordbook:
    """The process's one wordbook of a language."""
    return Wordbook(language)


def _chunks(text: str) -> list[str]:
    text = cleaned(text)
    if not text.isascii() and _RUN.search(text):
        text = _RUN.sub(lambda run: f" {' '.join(pairs(run[0]))} ", text)
    return text.replace("\n", _NEW_LINE).split()


_RUN = re.compile(f"[{UNSPACED}]+")
