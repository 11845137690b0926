"""Which articles share their text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aggregator.model.signature import SignedArticle


@dataclass(frozen=True, slots=True)
class CopyMatch:
    """The earlier article a text was found in."""

    article_id: str
    rule: str
    resemblance: float


class CopyIndex:
    """Texts by their folded form."""

    def __init__(self, *, texts: Callable[[Sequence[str]], Mapping[str, str]]) -> None:
        self._seen: dict[str, str] = {}

    def add(self, article: SignedArticle) -> CopyMatch | None:
        """The earliest article with this text."""
        folded = " ".join((article.text or article.title).casefold().split())
        if len(folded) < 20:
            return None
        first = self._seen.setdefault(folded, article.id)
        return CopyMatch(first, "same-text", 1.0) if first != article.id else None
