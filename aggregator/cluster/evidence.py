"""The evidence of decisions by score."""

from __future__ import annotations

from collections.abc import Sequence
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

    def events(
        self, stream: Stream, choices: Sequence[tuple[int, Choice]], rule: str = "event"
    ) -> list[Evidence]:
        """Evidence for decisions by score, each of a row."""
        near = [(row, choice.nearest) for row, choice in choices if choice.nearest is not None]
        terms = iter(self._spelling.shared(stream, near))
        return [
            Evidence(
                rule=rule,
                score=choice.score,
                parts=MappingProxyType(dict(choice.parts)),
                terms=() if choice.nearest is None else next(terms),
                compared_with=None if choice.nearest is None else stream.articles[choice.nearest],
                weights=self.version,
            )
            for _, choice in choices
        ]
