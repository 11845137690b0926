"""The clusterer: articles in, in the order they are read; stories out, each with its evidence.

A pure state machine. It does no I/O and knows no clock: whoever calls it says when upkeep is due.
Not for use by several threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import xxhash

from aggregator.cluster.constraints import Constraints
from aggregator.cluster.copies import CopyFinder, CopyVerdict
from aggregator.cluster.languages import stream_key
from aggregator.cluster.stream import Choice, Stream
from aggregator.model.instants import Instant
from aggregator.model.signature import SignedArticle
from aggregator.model.store import ClusterWindow
from aggregator.model.story import ClusterChanges, Constraint, Evidence, Membership
from aggregator.text.terms import terms_of
from aggregator.text.tokens import Tokeniser

Texts = Callable[[Sequence[str]], Mapping[str, str]]
"""Title and text of articles by id, for those that are still to be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOptions:
    """How the clusterer keeps house.

    ``upkeep_every`` rows added, upkeep is due (see `Clusterer.upkeep_due`).
    """

    window_days: float = 6.0
    upkeep_every: int = 1000


@dataclass(slots=True)
class _Place:
    """Where an article is: its stream and row, and what it copies."""

    stream: Stream
    row: int
    copy_of: str | None
    evidence: Evidence


class Clusterer:
    """Puts every article into a story, once it is read, and keeps the stories right.

    A story's id follows from its founder's, so that the same articles in the same order give the
    same ids. An article that is added again is a revision: it stays where it is, with new text.
    """

    def __init__(self, *, texts: Texts, options: ClusterOptions | None = None) -> None:
        self._options = options or ClusterOptions()
        self._copies = CopyFinder(texts=texts)
        self._constraints = Constraints()
        self._streams: dict[str, Stream] = {}
        self._tokenisers: dict[str, Tokeniser] = {}
        self._places: dict[str, _Place] = {}
        self._aliases: dict[str, str] = {}
        self._changed: dict[str, None] = {}
        self._new_aliases: dict[str, str] = {}
        self._since_upkeep = 0

    # -- articles --------------------------------------------------------------------------
    def add(self, article: SignedArticle) -> None:
        """Places one article, in the order of arrival."""
        self._since_upkeep += 1
        if article.id in self._places:
            self._revise(article)
            return
        copied = self._copies.add(article, apart=self._constraints.apart.get(article.id, ()))
        stream, row = self._enter(article, copied)
        place = _Place(stream, row, None, Evidence(rule="founder"))
        self._places[article.id] = place
        self._settle(article.id, place, copied)
        self._touch(article.id)

    def add_many(self, articles: Iterable[SignedArticle]) -> None:
        """Places articles one after the other."""
        for article in articles:
            self.add(article)

    @property
    def upkeep_due(self) -> bool:
        """Whether enough articles came since the last upkeep for another to be worth it."""
        return self._since_upkeep >= self._options.upkeep_every

    def upkeep(self) -> None:
        """Merges stories that have come to say the same."""
        self._since_upkeep = 0
        for stream in self._streams.values():
            for kept, gone, score, _ in stream.merges(tuple(stream.members)):
                if kept not in stream.members or gone not in stream.members:
                    continue
                if self._may_join(self._ids(stream, gone), self._ids(stream, kept)):
                    self._merge(stream, kept, gone, rule="merged", score=score)

    def take_changes(self) -> ClusterChanges:
        """What was decided since the last call."""
        memberships = tuple(self.membership(article) for article in self._changed)
        changes = ClusterChanges(
            memberships=memberships, aliases=MappingProxyType(dict(self._new_aliases))
        )
        self._changed.clear()
        self._new_aliases.clear()
        return changes

    def membership(self, article: str) -> Membership:
        """Where an article stands now; KeyError for one the window does not hold."""
        place = self._places[article]
        return Membership(
            article_id=article,
            story_id=place.stream.story[place.row],
            copy_of=place.copy_of,
            evidence=place.evidence,
        )

    # -- restarts and corrections ----------------------------------------------------------
    def restore(self, window: ClusterWindow) -> None:
        """Goes on where another clusterer stopped; meant for one that holds nothing yet."""
        for constraint in window.constraints:
            self._constraints.add(constraint)
        known = {membership.article_id: membership for membership in window.memberships}
        self._copies.restore(window.articles, window.memberships)
        for article in window.articles:
            stream, row = self._enter(article)
            membership = known.get(article.id)
            if membership is None:
                continue
            stream.put(row, membership.story_id)
            self._places[article.id] = _Place(stream, row, membership.copy_of, membership.evidence)

    def constrain(self, constraints: Iterable[Constraint]) -> None:
        """Takes corrections in and does at once what they ask."""
        for constraint in constraints:
            self._constraints.add(constraint)
            if constraint.kind == "pin":
                self._pin(constraint.a, constraint.b)
            elif constraint.kind == "together":
                self._unite(constraint.a, constraint.b)
            else:
                self._part(constraint.a, constraint.b)

    # -- inside ----------------------------------------------------------------------------
    def _enter(
        self, article: SignedArticle, copied: CopyVerdict | None = None
    ) -> tuple[Stream, int]:
        key = stream_key(article.language, article.title, article.text, self._streams)
        stream = self._streams.get(key)
        if copied is not None and copied.copy_of in self._places:
            stream = self._places[copied.copy_of].stream  # a cut text may look another language
        if stream is None:
            stream = self._streams[key] = Stream()
        tokeniser = self._tokenisers.setdefault(key, Tokeniser(key))
        terms = terms_of(article.title, article.text, tokeniser)
        return stream, stream.add(article.id, terms, _hours(article.published_at))

    def _settle(self, article: str, place: _Place, copied: CopyVerdict | None) -> None:
        """Finds an article without a story its place."""
        stream, row = place.stream, place.row
        barred = self._barred(article, stream)
        forced = self._forced(article, stream, barred)
        original = self._original(copied, stream, barred)
        if original is not None and copied is not None and forced in (None, self._story(original)):
            place.copy_of = original
            terms = stream.vectors.shared_terms(row, self._places[original].row)
            place.evidence = replace(copied.evidence, terms=terms)
            stream.put(row, self._story(original))
            self._rebase(copied.rebased, original)
            return
        choice = stream.choose(row, barred) if forced is None else Choice(None, 0.0)
        story = forced or choice.story
        if forced is not None:
            place.evidence = Evidence(rule="together")
        elif story is not None and choice.nearest is not None:
            place.evidence = Evidence(
                rule="event",
                score=choice.score,
                parts=MappingProxyType(choice.parts),
                terms=stream.vectors.shared_terms(row, choice.nearest),
                compared_with=stream.articles[choice.nearest],
            )
        else:
            place.evidence = Evidence(rule="founder")
        pinned = self._constraints.pinned.get(article)
        if pinned is not None:
            story = self._alive(pinned)
            place.evidence = Evidence(rule="pinned")
        stream.put(row, story or self._new_story(article))

    def _new_story(self, founder: str) -> str:
        """A story id out of its founder's; another where that one already lives or lived."""
        for attempt in range(1000):
            seed = founder if attempt == 0 else f"{founder}\x00{attempt}"
            name = "s" + xxhash.xxh3_64_hexdigest(seed.encode())
            if name not in self._aliases and not any(
                name in stream.members for stream in self._streams.values()
            ):
                return name
        raise AssertionError("a thousand stories of one founder")

    def _alive(self, story: str) -> str:
        while story in self._aliases:
            story = self._aliases[story]
        return story

    def _story(self, article: str) -> str:
        place = self._places[article]
        return place.stream.story[place.row]

    def _ids(self, stream: Stream, story: str) -> list[str]:
        return [stream.articles[row] for row in stream.members[story]]

    def _barred(self, article: str, stream: Stream) -> set[str]:
        """Stories that hold an article this one may never be with."""
        others = self._constraints.apart.get(article, ())
        return {self._story(other) for other in others if other in self._places} - {""}

    def _forced(self, article: str, stream: Stream, barred: Collection[str]) -> str | None:
        """The story a person put this article's company in."""
        for other in self._constraints.together.get(article, ()):
            if other in self._places and self._places[other].stream is stream:
                story = self._story(other)
                if story and story not in barred:
                    return story
        return None

    def _original(
        self, copied: CopyVerdict | None, stream: Stream, barred: Collection[str]
    ) -> str | None:
        if copied is None or copied.copy_of not in self._places:
            return None
        first = copied.copy_of
        place = self._places[first]
        if place.stream is not stream or self._story(first) in barred:
            return None
        return first

    def _rebase(self, articles: Iterable[str], original: str) -> None:
        """Lets articles be copies of this one, as a later text has shown them to be."""
        for article in articles:
            place = self._places.get(article)
            if place is None or place.stream is not self._places[original].stream:
                continue
            kept, gone = self._story(original), self._story(article)
            if kept != gone and self._may_join(
                self._ids(place.stream, gone), self._ids(place.stream, kept)
            ):
                self._merge(place.stream, kept, gone, rule="copy")
            if self._story(article) == self._story(original):
                place.copy_of = original
                self._touch(article)

    def _may_join(self, some: Iterable[str], others: Collection[str]) -> bool:
        """Whether no person said of two of them that they are never together."""
        others = set(others)
        return not any(others & set(self._constraints.apart.get(one, ())) for one in some)

    def _merge(
        self, stream: Stream, kept: str, gone: str, *, rule: str, score: float | None = None
    ) -> None:
        for row in tuple(stream.members[gone]):
            article = stream.articles[row]
            place = self._places[article]
            stream.put(row, kept)
            if place.evidence.rule == "founder":
                nearest = stream.choose(row).nearest
                place.evidence = Evidence(
                    rule=rule,
                    score=score,
                    terms=stream.vectors.shared_terms(row, nearest) if nearest is not None else (),
                    compared_with=stream.articles[nearest] if nearest is not None else None,
                )
            self._touch(article)
        self._aliases[gone] = kept
        self._new_aliases[gone] = kept

    def _revise(self, article: SignedArticle) -> None:
        place = self._places[article.id]
        tokeniser = Tokeniser(article.language)
        place.stream.vectors.replace(place.row, terms_of(article.title, article.text, tokeniser))
        self._copies.add(article)
        place.evidence = Evidence(
            rule="revision" if place.evidence.rule != "pinned" else "pinned",
            compared_with=article.id,
        )
        self._touch(article.id)

    def _pin(self, article: str, story: str) -> None:
        place = self._places.get(article)
        if place is None:
            return
        self._move(article, self._alive(story), Evidence(rule="pinned"))

    def _unite(self, a: str, b: str) -> None:
        if a not in self._places or b not in self._places:
            return
        one, two = self._places[a], self._places[b]
        if one.stream is not two.stream or self._story(a) == self._story(b):
            return
        stream = one.stream
        kept, gone = sorted(
            (self._story(a), self._story(b)), key=lambda story: stream.members[story][0]
        )
        if self._may_join(self._ids(stream, gone), self._ids(stream, kept)):
            self._merge(stream, kept, gone, rule="together")
        elif self._may_join([b], self._ids(stream, self._story(a))):
            self._move(b, self._story(a), Evidence(rule="together", compared_with=a))

    def _part(self, a: str, b: str) -> None:
        if a not in self._places or b not in self._places or self._story(a) != self._story(b):
            return
        leaver = max(a, b, key=lambda article: self._places[article].row)
        self._move(leaver, self._new_story(leaver), Evidence(rule="apart"))

    def _move(self, article: str, story: str, evidence: Evidence) -> None:
        place = self._places[article]
        place.stream.put(place.row, story)
        place.evidence = evidence
        if place.copy_of is not None and self._story(place.copy_of) != story:
            place.copy_of = None
        self._touch(article)

    def _touch(self, article: str) -> None:
        self._changed[article] = None


def _hours(instant: Instant | None) -> float:
    return float("nan") if instant is None else instant.timestamp() / 3600.0
