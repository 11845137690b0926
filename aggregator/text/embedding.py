"""A static embedding: words as points, such that words of like meaning are near each other.

The extra ``[semantic]`` brings one with its package (`wordllama`, which holds an embedding of
256 numbers for each of 32,000 pieces of words); it is read from disk at first use, and nothing is
ever fetched. A default install has none.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregator.errors import ConfigError
from aggregator.kernels.port import F32
from aggregator.text.controls import encodable

CHOICE = "AGGREGATOR_SEMANTIC"
"""The environment variable that, set to ``off``, leaves an embedding alone that is installed."""

MOST = 2000
"""Characters read of a text: no headline has more, and a million of them would take a second."""


class Embedding:
    """Points of texts; ``model`` is what `wordllama` loads."""

    def __init__(self, model: Any) -> None:
        self._tokenizer = model.tokenizer
        self._tokenizer.no_padding()
        self._table: F32 = np.ascontiguousarray(model.embedding, np.float32)

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of the pieces that the first `MOST` characters of each text are made of."""
        readable = [encodable(text[:MOST]) for text in texts]
        found = self._tokenizer.encode_batch(readable, add_special_tokens=False)
        return [each.ids for each in found]

    def spelt(self, piece: int) -> str:
        """How a piece is written; ``▁`` stands for the space before a word."""
        return str(self._tokenizer.id_to_token(piece))

    def weighing(self, weights: Mapping[str, float]) -> F32:
        """What every piece weighs: those named as said, all others 1."""
        weighed: F32 = np.ones(len(self._table), np.float32)
        for piece, weight in weights.items():
            if (number := self._tokenizer.token_to_id(piece)) is not None:
                weighed[number] = weight
        return weighed

    def points(self, texts: Sequence[str], weighed: F32) -> F32:
        """Each text's point, of length 1: the weighed sum of its pieces; 0 for an empty text."""
        points: F32 = np.zeros((len(texts), self._table.shape[1]), np.float32)
        for place, pieces in enumerate(self.pieces(texts)):
            points[place] = weighed[pieces] @ self._table[pieces]
        return unit(points)


def unit(points: NDArray[Any]) -> F32:
    """Points drawn to length 1; those at 0 stay there."""
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    drawn: F32 = (points / np.maximum(lengths, 1e-9)).astype(np.float32)
    return drawn


def embedded() -> bool:
    """Whether there is an embedding that may be used."""
    return os.environ.get(CHOICE) != "off" and find_spec("wordllama") is not None


@cache
def embedding() -> Embedding:
    """The embedding that is installed, read once a process; some 110 MB of memory.

    Raises `ConfigError` where it is installed but cannot be read.
    """
    # Titles are few at a time, and a process that tokenised in threads could not fork well.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import wordllama

        # Its own folder as the cache keeps it from making one in the user's home.
        folder = Path(wordllama.__file__).parent
        return Embedding(wordllama.WordLlama.load(cache_dir=folder, disable_download=True))
    except (ImportError, OSError, ValueError) as error:
        raise ConfigError(
            f"the extra [semantic] is installed, but its embedding cannot be read: {error}",
            hint=f"Install it anew: pip install --force-reinstall wordllama; {CHOICE}=off does "
            "without it.",
        ) from error
