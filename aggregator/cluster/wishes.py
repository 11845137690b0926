"""Corrections as they come while the clusterer runs: done at once, whatever the scores say."""

from __future__ import annotations

import math

from aggregator.cluster.constraints import Constraints
from aggregator.cluster.places import Places
from aggregator.cluster.stream import Arrival, Stream
from aggregator.cluster.texts import Texts
from aggregator.model.story import Constraint, Evidence
from aggregator.text.terms import terms_of


class Wishes:
    """Does what a person asks of articles that are in the window."""

    def __init__(
        self,
        places: Places,
        constraints: Constraints,
        texts: Texts,
    ) -> None:
        self._places = places
        self._constraints = constraints
        self._texts = texts

    def grant(self, constraint: Constraint) -> None:
        """Does what one constraint asks, as far as its articles are here."""
        a, b = constraint.a, constraint.b
        if a not in self._places:
            return
        if constraint.kind == "pin":
            self._pin(a, self._places.alive(b))
        elif b in self._places:
            if constraint.kind == "together":
                self._unite(a, b)
            else:
                self._part(a, b)

    def _pin(self, article: str, story: str) -> None:
        if self._places.story(article) != story:
            self._places.move(article, story, Evidence(rule="pinned"))
        else:
            self._places.at[article].evidence = Evidence(rule="pinned")
            self._places.touch(article)

    def _unite(self, a: str, b: str) -> None:
        stream = self._places.at[a].stream
        if self._places.at[b].stream is not stream:
            self._transfer(b, stream)
        if self._places.story(a) == self._places.story(b):
            return
        kept, gone = self._places.elder(stream, self._places.story(a), self._places.story(b))
        if self._constraints.may_meet(
            self._places.ids(stream, kept), self._places.ids(stream, gone)
        ):
            self._places.merge(stream, kept, gone, rule="together", compared=a)
        elif self._constraints.may_meet([b], self._places.ids(stream, self._places.story(a))):
            self._places.move(b, self._places.story(a), Evidence(rule="together", compared_with=a))
        elif self._constraints.may_meet([a], self._places.ids(stream, self._places.story(b))):
            self._places.move(a, self._places.story(b), Evidence(rule="together", compared_with=b))

    def _part(self, a: str, b: str) -> None:
        if self._places.story(a) != self._places.story(b):
            return
        leaver, stays = sorted((a, b), key=lambda article: -self._places.at[article].row)
        self._places.move(
            leaver, self._places.new_story(leaver), Evidence(rule="apart", compared_with=stays)
        )

    def _transfer(self, article: str, stream: Stream) -> None:
        """Lets an article of another language stand in this stream, as a person wishes."""
        place = self._places.at[article]
        title, _, text = self._texts([article]).get(article, "").partition("\n")
        terms = terms_of(title, text, stream.language)
        old, row = place.stream, place.row
        source = int(old.vectors.sources[row])
        arrival = Arrival(article, title, terms, math.nan, old.days[row], source)
        story = place.stream.story[place.row]
        place.stream.leave(place.row)
        place.stream, place.row = stream, stream.add([arrival])
        stream.put(place.row, story)
