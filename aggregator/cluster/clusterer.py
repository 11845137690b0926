"""The clusterer: articles in, in the order they are read; stories out, each with its evidence.

A pure state machine. It does no I/O but for the texts it asks for, and knows no clock: whoever
calls it says when upkeep is due. Not for use by several threads at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import xxhash

from aggregator.cluster.constraints import Constraints
from aggregator.cluster.copies import CopyFinder, CopyVerdict
from aggregator.cluster.languages import stream_key
from aggregator.cluster.spelling import Spelling
from aggregator.cluster.stream import Arrival, Choice, Stream, together
from aggregator.cluster.vocabulary import Ints
from aggregator.cluster.weights import Weights, shipped
from aggregator.model.signature import SignedArticle
from aggregator.model.store import ClusterWindow
from aggregator.model.story import ClusterChanges, Constraint, Evidence, Membership
from aggregator.similarity.features import unpacked
from aggregator.text.terms import Terms, terms_of

Texts = Callable[[Sequence[str]], Mapping[str, str]]
"""Title and text, joined by a newline, of those of these articles that are still to be had."""

_TOGETHER = 64
"""New articles placed at once at the most, and at most one for each hundred in the window."""

_RESTORED = 2000
_FOUNDER = Evidence(rule="founder")

_OWN_DECISIONS = frozenset({"founder", "event", "merged", "split"})
"""Rules that later evidence may overturn; copies and corrections stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOptions:
    """How the clusterer keeps house.

    ``window_days`` after it was read an article is forgotten (where it is known when that was).
    Upkeep is due after ``upkeep_every`` articles, and looks at ``upkeep_rows`` of them at a time.
    """

    window_days: float = 6.0
    upkeep_every: int = 1000
    upkeep_rows: int = 2000


@dataclass(slots=True)
class _Place:
    """Where an article is: its stream and row, and what it copies."""

    stream: Stream
    row: int
    evidence: Evidence
    copy_of: str | None = None


