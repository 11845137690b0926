"""The evidence of decisions by score."""

from __future__ import annotations

from types import MappingProxyType

from aggregator.cluster.joining import Choice
from aggregator.cluster.spelling import Spelling
from aggregator.cluster.stream import Stream
from aggregator.model.story import Evidence


class Decided:
    """Writes evidence; ``version`` is that of the weights that decide."""

    def __init__(self, spelling: Spelling, version: str) -> None:
        self._spelling = spelling
        self.version = version

    def event(self, stream: Stream, row: int, choice: Choice, rule: str = "event") -> Evidence:
        """Evidence for a decision by score."""
        nearest = choice.nearest
        return Evidence(
            rule=rule,
            score=choice.score,
            parts=MappingProxyType(dict(choice.parts)),
            terms=() if nearest is None else self._spelling.shared(stream, row, nearest),
            compared_with=None if nearest is None else stream.articles[nearest],
            weights=self.version,
        )
