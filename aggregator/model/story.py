"""Stories: which articles tell one event, and why each of them is thought to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from aggregator.model.instants import Instant

Relation = Literal["lead", "copy", "report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why an article is in its story: one shape everywhere (contract).

    Attributes:
        rule: the rule that decided, a short name: ``founder``, ``same-text``, ``revision``,
            ``copy``, ``event``, ``merged``, ``pinned`` …
        score: the decision's probability, 0 to 1, where a score decided.
        parts: the score's parts by name, each a plain number.
        terms: telling terms shared with the story, most telling first.
        resemblance: exact Jaccard resemblance of the texts where they were compared.
        compared_with: the id of the member it was compared with.
        weights: version of the learned weights that decided, None where none were asked.
    """

    rule: str
    score: float | None = None
    parts: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    terms: tuple[str, ...] = ()
    resemblance: float | None = None
    compared_with: str | None = None
    weights: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """An article's place: its story, and the text it copies if it copies one.

    ``copy_of`` is the earliest-read member with that text, never itself a copy.
    """

    article_id: str
    story_id: str
    copy_of: str | None = None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterChanges:
    """What the clusterer decided since it was last asked; the store applies it as one.

    ``memberships`` replaces the membership of each article it names. ``aliases`` maps the ids of
    stories merged away to the ids they live on under.
    """

    memberships: tuple[Membership, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


ConstraintKind = Literal["together", "apart", "pin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A person's correction; wins over every score, for ever.

    ``together``: these two articles are one story. ``apart``: these two never are. ``pin``: the
    article ``a`` stays in the story ``b`` (a story id).
    """

    kind: ConstraintKind
    a: str
    b: str
    made_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What takes a correction back.

    Attributes:
        constraints: those it left.
        given_up: earlier ones that it contradicted, and that stand again without it.
        before: where the articles it moved were.
    """

    constraints: tuple[Constraint, ...]
    given_up: tuple[Constraint, ...] = ()
    before: tuple[Membership, ...] = ()
