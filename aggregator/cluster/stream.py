"""One language's articles and the stories they form."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from aggregator.cluster.vectors import FACETS, Vectors
from aggregator.text.terms import Term

_MIX = np.array([0.45, 0.1, 0.25, 0.15, 0.0, 0.05], np.float32)
_JOIN = 0.24
_MERGE = 0.26
_ASKED = 24


@dataclass(frozen=True, slots=True)
class Choice:
    """What the texts say of one article: the story it fits best, and how well."""

    story: str | None
    score: float
    parts: dict[str, float] = field(default_factory=dict)
    nearest: int | None = None


class Stream:
    """Rows (articles in order of arrival) and stories (lists of rows, founder first)."""

    def __init__(self, background: dict[str, float] | None = None) -> None:
        self.vectors = Vectors(background)
        self.articles: list[str] = []
        self.hours: list[float] = []
        self.story: list[str] = []
        self.members: dict[str, list[int]] = {}

    def add(self, article: str, terms: Sequence[Term], hours: float) -> int:
        """Takes an article in, without a story yet; ``hours`` is its date, NaN for none."""
        row = self.vectors.add(terms)
        self.articles.append(article)
        self.hours.append(hours)
        self.story.append("")
        return row

    def put(self, row: int, story: str) -> None:
        """Moves a row into a story; leaves none empty behind."""
        self.leave(row)
        self.story[row] = story
        rows = self.members.setdefault(story, [])
        rows.append(row)
        if len(rows) > 1 and rows[-2] > row:
            rows.sort()

    def leave(self, row: int) -> None:
        """Takes a row out of its story."""
        if old := self.story[row]:
            self.members[old].remove(row)
            if not self.members[old]:
                del self.members[old]
            self.story[row] = ""

    def choose(self, row: int, barred: Collection[str] = ()) -> Choice:
        """The story a row fits best, None where it fits none."""
        near = self.vectors.near(row)
        if not len(near):
            return Choice(None, 0.0)
        scores = self._pair_scores(row, near)
        order = np.argsort(-scores, kind="stable")
        best: Choice | None = None
        seen: set[str] = set()
        for place in order[:_ASKED]:
            story = self.story[near[place]]
            if not story or story in seen or story in barred:
                continue
            seen.add(story)
            rows = _sampled(self.members[story])
            across = self._pair_scores(row, np.array(rows, np.int32))
            top = float(across.max())
            mean = float(across.mean())
            score = 0.5 * top + 0.5 * mean
            if best is None or score > best.score:
                nearest = rows[int(across.argmax())]
                facets = self.vectors.compare(row, np.array([nearest], np.int32))[0]
                parts = {name: round(float(x), 3) for name, x in zip(FACETS, facets, strict=True)}
                parts |= {"best": round(top, 3), "mean": round(mean, 3)}
                best = Choice(story, round(score, 4), parts, nearest)
        if best is None:
            return Choice(None, 0.0)
        if best.score < _JOIN:
            return Choice(None, best.score, best.parts, best.nearest)
        return best

    def merges(self, stories: Iterable[str]) -> list[tuple[str, str, float, int]]:
        """Pairs of stories that have come to say the same: (kept, gone, score, a row of gone)."""
        found = []
        for story in stories:
            rows = self.members.get(story)
            if not rows:
                continue
            sample = _sampled(rows)[:8]
            votes: dict[str, list[float]] = {}
            for row in sample:
                near = self.vectors.near(row, 32)
                for other in {self.story[n] for n in near} - {story, ""}:
                    across = self._pair_scores(
                        row, np.array(_sampled(self.members[other])[:8], np.int32)
                    )
                    votes.setdefault(other, []).append(float(across.mean()))
            for other, scores in votes.items():
                score = sum(scores) / len(sample)
                if score >= _MERGE:
                    kept, gone = sorted((story, other), key=lambda s: self.members[s][0])
                    found.append((kept, gone, round(score, 4), self.members[gone][0]))
        return sorted(set(found), key=lambda pair: -pair[2])

    def _pair_scores(self, row: int, others: np.ndarray) -> np.ndarray:
        scores = self.vectors.compare(row, others) @ _MIX
        mine = self.hours[row]
        if math.isnan(mine):
            return scores
        apart = np.array([abs(self.hours[other] - mine) for other in others])
        apart = np.where(np.isnan(apart), 0.0, apart)
        return scores * np.exp(-0.5 * (apart / 96.0) ** 2)


def _sampled(rows: Sequence[int], count: int = 32) -> list[int]:
    if len(rows) <= count:
        return list(rows)
    step = len(rows) / count
    return [rows[int(place * step)] for place in range(count)]
