"""Upkeep: stories that have come to say the same are merged, and those that fell apart split."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from aggregator.cluster.constraints import Constraints
from aggregator.cluster.evidence import Decided
from aggregator.cluster.joining import Choice
from aggregator.cluster.places import OWN_DECISIONS, Places
from aggregator.cluster.stream import Stream
from aggregator.cluster.vocabulary import Ints
from aggregator.model.story import Evidence


class Upkeep:
    """Groups rows of a stream anew, within what people have said of them."""

    def __init__(self, places: Places, constraints: Constraints, decided: Decided) -> None:
        self._places = places
        self._constraints = constraints
        self._decided = decided

    def regroup(self, stream: Stream, rows: Ints, apart: Collection[tuple[str, str]]) -> None:
        """Makes of these rows the stories that they should be; ``apart`` never meet."""
        hostile = self._rows(stream, (*self._constraints.hostile(), *apart))
        groups = stream.regroup(rows, self._families(stream, rows), list(hostile))
        self._regrouped(stream, groups)

    def _families(self, stream: Stream, rows: Ints) -> dict[int, int]:
        """Which of these rows are not to be parted: copies, and what a person put together."""
        places = self._places
        tied = []
        for name in (stream.articles[row] for row in rows.tolist()):
            place = places.at[name]
            if place.copy_of in places.at and places.story(name) == places.story(place.copy_of):
                tied.append((place.row, places.at[place.copy_of].row))
        for one, two in self._rows(stream, self._constraints.tied()):
            # Where both cannot be (one's company is another's enemy) they stand apart already.
            if stream.story[one] == stream.story[two]:
                tied.append((one, two))
        for article, story in self._constraints.pinned.items():
            members = stream.members.get(places.alive(story), [])
            if places.row_in(stream, article) in members:
                tied.append((places.at[article].row, members[0]))
        return _together(tied)

    def _rows(self, stream: Stream, pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[int, int]]:
        """The rows of pairs of articles that are both in this stream."""
        for one, two in pairs:
            a, b = self._places.row_in(stream, one), self._places.row_in(stream, two)
            if a is not None and b is not None:
                yield a, b

    def _regrouped(self, stream: Stream, groups: Sequence[list[int]]) -> None:
        """Makes stories of groups: each keeps the id of the earliest founder it holds."""
        owner = {row: number for number, rows in enumerate(groups) for row in rows}
        claims: dict[int, list[str]] = {}
        stories = {stream.story[row] for row in owner}
        for story in sorted(stories, key=lambda name: stream.members[name][0]):
            claims.setdefault(owner[stream.members[story][0]], []).append(story)
        before = {row: stream.story[row] for row in owner}
        for number, rows in enumerate(groups):
            names = claims.get(number) or [self._places.new_story(stream.articles[rows[0]])]
            for row in rows:
                if stream.story[row] != names[0]:
                    stream.put(row, names[0])
            for gone in names[1:]:
                self._places.rename(gone, names[0])
        for row in owner:
            self._reconsider(stream, row, before[row])

    def _reconsider(self, stream: Stream, row: int, before: str) -> None:
        """Sees to it that a row's evidence speaks of the story it is in."""
        article, story = stream.articles[row], stream.story[row]
        place = self._places.at[article]
        if story != before:
            self._places.touch(article)
        if place.evidence.rule not in OWN_DECISIONS:
            return
        if stream.members[story][0] == row:
            if place.evidence.rule not in ("founder", "split"):
                rule = "founder" if story == before else "split"
                place.evidence = Evidence(rule=rule, weights=self._decided.version)
                self._places.touch(article)
            return
        with_ = place.evidence.compared_with
        if with_ in self._places.at and self._places.story(with_) == story and story == before:
            return
        nearest, likely = stream.nearest_in(row, story)
        rule = "merged" if self._places.alive(before) == story and before != story else "event"
        parts = {} if nearest is None else stream.parts(row, nearest)
        choice = Choice(story, round(likely, 4), parts | {"pair": round(likely, 3)}, nearest)
        (place.evidence,) = self._decided.events(stream, [(row, choice)], rule)
        self._places.touch(article)


def _together(families: Iterable[Iterable[int]]) -> dict[int, int]:
    """Rows of families that overlap, each by the earliest row of all it is tied to."""
    head: dict[int, int] = {}

    def find(row: int) -> int:
        while head.setdefault(row, row) != row:
            row = head[row]
        return row

    for family in families:
        tied = sorted({find(row) for row in family})
        for other in tied[1:]:
            head[other] = tied[0]
    return {row: find(row) for row in tuple(head)}
