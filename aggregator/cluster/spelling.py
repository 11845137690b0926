"""The words behind terms: evidence names them, the vectors know but their hashes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from aggregator.cluster.stream import Stream
from aggregator.cluster.texts import Texts
from aggregator.model.signature import SignedArticle
from aggregator.text.terms import terms_of
from aggregator.text.wordbook import wordbook

_LOOKED_AT = 24


class Spelling:
    """Spells the terms that two articles share, out of the process's wordbook.

    A term that it has not met since the start is learned from the article's text: from those
    ``at_hand``, else it is asked of ``texts``.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._at_hand: dict[str, SignedArticle] = {}

    def at_hand(self, articles: Iterable[SignedArticle]) -> None:
        """The articles that are being placed, texts and all."""
        self._at_hand = {article.id: article for article in articles}

    def shared(
        self, stream: Stream, pairs: Sequence[tuple[int, int]], count: int = 8
    ) -> list[tuple[str, ...]]:
        """The terms each pair of rows shares, most telling first, small change left out."""
        if not pairs:
            return []
        rows, others = np.array(pairs, np.int32).T
        return [
            self._told(stream, row, shared)[:count]
            for (row, _), shared in zip(
                pairs, stream.vectors.shared(rows, others, _LOOKED_AT), strict=True
            )
        ]

    def _told(
        self, stream: Stream, row: int, shared: Sequence[tuple[int, bool]]
    ) -> tuple[str, ...]:
        book = wordbook(stream.language)
        spelt = book.spelt(key for key, _ in shared)
        if None in spelt:
            self._read(stream, row)
            spelt = book.spelt(key for key, _ in shared)
        return tuple(
            stem
            for stem, (_, named) in zip(spelt, shared, strict=True)
            if stem and (named or len(stem) > 3 or not stem.isascii())
        )

    def _read(self, stream: Stream, row: int) -> None:
        name = stream.articles[row]
        article = self._at_hand.get(name)
        if article is not None:
            title, text = article.title, article.text
        else:
            title, _, text = self._texts([name]).get(name, "").partition("\n")
        terms_of(title, text, stream.language)
