"""The clusterer: articles in, in the order they are read; stories out, each with its evidence.

A pure state machine. It does no I/O but for the texts it asks for, and knows no clock: whoever
calls it says when upkeep is due. Not for use by several threads at once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import xxhash

from aggregator.cluster.constraints import Constraints
from aggregator.cluster.copies import CopyFinder, CopyVerdict
from aggregator.cluster.evidence import Decided
from aggregator.cluster.joining import Choice
from aggregator.cluster.languages import stream_key
from aggregator.cluster.places import OWN_DECISIONS, Place, Places
from aggregator.cluster.spelling import Spelling
from aggregator.cluster.stream import Arrival, Stream
from aggregator.cluster.texts import Texts, with_texts
from aggregator.cluster.upkeep import Upkeep
from aggregator.cluster.weights import Weights, shipped
from aggregator.cluster.wishes import Wishes
from aggregator.model.signature import SignedArticle
from aggregator.model.store import ClusterWindow
from aggregator.model.story import ClusterChanges, Constraint, Evidence, Membership
from aggregator.similarity.features import readable, unpacked
from aggregator.similarity.sign import RECIPE
from aggregator.text.language import primary
from aggregator.text.terms import Terms, terms_of

_TOGETHER = 64
"""New articles placed at once at the most, and at most one for each hundred in the window."""

_RESTORED = 2000
_FOUNDER = Evidence(rule="founder")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOptions:
    """How the clusterer keeps house.

    ``window_days`` after it was read an article is forgotten (where it is known when that was).
    Upkeep is due after ``upkeep_every`` articles, and looks at ``upkeep_rows`` of them at a time.
    """

    window_days: float = 6.0
    upkeep_every: int = 1000
    upkeep_rows: int = 8000


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
        self._places = Places()
        self._streams = self._places.streams
        self._decided = Decided(self._spelling, self._weights.version)
        self._wishes = Wishes(self._places, self._constraints, texts)
        self._upkeep = Upkeep(self._places, self._constraints, self._decided)
        self._forms: set[tuple[str, str]] = set()
        self._since_upkeep = 0
        self._today = 0

    def __len__(self) -> int:
        """How many articles the window holds."""
        return len(self._places.at)

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
        return min(_TOGETHER, max(1, len(self._places.at) // 100))

    def _place_all(self, articles: Mapping[str, SignedArticle]) -> None:
        """Places new articles."""
        self._spelling.at_hand(articles.values())
        self._enter(articles.values())
        rows: dict[str, list[int]] = {}
        for place in map(self._places.at.__getitem__, articles):
            rows.setdefault(place.stream.language, []).append(place.row)
        for language, new in rows.items():
            self._streams[language].links.look_around(new)
        verdicts = self._copies.add_many(
            list(articles.values()), [self._constraints.enemies(name) for name in articles]
        )
        chosen: dict[str, list[tuple[Place, Choice]]] = {}
        for name, verdict in zip(articles, verdicts, strict=True):
            place = self._places.at[name]
            if (choice := self._settle(name, place, verdict)) is not None:
                chosen.setdefault(place.stream.language, []).append((place, choice))
        for language, some in chosen.items():
            written = self._decided.events(
                self._streams[language], [(place.row, choice) for place, choice in some]
            )
            for (place, _), evidence in zip(some, written, strict=True):
                place.evidence = evidence

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
                self._upkeep.regroup(stream, rows, self._forms)
            stream.consider(later)
        return any(stream.touched for stream in self._streams.values())

    def tidy(self) -> None:
        """Upkeep until none is left to do."""
        while self.upkeep():
            pass

    def take_changes(self) -> ClusterChanges:
        """What was decided since the last call."""
        return self._places.take_changes()

    def membership(self, article: str) -> Membership:
        """Where an article stands now; KeyError for one the window does not hold."""
        return self._places.membership(article)

    # -- restarts and corrections ----------------------------------------------------------
    def restore(self, window: ClusterWindow) -> None:
        """Goes on where another clusterer stopped.

        ``window`` is its whole window, or what was written since the one that was taken up here.
        """
        self._constraints.become(window.constraints)
        known = {membership.article_id: membership for membership in window.memberships}
        articles = self._readable([each for each in window.articles if each.id in known])
        new = [article for article in articles if article.id not in self._places]
        held = [article for article in articles if article.id in self._places]
        for article in held:
            if not self._copies.knows(article):
                place = self._places.at[article.id]
                place.stream.revise(
                    place.row, article.title, _terms(article, place.stream.language)
                )
        many = len(new) > len(self._places.at)
        languages = Counter(primary(each.language) for each in new if each.language)
        for language, count in languages.items() if many else ():
            self._stream(language).vectors.make_room(count)
        for start in range(0, len(new), _RESTORED):
            self._enter(new[start : start + _RESTORED], post=not many)
        for stream in self._streams.values() if many else ():
            stream.vectors.post_all()
        for article in articles:
            membership, place = known[article.id], self._places.at[article.id]
            place.copy_of, place.evidence = membership.copy_of, membership.evidence
            if place.stream.story[place.row] != membership.story_id:
                place.stream.put(place.row, membership.story_id)
        self._copies.restore(articles, window.memberships)
        for stream in self._streams.values():
            stream.consider(())
        latest = max(new, key=lambda article: _day(article) or 0, default=None)
        if latest is not None and (_day(latest) or 0) > self._today:
            self._expire(latest)

    def _readable(self, articles: Sequence[SignedArticle]) -> list[SignedArticle]:
        """The articles, with their texts where the signature does not say all there is to know."""
        unread = [article for article in articles if not _signed_now(article)]
        found = {article.id: article for article in with_texts(unread, self._texts)}
        return [found.get(article.id, article) for article in articles]

    def constrain(self, constraints: Iterable[Constraint]) -> None:
        """Takes corrections in and does at once what they ask."""
        for constraint in constraints:
            self._constraints.add(constraint)
            self._wishes.grant(constraint)

    # -- coming and going ------------------------------------------------------------------
    def _enter(self, articles: Iterable[SignedArticle], *, post: bool = True) -> None:
        """Takes articles into the streams of their languages."""
        arriving: dict[str, list[Arrival]] = {}
        for article in articles:
            key = stream_key(article.language, article.title, article.text, self._streams)
            arriving.setdefault(key, []).append(
                Arrival(
                    article.id,
                    article.title,
                    _terms(article, key),
                    _hours(article),
                    _day(article),
                    _source(article),
                )
            )
        for key, arrivals in arriving.items():
            stream = self._stream(key)
            for row, arrival in enumerate(arrivals, start=stream.add(arrivals, post=post)):
                self._places.at[arrival.id] = Place(stream, row, _FOUNDER)

    def _stream(self, language: str) -> Stream:
        if language not in self._streams:
            self._streams[language] = Stream(self._weights, language)
        return self._streams[language]

    def _expire(self, article: SignedArticle) -> None:
        self._today = day = _day(article) or self._today
        first = day - math.ceil(self._options.window_days)
        self._copies.drop_before(first)
        self._places.drop_before(first)
        self._forms = {pair for pair in self._forms if all(one in self._places for one in pair)}

    def _revise(self, article: SignedArticle) -> None:
        place = self._places.at[article.id]
        place.stream.revise(place.row, article.title, _terms(article, place.stream.language))
        self._copies.add(article)
        if place.evidence.rule in OWN_DECISIONS:
            place.evidence = replace(place.evidence, rule="revision")
        self._places.touch(article.id)

    # -- deciding --------------------------------------------------------------------------
    def _settle(self, article: str, place: Place, verdict: CopyVerdict | None) -> Choice | None:
        """Finds an article without a story its place; the choice, where it joined one by score."""
        stream, row = place.stream, place.row
        barred = {
            self._places.story(e) for e in self._constraints.enemies(article) if e in self._places
        }
        if verdict is not None and self._of_one_form(place, verdict):
            self._forms.add((article, verdict.article_id))
            barred.add(self._places.story(verdict.article_id))
            verdict = None
        forced = self._forced(article, stream, barred)
        choice = None
        if forced is not None:
            story, place.evidence = forced
        elif verdict is not None and self._follow(article, place, verdict, barred):
            return None
        else:
            choice = stream.joining.choose(row, barred)
            story = choice.story or self._places.new_story(article)
        stream.put(row, story)
        self._places.touch(article)
        if verdict is not None and forced is not None:
            self._note_copy(article, place, verdict)
        return None if choice is None or choice.story is None else choice

    def _of_one_form(self, place: Place, verdict: CopyVerdict) -> bool:
        """Whether what looks like a copy is a form filled anew: the next match, quake or price."""
        original = self._places.at.get(verdict.article_id)
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
            return self._places.alive(pinned), Evidence(rule="pinned")
        for other in self._constraints.company(article):
            if other in self._places and self._places.at[other].stream is stream:
                story = self._places.story(other)
                if story not in barred:
                    return story, Evidence(rule="together", compared_with=other)
        return None

    def _follow(
        self, article: str, place: Place, verdict: CopyVerdict, barred: Collection[str]
    ) -> bool:
        """Puts a copy where its text is; False where it may not go there."""
        original = self._places.at.get(verdict.article_id)
        if original is None or original.stream is not place.stream:
            return False
        story = self._places.story(verdict.article_id)
        if story in barred:
            return False
        place.stream.put(place.row, story)
        (shared,) = self._spelling.shared(place.stream, [(place.row, original.row)])
        place.evidence = replace(verdict.evidence, terms=shared)
        self._note_copy(article, place, verdict)
        self._places.touch(article)
        return True

    def _note_copy(self, article: str, place: Place, verdict: CopyVerdict) -> None:
        """Says whose copy it is, within its story; so do those that turned out to be the same."""
        head = verdict.copy_of
        if head in self._places and self._places.story(head) == self._places.story(article):
            place.copy_of = head
        for other in verdict.rebased:
            rebased = self._places.at.get(other)
            if rebased is None or other == head or head not in self._places:
                continue
            stream = rebased.stream
            kept, gone = self._places.elder(
                stream, self._places.story(head), self._places.story(other)
            )
            if kept != gone and self._places.at[head].stream is stream:
                ids = [self._places.ids(stream, story) for story in (kept, gone)]
                if not self._constraints.may_meet(*ids):
                    continue
                self._places.merge(stream, kept, gone, rule="copy", compared=article)
            if self._places.story(head) == self._places.story(other):
                rebased.copy_of = head
                self._places.touch(other)


def _signed_now(article: SignedArticle) -> bool:
    """Whether it has a signature as they are made now, words and all."""
    signature = article.signature
    return signature is not None and signature.recipe == RECIPE and readable(signature.features)


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


def _source(article: SignedArticle) -> int:
    return xxhash.xxh32_intdigest(article.source.encode()) if article.source else 0


def _day(article: SignedArticle) -> int | None:
    when = article.fetched_at
    return None if when is None else int(when.timestamp() // 86400)
