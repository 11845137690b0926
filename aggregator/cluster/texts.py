"""Texts: what a window leaves out, asked for where it is needed after all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from aggregator.model.signature import SignedArticle

Texts = Callable[[Sequence[str]], Mapping[str, str]]
"""Title and text, joined by a newline, of those of these articles that are still to be had."""

_AT_ONCE = 1000


def with_texts(articles: Sequence[SignedArticle], texts: Texts) -> list[SignedArticle]:
    """The articles, with their texts where those were left out."""
    found: dict[str, str] = {}
    missing = [article.id for article in articles if not article.text]
    for start in range(0, len(missing), _AT_ONCE):
        found |= texts(missing[start : start + _AT_ONCE])
    return [
        replace(article, text=found[article.id].partition("\n")[2])
        if article.id in found
        else article
        for article in articles
    ]
