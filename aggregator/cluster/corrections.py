"""What a person's correction means: the constraints it leaves, and what changes at once.

Decided from the stories as they stand in the store, so that a correction needs no clusterer and
reaches stories of any age. Ids stay: a merged story lives on under the oldest one's id, a split
keeps the id on the founder's side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import xxhash

from aggregator.errors import UsageError
from aggregator.model.digest import Coverage, DigestStory
from aggregator.model.instants import Instant, rfc3339
from aggregator.model.story import ClusterChanges, Constraint, Evidence, Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """``constraints`` hold for ever; ``changes`` happen now; ``before`` undoes them."""

    constraints: tuple[Constraint, ...]
    changes: ClusterChanges = field(default_factory=ClusterChanges)
    before: tuple[Membership, ...] = ()


def merge(stories: Sequence[DigestStory], *, now: Instant) -> Correction:
    """Makes these stories one, under the id of the one that was founded first.

    Raises:
        UsageError: fewer than two different stories.
    """
    distinct = {story.id: story for story in stories}
    if len(distinct) < 2:
        raise UsageError("merging takes two stories or more")
    kept, *gone = sorted(distinct.values(), key=lambda story: (story.first_seen, story.id))
    anchor = founder(kept)
    constraints, moved, before = [], [], []
    for story in gone:
        opener = founder(story)
        constraints.append(Constraint(kind="together", a=anchor.id, b=opener.id, made_at=now))
        evidence = Evidence(rule="together", compared_with=anchor.id)
        for row in story.coverage:
            kept_evidence = evidence if row.id == opener.id else row.evidence
            moved.append(_membership(row, kept.id, copy_of=row.copy_of, evidence=kept_evidence))
            before.append(_membership(row, story.id, copy_of=row.copy_of))
    aliases = MappingProxyType({story.id: kept.id for story in gone})
    return Correction(
        constraints=tuple(constraints),
        changes=ClusterChanges(memberships=tuple(moved), aliases=aliases),
        before=tuple(before),
    )


def split(story: DigestStory, articles: Collection[str], *, now: Instant) -> Correction:
    """Parts these articles from the rest of their story; copies of them go along.

    Raises:
        UsageError: none of the articles is in the story, or nothing would be left of it.
    """
    named = {row.id for row in story.coverage if row.id in articles}
    named |= {row.id for row in story.coverage if row.copy_of in named}
    if not named:
        raise UsageError(f"none of these articles is in the story {story.id}")
    if len(named) == len(story.coverage):
        raise UsageError("a split leaves at least one text behind: name fewer articles")
    first = founder(story)
    leaving = [row for row in story.coverage if (row.id in named) != (first.id in named)]
    return _parted(story, leaving, "split", now)


def pin(row: Coverage, source: DigestStory, target: DigestStory, *, now: Instant) -> Correction:
    """Fixes an article to a story, its own or another."""
    constraint = Constraint(kind="pin", a=row.id, b=target.id, made_at=now)
    pinned = _membership(row, target.id, copy_of=None, evidence=Evidence(rule="pinned"))
    if source.id == target.id:
        pinned = _membership(row, target.id, copy_of=row.copy_of, evidence=Evidence(rule="pinned"))
        rest: tuple[Membership, ...] = ()
    else:
        others = [other for other in source.coverage if other.id != row.id]
        rest = tuple(_rehomed(others, source.id))
    before = tuple(_membership(r, source.id, copy_of=r.copy_of) for r in source.coverage)
    return Correction(
        constraints=(constraint,),
        changes=ClusterChanges(memberships=(pinned, *rest)),
        before=before,
    )


def apart(a: Coverage, b: Coverage, story: DigestStory | None, *, now: Instant) -> Correction:
    """Never these two together. ``story`` is the one that holds both now, None if none does."""
    if a.id == b.id:
        raise UsageError("an article cannot be kept apart from itself")
    constraint = Constraint(kind="apart", a=a.id, b=b.id, made_at=now)
    if story is None:
        return Correction(constraints=(constraint,))
    first = founder(story)
    leaver = b if a.id == first.id else a if b.id == first.id else max(a, b, key=_arrival)
    parted = _parted(story, [leaver], "apart", now)
    return Correction(constraints=(constraint,), changes=parted.changes, before=parted.before)


def contradicted(made: Iterable[Constraint], existing: Iterable[Constraint]) -> list[Constraint]:
    """Earlier corrections that these take back: the same two, said the other way round."""
    opposite = {"together": "apart", "apart": "together"}
    taken_back = {
        (opposite[each.kind], frozenset((each.a, each.b))) for each in made if each.kind in opposite
    }
    pinned = {each.a for each in made if each.kind == "pin"}
    return [
        each
        for each in existing
        if (each.kind, frozenset((each.a, each.b))) in taken_back
        or (each.kind == "pin" and each.a in pinned)
    ]


def founder(story: DigestStory) -> Coverage:
    """The member that opened the story: whose id the story has its own from."""
    return min(story.coverage, key=lambda row: (row.evidence.rule != "founder", _arrival(row)))


def _arrival(row: Coverage) -> tuple[Instant, str]:
    return (row.fetched_at, row.id)


def _parted(story: DigestStory, leaving: Sequence[Coverage], rule: str, now: Instant) -> Correction:
    """The story without the leaving rows, which found one of their own."""
    gone = {row.id for row in leaving}
    staying = [row for row in story.coverage if row.id not in gone]
    head = min(leaving, key=_arrival)
    anchor = min(staying, key=lambda row: (row.evidence.rule != "founder", _arrival(row)))
    seed = f"{head.id}\x00{rfc3339(now)}"
    new_id = "s" + xxhash.xxh3_64_hexdigest(seed.encode())
    constraints = [
        Constraint(kind="together", a=head.id, b=row.id, made_at=now)
        for row in leaving
        if row.id != head.id
    ]
    constraints += [Constraint(kind="apart", a=row.id, b=anchor.id, made_at=now) for row in leaving]
    moved = list(_rehomed(leaving, new_id, evidence=Evidence(rule=rule, compared_with=anchor.id)))
    moved += _rehomed(staying, story.id)
    return Correction(
        constraints=tuple(constraints),
        changes=ClusterChanges(memberships=tuple(moved)),
        before=tuple(_membership(row, story.id, copy_of=row.copy_of) for row in story.coverage),
    )


def _rehomed(
    rows: Sequence[Coverage], story_id: str, *, evidence: Evidence | None = None
) -> Iterable[Membership]:
    """These rows as one story: copies whose original is not among them copy the earliest left."""
    here = {row.id for row in rows}
    heads: dict[str, str] = {}
    for row in sorted(rows, key=_arrival):
        copy_of = row.copy_of
        if copy_of is not None and copy_of not in here:
            head = heads.setdefault(copy_of, row.id)
            copy_of = None if head == row.id else head
        yield _membership(row, story_id, copy_of=copy_of, evidence=evidence or row.evidence)


def _membership(
    row: Coverage, story_id: str, *, copy_of: str | None, evidence: Evidence | None = None
) -> Membership:
    return Membership(
        article_id=row.id,
        story_id=story_id,
        copy_of=copy_of,
        evidence=evidence or row.evidence,
    )
