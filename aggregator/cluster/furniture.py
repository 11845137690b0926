"""Furniture: the lines a source puts under or over everything it publishes.

"Sign up for our newsletter" makes two texts of one source look alike. A line that ten different
entries of a source carry is furniture from then on. What is remembered is bounded: rare lines are
forgotten first, and the sources that have been silent longest.
"""

from __future__ import annotations

from collections import OrderedDict

REPEATS = 10
"""Entries of one source that must carry a line before it counts as furniture."""

_LINES = 256  # remembered of one source


class Furniture:
    """Counts the lines of each source's entries and strips those that keep coming back.

    ``sources`` bounds how many sources are remembered.
    """

    def __init__(self, *, sources: int = 20_000) -> None:
        self._limit = sources
        self._sources: OrderedDict[str, dict[int, int]] = OrderedDict()

    def __len__(self) -> int:
        return sum(len(counts) for counts in self._sources.values())

    def observe(self, source: str | None, text: str) -> None:
        """Counts an entry's lines. Only for new texts: a text polled again tells nothing."""
        if source is None:
            return
        counts = self._sources.setdefault(source, {})
        self._sources.move_to_end(source)
        for key in {hash(line.strip()) for line in text.split("\n") if line}:
            counts[key] = counts.get(key, 0) + 1
        if len(counts) > _LINES:
            self._sources[source] = _most_repeated(counts)
        if len(self._sources) > self._limit:
            self._sources.popitem(last=False)

    def strip(self, source: str | None, text: str) -> str:
        """The text without its source's furniture; whole where nothing else would be left."""
        counts = self._sources.get(source) if source is not None else None
        if not counts or max(counts.values()) < REPEATS:
            return text
        lines = text.split("\n")
        kept = [line for line in lines if counts.get(hash(line.strip()), 0) < REPEATS]
        if len(kept) == len(lines) or not any(line.strip() for line in kept):
            return text
        return "\n".join(kept)


def _most_repeated(counts: dict[int, int]) -> dict[int, int]:
    """Without the lines seen once; of the others, the half seen most, if still too many."""
    repeated = {key: count for key, count in counts.items() if count > 1}
    if len(repeated) <= _LINES // 2:
        return repeated
    return dict(sorted(repeated.items(), key=lambda item: -item[1])[: _LINES // 2])
