"""Where every article of the window is: its stream, its story, what it copies, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import xxhash

from aggregator.cluster.stream import Stream
from aggregator.model.story import ClusterChanges, Evidence, Membership

OWN_DECISIONS = frozenset({"founder", "event", "merged", "split"})
"""Rules that later evidence may overturn; copies and corrections stand."""


@dataclass(slots=True)
class Place:
    """Where an article is: its stream and row, and what it copies."""

    stream: Stream
    row: int
    evidence: Evidence
    copy_of: str | None = None


class Places:
    """The articles' places, and the ids stories have and had.

    Attributes:
        streams: by language.
        at: the place of each article.
    """

    def __init__(self) -> None:
        self.streams: dict[str, Stream] = {}
        self.at: dict[str, Place] = {}
        self._aliases: dict[str, str] = {}
        self._changed: dict[str, None] = {}
        self._new_aliases: dict[str, str] = {}

    def __contains__(self, article: str) -> bool:
        return article in self.at

    def story(self, article: str) -> str:
        """The id of the story an article is in."""
        place = self.at[article]
        return place.stream.story[place.row]

    def ids(self, stream: Stream, story: str) -> list[str]:
        """The articles of a story."""
        return [stream.articles[row] for row in stream.members[story]]

    def row_in(self, stream: Stream, article: str) -> int | None:
        """An article's row, if this is its stream."""
        place = self.at.get(article)
        return place.row if place is not None and place.stream is stream else None

    def drop_before(self, day: int) -> None:
        """Forgets the articles read before a day."""
        for stream in self.streams.values():
            for gone in stream.drop_before(day):
                self.at.pop(gone, None)
            for row, name in enumerate(stream.articles):
                if name in self.at and self.at[name].stream is stream:
                    self.at[name].row = row

    # -- changes ---------------------------------------------------------------------------
    def touch(self, article: str) -> None:
        """Notes that an article's membership changed."""
        self._changed[article] = None

    def take_changes(self) -> ClusterChanges:
        """What changed since the last call."""
        memberships = tuple(self.membership(name) for name in self._changed if name in self.at)
        aliases: Mapping[str, str] = MappingProxyType(dict(self._new_aliases))
        self._changed.clear()
        self._new_aliases.clear()
        return ClusterChanges(memberships=memberships, aliases=aliases)

    def membership(self, article: str) -> Membership:
        """Where an article stands now; KeyError for one the window does not hold."""
        place = self.at[article]
        return Membership(
            article_id=article,
            story_id=place.stream.story[place.row],
            copy_of=place.copy_of,
            evidence=place.evidence,
        )

    def move(self, article: str, story: str, evidence: Evidence) -> None:
        """Moves an article into a story; of copies left behind the earliest becomes the text."""
        place = self.at[article]
        left = place.stream.story[place.row]
        place.stream.put(place.row, story)
        place.evidence = evidence
        if place.copy_of is not None and (
            place.copy_of not in self.at or self.story(place.copy_of) != story
        ):
            place.copy_of = None
        if left != story:
            self._disown(article, place.stream, left)
        self.touch(article)

    def _disown(self, article: str, stream: Stream, story: str) -> None:
        """Lets the earliest copy of an article that left a story be what the others copy."""
        behind = (stream.articles[row] for row in stream.members.get(story, ()))
        heir = None
        for name in [name for name in behind if self.at[name].copy_of == article]:
            self.at[name].copy_of = heir
            heir = heir or name
            self.touch(name)

    # -- names -----------------------------------------------------------------------------
    def new_story(self, founder: str) -> str:
        """A story id out of its founder's; another where that one already lives or lived."""
        attempt = 0
        while True:
            seed = founder if attempt == 0 else f"{founder}\x00{attempt}"
            name = "s" + xxhash.xxh3_64_hexdigest(seed.encode())
            if name not in self._aliases and not any(
                name in stream.members for stream in self.streams.values()
            ):
                return name
            attempt += 1

    def merge(self, stream: Stream, kept: str, gone: str, *, rule: str, compared: str) -> None:
        """Makes two stories one."""
        for row in tuple(stream.members[gone]):
            article = stream.articles[row]
            place = self.at[article]
            stream.put(row, kept)
            if place.evidence.rule == "founder":
                place.evidence = Evidence(rule=rule, compared_with=compared)
            self.touch(article)
        self.rename(gone, kept)

    def rename(self, gone: str, kept: str) -> None:
        """Lets a story id lead on to another."""
        self._aliases[gone] = self._new_aliases[gone] = kept

    def alive(self, story: str) -> str:
        """The id that a story lives on under."""
        while story in self._aliases:
            story = self._aliases[story]
        return story

    def elder(self, stream: Stream, one: str, two: str) -> tuple[str, str]:
        """Two stories, the one that was founded first first; twice the same if one has gone."""
        if one not in stream.members or two not in stream.members:
            return one, one
        kept, gone = sorted((one, two), key=lambda story: stream.members[story][0])
        return kept, gone
