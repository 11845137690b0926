"""One language's articles and the stories they form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from aggregator.cluster.joining import Joining, said
from aggregator.cluster.links import Links
from aggregator.cluster.sense import Senses
from aggregator.cluster.settle import settle
from aggregator.cluster.stories import Stories
from aggregator.cluster.vectors import Vectors
from aggregator.cluster.vocabulary import Ints
from aggregator.cluster.weights import Weights
from aggregator.text.terms import Terms

_CLOSE = 0.2
"""A story with an article this likely of one event is looked at again along with its neighbour."""


class Arrival(NamedTuple):
    """An article as a stream takes it in.

    ``hours`` is its date, NaN for none; ``day`` when it was read, None if that is not known;
    ``source`` whose it is, 0 for nobody's.
    """

    id: str
    title: str
    terms: Terms
    hours: float
    day: int | None
    source: int


class Stream:
    """Rows (articles in order of arrival) and stories (lists of rows, founder first).

    ``language`` is the primary subtag of what its articles are written in.
    """

    def __init__(self, weights: Weights, language: str) -> None:
        self.language = language
        self.vectors = Vectors()
        self.articles: list[str] = []
        self.days: list[int | None] = []
        self.stories = Stories()
        self.story, self.members = self.stories.story, self.stories.members
        sense = weights.sense
        self.senses = Senses(sense if sense and sense.language == language else None)
        self.links = Links(self.vectors, self.senses, weights)
        self.joining = Joining(weights, self.links, self.stories)
        self._weights = weights
        self._touched: dict[str, None] = {}
        self._moved: set[int] = set()

    @property
    def nbytes(self) -> int:
        """Bytes its words and neighbours take."""
        return self.vectors.nbytes + self.links.nbytes + self.senses.nbytes

    # -- rows ------------------------------------------------------------------------------
    def add(self, articles: Sequence[Arrival], *, post: bool = True) -> int:
        """Takes articles in, without a story yet; the first one's row, which the others follow.

        ``post``: see `Vectors.add_many`.
        """
        row = self.vectors.add_many(
            [article.terms for article in articles],
            [article.hours for article in articles],
            [article.source for article in articles],
            post=post,
        )
        self.senses.set(
            row, [article.title for article in articles], [article.terms for article in articles]
        )
        self.articles += [article.id for article in articles]
        self.days += [article.day for article in articles]
        self.stories.add(len(articles))
        return row

    def revise(self, row: int, title: str, terms: Terms) -> None:
        """Gives a row new text; where it stands is not asked."""
        self.vectors.replace(row, terms)
        self.senses.set(row, [title], [terms])
        self.links.look_around([row], earlier=False)

    def put(self, row: int, story: str) -> None:
        """Moves a row into a story; leaves none empty behind."""
        if old := self.story[row]:
            self._touched[old] = None
        self.stories.put(row, story)
        self._touched[story] = None
        self._moved.add(row)

    def leave(self, row: int) -> None:
        """Takes a row out of its story."""
        if old := self.story[row]:
            self._touched[old] = None
            self.stories.leave(row)

    def drop_before(self, day: int) -> list[str]:
        """Forgets the rows read before a day; the articles they were."""
        gone = {row for row, read in enumerate(self.days) if read is not None and read < day}
        if not gone:
            return []
        kept = [row for row in range(len(self.articles)) if row not in gone]
        rows = np.array(kept, np.int32)
        self.links.keep(rows)
        self.vectors.keep(rows)
        self.senses.keep(rows)
        forgotten = [self.articles[row] for row in sorted(gone)]
        self.articles = [self.articles[row] for row in kept]
        self.days = [self.days[row] for row in kept]
        self.stories.keep(kept)
        place = {row: number for number, row in enumerate(kept)}
        self._moved = {place[row] for row in self._moved if row in place}
        self.consider(self._touched)
        return forgotten

    # -- looking back ----------------------------------------------------------------------
    def nearest_in(self, row: int, story: str) -> tuple[int | None, float]:
        """The member of a story most likely of one event with a row, among its neighbours."""
        (around,) = self.links.of([row])
        best: tuple[int | None, float] = (None, 0.0)
        for other, probability in around.pairs():
            if self.story[other] == story and probability > best[1]:
                best = (other, probability)
        if best[0] is None:
            others = [member for member in self.members[story][:32] if member != row]
            if others:
                chances = self.links.likely(row, others)
                best = (others[int(chances.argmax())], float(chances.max()))
        return best

    def parts(self, row: int, other: int) -> dict[str, float]:
        """What two rows share, facet by facet."""
        return said(self.links.shared(row, other)) | self.links.meant(row, other)

    def region(self, most: int) -> tuple[Ints, tuple[str, ...]]:
        """The rows to look at again next, in order of arrival, and the stories left for later.

        They are those of stories touched since they were last looked at, and of the stories close
        to what came or moved there, the closest first: ``most`` rows, or one story that has more.
        """
        taken: dict[str, None] = {}
        size = 0
        for story in self._touched:
            if story in self.members:
                if taken and 2 * (size + len(self.members[story])) > most:
                    break
                taken[story] = None
                size += len(self.members[story])
        later = tuple(story for story in self._touched if story not in taken)
        close: dict[str, float] = {}
        moved = [row for story in taken for row in self.members[story] if row in self._moved]
        for around in self.links.of(moved):
            for other, probability in around.pairs():
                name = self.story[other]
                if probability > max(_CLOSE, close.get(name, 0.0)):
                    close[name] = probability
        for story in sorted(close, key=lambda name: -close[name]):
            if story and story not in taken and size + len(self.members[story]) <= most:
                taken[story] = None
                size += len(self.members[story])
        rows = sorted(row for story in taken for row in self.members[story])
        return np.array(rows, np.int32), later

    def everything(self) -> Ints:
        """All rows that have a story."""
        return np.array([row for row, story in enumerate(self.story) if story], np.int32)

    def consider(self, stories: Iterable[str]) -> None:
        """Leaves these stories, as far as they live, and no others to be looked at again."""
        self._touched = {story: None for story in stories if story in self.members}
        self._moved = {row for row in self._moved if self.story[row] in self._touched}

    @property
    def touched(self) -> bool:
        """Whether any story waits to be looked at again."""
        return bool(self._touched)

    def regroup(
        self, rows: Ints, families: Mapping[int, int], apart: Collection[tuple[int, int]]
    ) -> list[list[int]]:
        """The groups that these rows should be, all things considered.

        ``families`` maps rows that must not be parted to a row that stands for them.
        """
        self.links.look_again(rows)
        place = {row: number for number, row in enumerate(rows.tolist())}
        heads: dict[int, int] = {}
        start = np.array(
            [heads.setdefault(families.get(row, row), place[row]) for row in rows.tolist()],
            np.int64,
        )
        edges = self.links.edges(rows)
        groups = settle(
            start,
            edges,
            self.senses.between(rows[edges.a], rows[edges.b]),
            [self.vectors.telling(row) for row in rows.tolist()],
            self.vectors.vocabulary,
            self._weights,
            apart=[(place[a], place[b]) for a, b in apart if a in place and b in place],
            least=self.links.least,
            closed=self.links.closedness(whole=len(rows) == self.vectors.rows),
        )
        self.joining.forget(self.story[row] for row in rows.tolist())
        found: dict[int, list[int]] = {}
        for row, group in zip(rows.tolist(), groups.tolist(), strict=True):
            found.setdefault(group, []).append(row)
        return list(found.values())
