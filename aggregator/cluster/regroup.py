"""A span of the archive clustered anew, and what that changes, in the terms of its readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aggregator.cluster.clusterer import Clusterer, ClusterOptions
from aggregator.cluster.texts import Texts, with_texts
from aggregator.cluster.weights import Weights
from aggregator.model.store import ClusterWindow
from aggregator.model.story import ClusterChanges, Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryChange:
    """One story that would not be what it is: ``articles`` of it by the story they would be in.

    ``kind``: ``split`` where a story of today would be several, ``merged`` where several of today
    would be one; ``story`` is the id of the one.
    """

    kind: str
    story: str
    parts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouping:
    """What clustering anew comes to.

    ``changes`` is what the store applies: every membership, and the old ids that lead on to where
    their founders went. ``stories`` lists what a reader would see changed, largest first.
    """

    changes: ClusterChanges
    stories: tuple[StoryChange, ...]
    kept: int


def regroup(
    window: ClusterWindow,
    *,
    texts: Texts,
    options: ClusterOptions | None = None,
    weights: Weights | None = None,
) -> Regrouping:
    """Clusters the window's articles anew, in the order they came; corrections hold.

    Ids follow from founders, so that a story that stays the same keeps its id.
    """
    options = options or ClusterOptions()
    clusterer = Clusterer(texts=texts, options=options, weights=weights)
    clusterer.constrain(window.constraints)
    for start in range(0, len(window.articles), options.upkeep_every):
        some = window.articles[start : start + options.upkeep_every]
        clusterer.add_many(with_texts(some, texts))
        if clusterer.upkeep_due:
            clusterer.upkeep()
    clusterer.tidy()
    fresh = clusterer.take_changes()
    before = {each.article_id: each for each in window.memberships}
    after = {each.article_id: each for each in fresh.memberships}
    aliases = dict(fresh.aliases) | _led_on(before, after)
    stories = tuple(_changed(before, after))
    return Regrouping(
        changes=ClusterChanges(memberships=fresh.memberships, aliases=MappingProxyType(aliases)),
        stories=stories,
        kept=len({each.story_id for each in before.values()})
        - len({old for change in stories for old in _old_ids(change)}),
    )


def _led_on(before: Mapping[str, Membership], after: Mapping[str, Membership]) -> dict[str, str]:
    """Ids that are no story's any more → the story where most of their articles are now."""
    alive = {each.story_id for each in after.values()}
    went: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for article, place in before.items():
        if place.story_id not in alive and article in after:
            went[place.story_id][after[article].story_id] += 1
    return {old: max(counts, key=lambda new: (counts[new], new)) for old, counts in went.items()}


def _changed(
    before: Mapping[str, Membership], after: Mapping[str, Membership]
) -> Iterable[StoryChange]:
    groups_before, groups_after = _groups(before, after), _groups(after, before)
    found = [
        StoryChange(kind="split", story=old, parts=_parts(articles, after))
        for old, articles in groups_before.items()
        if len({after[article].story_id for article in articles}) > 1
    ]
    found += [
        StoryChange(kind="merged", story=new, parts=_parts(articles, before))
        for new, articles in groups_after.items()
        if len({before[article].story_id for article in articles}) > 1
    ]
    return sorted(
        found, key=lambda change: -sum(len(articles) for articles in change.parts.values())
    )


def _groups(
    places: Mapping[str, Membership], others: Mapping[str, Membership]
) -> dict[str, list[str]]:
    """Articles by story, of those that both sides know."""
    groups: dict[str, list[str]] = defaultdict(list)
    for article, place in places.items():
        if article in others:
            groups[place.story_id].append(article)
    return groups


def _parts(articles: Iterable[str], places: Mapping[str, Membership]) -> dict[str, tuple[str, ...]]:
    parts: dict[str, list[str]] = defaultdict(list)
    for article in articles:
        parts[places[article].story_id].append(article)
    return {story: tuple(members) for story, members in parts.items()}


def _old_ids(change: StoryChange) -> Iterable[str]:
    return (change.story,) if change.kind == "split" else change.parts
