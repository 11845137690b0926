"""A wordbook: what everything that stands between two spaces means, looked up instead of read.

A language's writers use the same words with the same commas over and over. So each *chunk* of a
text (what stands between spaces) is taken apart once, into one number for each of its words, and a
text is read by looking up its chunks, by a hash of 64 bits: what `Tokeniser.read` says of it, at a
small part of the cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from threading import Lock

import numpy as np
import xxhash
from numpy.typing import NDArray

from aggregator.kernels import kernels
from aggregator.kernels.port import I32, U64
from aggregator.kernels.table import KeyTable
from aggregator.text.folding import compatible
from aggregator.text.tokens import ENDING, TOKEN, UNCOMMON, UNSPACED, Tokeniser, cleaned, pairs

ENDS, OPENS, STAYS, CAPITAL, NUMBER, NO_WORD = (1 << place for place in range(6))
"""Bits of a word's number: a word after it opens a sentence; it opens one itself, or does not,
whatever stands before it; it has a capital; it is a number; it is punctuation alone. The stem's own
number stands above a whole byte of them."""
BITS = 8

BRIEF = {1: 3, 2: 3, 3: 2, 4: 1}
"""How short a word is, by its letters; 0 for the longer ones, for numbers and for the character
pairs of other scripts, which say nothing by their length."""
_NO_ALPHABET = 0x0700
"""Latin, Greek, Cyrillic, Armenian, Hebrew and Arabic lie before this code point."""

_MOST = 200_000
_NEW_LINE = " | "  # ends a sentence, as the end of a line does


class Wordbook:
    """One language's chunks. Any thread may use it.

    ``language`` is the primary subtag of a BCP 47 tag, None where it is not known.
    """

    def __init__(self, language: str | None) -> None:
        self._tokeniser = Tokeniser(language)
        self._turn = Lock()
        self._forget()

    def look_up(self, title: str, text: str) -> tuple[tuple[I32, I32], Stems]:
        """The numbers of either's words in order, and what stands behind stems' own numbers."""
        title = _spaced(title)
        whole = f"{title} {_spaced(text)}"
        points = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), "<u4")
        hashes, starts, ends = kernels().chunks(points.astype(np.uint32, copy=False))
        heading = int(np.searchsorted(starts, len(title)))
        with self._turn:
            if len(self._chunks) > _MOST:
                self._forget()
            values = self._chunks.find(hashes)
            if new := (values == 0).nonzero()[0].tolist():
                spelt = {int(hashes[at]): whole[starts[at] : ends[at]] for at in new}
                self._chunks.learn(spelt)
                values = self._chunks.find(hashes)
            return (
                self._chunks.words(values[:heading]),
                self._chunks.words(values[heading:]),
            ), self._chunks.stems

    def spelt(self, keys: Iterable[int]) -> list[str | None]:
        """The stems with these keys; None for one that no text has had of late."""
        with self._turn:
            return [self._chunks.stems.spelt.get(key) for key in keys]

    def _forget(self) -> None:
        self._chunks = _Chunks(self._tokeniser)


class Stems:
    """What is known of stems by their own numbers.

    Attributes:
        keys: a 32-bit hash each, by which terms are known outside of the wordbook.
        brief: how short they are, see `BRIEF`.
    """

    def __init__(self) -> None:
        self.keys: NDArray[np.uint32] = np.zeros(4096, np.uint32)
        self.brief: NDArray[np.uint8] = np.zeros(4096, np.uint8)
        self.spelt: dict[int, str] = {}
        self._numbers: dict[str, int] = {}

    def number(self, stem: str) -> int:
        """A stem's number, from 1 on."""
        number = self._numbers.get(stem)
        if number is None:
            number = self._numbers[stem] = len(self._numbers) + 1
            if number == len(self.keys):
                self.keys = np.concatenate((self.keys, np.zeros_like(self.keys)))
                self.brief = np.concatenate((self.brief, np.zeros_like(self.brief)))
            key = stem_key(stem)
            self.keys[number], self.brief[number], self.spelt[key] = key, _brief(stem), stem
        return number


class _Chunks:
    """From a chunk's hash to its words' numbers."""

    def __init__(self, tokeniser: Tokeniser) -> None:
        self.stems = Stems()
        self._tokeniser = tokeniser
        self._table = KeyTable()
        # Behind each chunk of several words, or none, their count and their numbers.
        self._runs: I32 = np.zeros(4096, np.int32)
        self._end = 1

    def __len__(self) -> int:
        return len(self._table)

    def find(self, hashes: U64) -> I32:
        """A chunk's word, or where its words are to be found; 0 for a chunk not met yet."""
        return self._table.find(hashes)

    def words(self, values: I32) -> I32:
        """The words of chunks that `find` gave these values."""
        return kernels().unfolded(values, self._runs)

    def learn(self, chunks: Mapping[int, str]) -> None:
        """Takes chunks apart, each under its hash."""
        values = [self._filed(tuple(self._read(chunk))) for chunk in chunks.values()]
        self._table.insert(np.array(list(chunks), np.uint64), np.array(values, np.int32))

    def _filed(self, words: tuple[int, ...]) -> int:
        if len(words) == 1:
            return words[0]
        start, self._end = self._end, self._end + 1 + len(words)
        while self._end > len(self._runs):
            self._runs = np.concatenate((self._runs, np.zeros_like(self._runs)))
        self._runs[start : self._end] = len(words), *words
        return -start

    def _read(self, chunk: str) -> Iterable[int]:
        last = 0
        word = None
        for match in TOKEN.finditer(chunk):
            if word is not None:
                yield word
            before = chunk[last : match.start()]
            stem, capital, number = self._tokeniser.written(match[0])
            word = self.stems.number(stem) << BITS | CAPITAL * capital | NUMBER * number
            if last or before:
                word |= OPENS if before and ENDING.match(before[-1]) else STAYS
            last = match.end()
        after = chunk[last:]
        ends = ENDS if after and ENDING.match(after[-1]) else 0
        yield (NO_WORD if word is None else word) | ends


@cache
def wordbook(language: str | None) -> Wordbook:
    """The process's one wordbook of a language."""
    return Wordbook(language)


def stem_key(stem: str) -> int:
    """The 32-bit hash of a stem; the same in every process."""
    return xxhash.xxh32_intdigest(stem.encode("utf-8", "surrogatepass"))


def _brief(stem: str) -> int:
    if not stem.isalpha() or ord(stem[0]) >= _NO_ALPHABET:
        return 0
    return BRIEF.get(len(stem), 0)


def _spaced(text: str) -> str:
    """The text with spaces where words part and signs where lines do."""
    if not text.isascii():
        text = compatible(text)
        if UNCOMMON.search(text):
            text = _RUN.sub(lambda run: f" {' '.join(pairs(run[0]))} ", cleaned(text))
    return text.replace("\n", _NEW_LINE)


_RUN = re.compile(f"[{UNSPACED}]+")
