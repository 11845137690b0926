"""What takes the latest corrections back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select

from aggregator.errors import NotFound
from aggregator.model.instants import Instant
from aggregator.model.story import Constraint, Membership, Undoing
from aggregator.store import rows
from aggregator.store.backend import Unit
from aggregator.store.schema import undoing

_KEPT = 200


def remember(unit: Unit, key: str, kept: Undoing, *, now: Instant) -> None:
    """See `Store.remember`."""
    what = {
        "constraints": [_constraint_columns(each) for each in kept.constraints],
        "given_up": [_constraint_columns(each) for each in kept.given_up],
        "before": [_membership_columns(each) for each in kept.before],
    }
    unit.run(insert(undoing).values(key=key, made_at=rows.micros(now), what=rows.storable(what)))
    latest = select(undoing.c.key).order_by(undoing.c.made_at.desc(), undoing.c.key).limit(_KEPT)
    unit.run(delete(undoing).where(undoing.c.key.not_in(latest)))


def recall(unit: Unit, key: str) -> Undoing:
    """See `Store.recall`."""
    same = undoing.c.key == rows.storable(key)
    what = unit.run(select(undoing.c.what).where(same)).scalar()
    if what is None:
        raise NotFound("correction", key, hint="It was taken back before, or is one of long ago.")
    unit.run(delete(undoing).where(same))
    return Undoing(
        constraints=tuple(rows.constraint_of(each) for each in what["constraints"]),
        given_up=tuple(rows.constraint_of(each) for each in what["given_up"]),
        before=tuple(rows.membership_of(each) for each in what["before"]),
    )


def _constraint_columns(each: Constraint) -> dict[str, Any]:
    return {"kind": each.kind, "a": each.a, "b": each.b, "made_at": rows.micros(each.made_at)}


def _membership_columns(place: Membership) -> dict[str, Any]:
    """As `rows.membership_of` reads it."""
    return {
        "id": place.article_id,
        "story_id": place.story_id,
        "text_id": place.copy_of or place.article_id,
        "evidence": rows.evidence_columns(place.evidence),
    }