class Clusterer:
    """Puts every article into a story, once it is read, and keeps the stories right.

    A story's id follows from its founder's, so that the same articles in the same order give the
    same ids. An article that is added again is a revision: it stays where it is, with new text.
    """

    def __init__(
        self,
        *,
        texts: Texts,
        weights: Weights | None = None,
        options: ClusterOptions | None = None,
    ) -> None:
        self._options = options or ClusterOptions()
        self._weights = weights or shipped()
        self._texts = texts
        self._copies = CopyFinder(texts=texts)
        self._spelling = Spelling(texts)
        self._constraints = Constraints()
        self._streams: dict[str, Stream] = {}
        self._places: dict[str, _Place] = {}
        self._aliases: dict[str, str] = {}
        self._forms: set[tuple[str, str]] = set()
        self._changed: dict[str, None] = {}
        self._new_aliases: dict[str, str] = {}
        self._since_upkeep = 0
        self._today = 0

    # -- articles --------------------------------------------------------------------------
    def add(self, article: SignedArticle) -> None:
        """Places one article, in the order of arrival."""
        self.add_many((article,))

    def add_many(self, articles: Iterable[SignedArticle]) -> None:
        """Places articles in the order of arrival.

        Those that come together look around together where the window is large: a few more or
        less change nothing then in what its words tell, and it costs much less.
        """
        together: dict[str, SignedArticle] = {}
        for article in articles:
            self._since_upkeep += 1
            day = _day(article)
            new_day = day is not None and day > self._today
            if new_day or article.id in together or len(together) >= self._at_once:
                self._place_all(together)
                together = {}
            if new_day:
                self._expire(article)
            if article.id in self._places:
                self._place_all(together)
                together = {}
                self._revise(article)
            else:
                together[article.id] = article
        self._place_all(together)

    @property
    def _at_once(self) -> int:
        return min(_TOGETHER, max(1, len(self._places) // 100))

    def _place_all(self, articles: Mapping[str, SignedArticle]) -> None:
        """Places new articles."""
        self._spelling.at_hand(articles.values())
        self._enter(articles.values())
        rows: dict[str, list[int]] = {}
        for place in map(self._places.__getitem__, articles):
            rows.setdefault(place.stream.language, []).append(place.row)
        for language, new in rows.items():
            self._streams[language].look_around(new)
        verdicts = self._copies.add_many(
            list(articles.values()), [self._constraints.enemies(name) for name in articles]
        )
        for name, verdict in zip(articles, verdicts, strict=True):
            self._settle(name, self._places[name], verdict)

    @property
    def upkeep_due(self) -> bool:
        """Whether enough articles came since the last upkeep for another to be worth it."""
        return self._since_upkeep >= self._options.upkeep_every

    def upkeep(self, *, whole: bool = False) -> bool:
        """Merges stories that have come to say the same and splits those that fell apart.

        Looks at stories touched since they were last looked at and those close to them, as many as
        make one short pause, and says whether more are left; with ``whole`` at all of the window.
        """
        self._since_upkeep = 0
        for stream in self._streams.values():
            later: tuple[str, ...] = ()
            if whole:
                rows = stream.everything()
            else:
                rows, later = stream.region(self._options.upkeep_rows)
            if len(rows):
                groups = stream.regroup(rows, self._families(stream, rows), self._hostile(stream))
                self._regrouped(stream, groups)
            stream.consider(later)
        return any(stream.touched for stream in self._streams.values())

    def tidy(self) -> None:
        """Upkeep until none is left to do."""
        while self.upkeep():
            pass

    def take_changes(self) -> ClusterChanges:
        """What was decided since the last call."""
        memberships = tuple(
            self.membership(article) for article in self._changed if article in self._places
        )
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
        articles = [article for article in window.articles if article.id in known]
        for start in range(0, len(articles), _RESTORED):
            self._enter(articles[start : start + _RESTORED])
        for article in articles:
            membership, place = known[article.id], self._places[article.id]
            place.copy_of, place.evidence = membership.copy_of, membership.evidence
            place.stream.put(place.row, membership.story_id)
        self._copies.restore(articles, window.memberships)
        for stream in self._streams.values():
            stream.consider(())

    def constrain(self, constraints: Iterable[Constraint]) -> None:
        """Takes corrections in and does at once what they ask."""
        for constraint in constraints:
            self._constraints.add(constraint)
            if constraint.a not in self._places:
                continue
            if constraint.kind == "pin":
                self._pin(constraint.a, self._alive(constraint.b))
            elif constraint.b not in self._places:
                continue
            elif constraint.kind == "together":
                self._unite(constraint.a, constraint.b)
            else:
                self._part(constraint.a, constraint.b)

    # -- coming and going ------------------------------------------------------------------
    def _enter(self, articles: Iterable[SignedArticle]) -> None:
        """Takes articles into the streams of their languages."""
        arriving: dict[str, list[Arrival]] = {}
        for article in articles:
            key = stream_key(article.language, article.title, article.text, self._streams)
            if key not in self._streams:
                self._streams[key] = Stream(self._weights, key)
            arriving.setdefault(key, []).append(
                Arrival(article.id, _terms(article, key), _hours(article), _day(article))
            )
        for key, arrivals in arriving.items():
            stream = self._streams[key]
            for row, arrival in enumerate(arrivals, start=stream.add(arrivals)):
                self._places[arrival.id] = _Place(stream, row, _FOUNDER)

    def _expire(self, article: SignedArticle) -> None:
        self._today = day = _day(article) or self._today
        first = day - math.ceil(self._options.window_days)
        self._copies.drop_before(first)
        for stream in self._streams.values():
            for gone in stream.drop_before(first):
                self._places.pop(gone, None)
            for row, name in enumerate(stream.articles):
                if name in self._places and self._places[name].stream is stream:
                    self._places[name].row = row
        self._forms = {pair for pair in self._forms if all(one in self._places for one in pair)}

    def _revise(self, article: SignedArticle) -> None:
        place = self._places[article.id]
        place.stream.revise(place.row, _terms(article, place.stream.language))
        self._copies.add(article)
        if place.evidence.rule in _OWN_DECISIONS:
            place.evidence = replace(place.evidence, rule="revision")
        self._touch(article.id)

    # -- deciding --------------------------------------------------------------------------
    def _settle(self, article: str, place: _Place, verdict: CopyVerdict | None) -> None:
        """Finds an article without a story its place."""
        stream, row = place.stream, place.row
        barred = {self._story(e) for e in self._constraints.enemies(article) if e in self._places}
        if verdict is not None and self._of_one_form(place, verdict):
            self._forms.add((article, verdict.article_id))
            barred.add(self._story(verdict.article_id))
            verdict = None
        forced = self._forced(article, stream, barred)
        if forced is not None:
            story, place.evidence = forced
        elif verdict is not None and self._follow(article, place, verdict, barred):
            return
        else:
            choice = stream.choose(row, barred)
            story = choice.story or self._new_story(article)
            if choice.story is not None:
                place.evidence = self._event(stream, row, choice)
        stream.put(row, story)
        self._touch(article)
        if verdict is not None and forced is not None:
            self._note_copy(article, place, verdict)

    def _of_one_form(self, place: _Place, verdict: CopyVerdict) -> bool:
        """Whether what looks like a copy is a form filled anew: the next match, quake or price."""
        original = self._places.get(verdict.article_id)
        return (
            verdict.evidence.rule == "copy"
            and original is not None
            and original.stream is place.stream
            and place.stream.vectors.of_one_form(place.row, original.row)
        )

    def _forced(
        self, article: str, stream: Stream, barred: Collection[str]
    ) -> tuple[str, Evidence] | None:
        """The story a person put this article in, by name or by its company."""
        pinned = self._constraints.pinned.get(article)
        if pinned is not None:
            return self._alive(pinned), Evidence(rule="pinned")
        for other in self._constraints.company(article):
            if other in self._places and self._places[other].stream is stream:
                story = self._story(other)
                if story not in barred:
                    return story, Evidence(rule="together", compared_with=other)
        return None

    def _follow(
        self, article: str, place: _Place, verdict: CopyVerdict, barred: Collection[str]
    ) -> bool:
        """Puts a copy where its text is; False where it may not go there."""
        original = self._places.get(verdict.article_id)
        if original is None or original.stream is not place.stream:
            return False
        story = self._story(verdict.article_id)
        if story in barred:
            return False
        place.stream.put(place.row, story)
        shared = self._spelling.shared(place.stream, place.row, original.row)
        place.evidence = replace(verdict.evidence, terms=shared)
        self._note_copy(article, place, verdict)
        self._touch(article)
        return True

    def _note_copy(self, article: str, place: _Place, verdict: CopyVerdict) -> None:
        """Says whose copy it is, within its story; so do those that turned out to be the same."""
        head = verdict.copy_of
        if head in self._places and self._story(head) == self._story(article):
            place.copy_of = head
        for other in verdict.rebased:
            rebased = self._places.get(other)
            if rebased is None or other == head or head not in self._places:
                continue
            stream = rebased.stream
            kept, gone = self._elder(stream, self._story(head), self._story(other))
            if kept != gone and self._places[head].stream is stream:
                if not self._may_merge(stream, kept, gone):
                    continue
                self._merge(stream, kept, gone, rule="copy", compared=article)
            if self._story(head) == self._story(other):
                rebased.copy_of = head
                self._touch(other)

    def _event(self, stream: Stream, row: int, choice: Choice, rule: str = "event") -> Evidence:
        """Evidence for a decision by score."""
        nearest = choice.nearest
        return Evidence(
            rule=rule,
            score=choice.score,
            parts=MappingProxyType(dict(choice.parts)),
            terms=() if nearest is None else self._spelling.shared(stream, row, nearest),
            compared_with=None if nearest is None else stream.articles[nearest],
            weights=self._weights.version,
        )

    # -- upkeep ----------------------------------------------------------------------------
    def _families(self, stream: Stream, rows: Ints) -> dict[int, int]:
        """Which of these rows are not to be parted: copies, and what a person put together."""
        places = [self._places[stream.articles[row]] for row in rows.tolist()]
        tied = [
            (place.row, self._places[place.copy_of].row)
            for place in places
            if place.copy_of in self._places
            and stream.story[place.row] == self._story(place.copy_of)
        ]
        for one, two in self._constraints.tied():
            # Where both cannot be (one's company is another's enemy) they stand apart already.
            here = self._in(one, stream) and self._in(two, stream)
            if here and self._story(one) == self._story(two):
                tied.append((self._places[one].row, self._places[two].row))
        for article, story in self._constraints.pinned.items():
            members = stream.members.get(self._alive(story))
            if members and self._in(article, stream) and self._places[article].row in members:
                tied.append((self._places[article].row, members[0]))
        return together(tied)

    def _hostile(self, stream: Stream) -> list[tuple[int, int]]:
        return [
            (self._places[one].row, self._places[two].row)
            for one, two in (*self._constraints.hostile(), *self._forms)
            if self._in(one, stream) and self._in(two, stream)
        ]

    def _regrouped(self, stream: Stream, groups: Sequence[list[int]]) -> None:
        """Makes stories of groups: each keeps the id of the earliest founder it holds."""
        owner = {row: number for number, rows in enumerate(groups) for row in rows}
        claims: dict[int, list[str]] = {}
        stories = {stream.story[row] for row in owner}
        for story in sorted(stories, key=lambda name: stream.members[name][0]):
            claims.setdefault(owner[stream.members[story][0]], []).append(story)
        before = {row: stream.story[row] for row in owner}
        for number, rows in enumerate(groups):
            names = claims.get(number) or [self._new_story(stream.articles[rows[0]])]
            for row in rows:
                if stream.story[row] != names[0]:
                    stream.put(row, names[0])
            for gone in names[1:]:
                self._rename(gone, names[0])
        for row in owner:
            self._reconsider(stream, row, before[row])

    def _reconsider(self, stream: Stream, row: int, before: str) -> None:
        """Sees to it that a row's evidence speaks of the story it is in."""
        article, story = stream.articles[row], stream.story[row]
        place = self._places[article]
        if story != before:
            self._touch(article)
        if place.evidence.rule not in _OWN_DECISIONS:
            return
        if stream.members[story][0] == row:
            if place.evidence.rule not in ("founder", "split"):
                rule = "founder" if story == before else "split"
                place.evidence = Evidence(rule=rule, weights=self._weights.version)
                self._touch(article)
            return
        with_ = place.evidence.compared_with
        if with_ in self._places and self._story(with_) == story and story == before:
            return
        nearest, likely = stream.nearest_in(row, story)
        rule = "merged" if self._alive(before) == story and before != story else "event"
        parts = {} if nearest is None else stream.parts(row, nearest)
        choice = Choice(story, round(likely, 4), parts | {"pair": round(likely, 3)}, nearest)
        place.evidence = self._event(stream, row, choice, rule)
        self._touch(article)

    # -- corrections -----------------------------------------------------------------------
    def _pin(self, article: str, story: str) -> None:
        if self._story(article) != story:
            self._move(article, story, Evidence(rule="pinned"))
        else:
            self._places[article].evidence = Evidence(rule="pinned")
            self._touch(article)

    def _unite(self, a: str, b: str) -> None:
        stream = self._places[a].stream
        if self._places[b].stream is not stream:
            self._transfer(b, stream)
        if self._story(a) == self._story(b):
            return
        kept, gone = self._elder(stream, self._story(a), self._story(b))
        if self._may_merge(stream, kept, gone):
            self._merge(stream, kept, gone, rule="together", compared=a)
        elif self._constraints.may_meet([b], self._ids(stream, self._story(a))):
            self._move(b, self._story(a), Evidence(rule="together", compared_with=a))
        elif self._constraints.may_meet([a], self._ids(stream, self._story(b))):
            self._move(a, self._story(b), Evidence(rule="together", compared_with=b))

    def _part(self, a: str, b: str) -> None:
        if self._story(a) != self._story(b):
            return
        leaver, stays = sorted((a, b), key=lambda article: -self._places[article].row)
        self._move(leaver, self._new_story(leaver), Evidence(rule="apart", compared_with=stays))

    def _move(self, article: str, story: str, evidence: Evidence) -> None:
        place = self._places[article]
        place.stream.put(place.row, story)
        place.evidence = evidence
        if place.copy_of is not None and (
            place.copy_of not in self._places or self._story(place.copy_of) != story
        ):
            place.copy_of = None
        for row in place.stream.members.get(story, ()):
            # What copied the one that left is no copy of anything in its own story any more.
            other = self._places[place.stream.articles[row]]
            if other.copy_of in self._places and self._story(other.copy_of) != story:
                other.copy_of = None
        self._touch(article)

    def _transfer(self, article: str, stream: Stream) -> None:
        """Lets an article of another language stand in this stream, as a person wishes."""
        place = self._places[article]
        title, _, text = self._texts([article]).get(article, "").partition("\n")
        terms = terms_of(title, text, stream.language)
        arrival = Arrival(article, terms, math.nan, place.stream.days[place.row])
        story = place.stream.story[place.row]
        place.stream.leave(place.row)
        place.stream, place.row = stream, stream.add([arrival])
        stream.put(place.row, story)

    # -- names -----------------------------------------------------------------------------
    def _new_story(self, founder: str) -> str:
        """A story id out of its founder's; another where that one already lives or lived."""
        attempt = 0
        while True:
            seed = founder if attempt == 0 else f"{founder}\x00{attempt}"
            name = "s" + xxhash.xxh3_64_hexdigest(seed.encode())
            if name not in self._aliases and not any(
                name in stream.members for stream in self._streams.values()
            ):
                return name
            attempt += 1

    def _merge(self, stream: Stream, kept: str, gone: str, *, rule: str, compared: str) -> None:
        for row in tuple(stream.members[gone]):
            article = stream.articles[row]
            place = self._places[article]
            stream.put(row, kept)
            if place.evidence.rule == "founder":
                place.evidence = Evidence(rule=rule, compared_with=compared)
            self._touch(article)
        self._rename(gone, kept)

    def _rename(self, gone: str, kept: str) -> None:
        self._aliases[gone] = self._new_aliases[gone] = kept

    def _alive(self, story: str) -> str:
        while story in self._aliases:
            story = self._aliases[story]
        return story

    def _elder(self, stream: Stream, one: str, two: str) -> tuple[str, str]:
        if one not in stream.members or two not in stream.members:
            return one, one
        kept, gone = sorted((one, two), key=lambda story: stream.members[story][0])
        return kept, gone

    def _may_merge(self, stream: Stream, one: str, two: str) -> bool:
        return self._constraints.may_meet(self._ids(stream, one), self._ids(stream, two))

    def _story(self, article: str) -> str:
        place = self._places[article]
        return place.stream.story[place.row]

    def _ids(self, stream: Stream, story: str) -> list[str]:
        return [stream.articles[row] for row in stream.members[story]]

    def _in(self, article: str, stream: Stream) -> bool:
        place = self._places.get(article)
        return place is not None and place.stream is stream

    def _touch(self, article: str) -> None:
        self._changed[article] = None


def _terms(article: SignedArticle, language: str) -> Terms:
    """Its terms as they were signed, else read from the text."""
    signed = unpacked(article.signature.features, language) if article.signature else None
    return signed or terms_of(article.title, article.text, language)


def _hours(article: SignedArticle) -> float:
    """Its date in hours, NaN for none; one after it was read is not believed."""
    when = article.published_at
    if when is None:
        return math.nan
    if article.fetched_at is not None and when > article.fetched_at:
        when = article.fetched_at
    return when.timestamp() / 3600.0


def _day(article: SignedArticle) -> int | None:
    when = article.fetched_at
    return None if when is None else int(when.timestamp() // 86400)
