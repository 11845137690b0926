"""The clusterer's side: what waits, what a window holds, what was decided."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, func, insert, or_, select, update

from aggregator.errors import StoreLocked
from aggregator.model.instants import Instant
from aggregator.model.signature import SignedArticle
from aggregator.model.store import ClusterWindow
from aggregator.model.story import ClusterChanges, Constraint, Membership
from aggregator.store import rows
from aggregator.store.backend import Unit
from aggregator.store.schema import (
    article,
    correction,
    membership,
    signature,
    story,
    story_alias,
    waiting,
)

_SIGNED = (
    article.c.id,
    article.c.title,
    article.c.language,
    article.c.outlet_key,
    article.c.canonical_url,
    article.c.published_at,
    signature.c.recipe,
    signature.c["copy"],
    signature.c.event,
    signature.c.features,
    signature.c.passages,
)

_TEXT = (article.c.paragraphs, article.c.summary)


def any_waiting(unit: Unit) -> bool:
    """Whether an article waits for a story."""
    return unit.run(select(waiting.c.article_seq).limit(1)).first() is not None


def unclustered(unit: Unit, *, limit: int) -> Sequence[SignedArticle]:
    """See `Store.unclustered`. A changed article stands where its new wording arrived."""
    # Held until the transaction ends, so that what is noted as handed out is what was read.
    first = unit.rows(
        unit.backend.locking(
            select(waiting)
            .order_by(
                waiting.c.arrived_at, waiting.c.feed_id, waiting.c.position, waiting.c.article_seq
            )
            .limit(limit)
        )
    )
    seqs = [row["article_seq"] for row in first]
    found = {
        row["seq"]: row
        for row in unit.rows(
            select(article.c.seq, article.c.worded_at, *_SIGNED, *_TEXT)
            .join(signature, signature.c.article_seq == article.c.seq)
            .where(unit.backend.among(article.c.seq, seqs))
        )
    }
    handing = [row["article_seq"] for row in first if row["handed"] != row["wording"]]
    if handing:
        chosen = unit.backend.among(waiting.c.article_seq, handing)
        unit.run(update(waiting).where(chosen).values(handed=waiting.c.wording))
    return [
        rows.signed_of(found[seq], fetched_at="worded_at", text=rows.text_of(found[seq]))
        for seq in seqs
    ]


def window(unit: Unit, *, since: Instant, known: Mapping[int, int]) -> ClusterWindow:
    """See `Store.cluster_window`."""
    within = membership.c.fetched_at >= rows.micros(since)
    # By number and not by instant: what a person moves is written without a lock, and of two
    # transactions the later instant may well be the first one seen.
    held = select(membership.c.article_seq, membership.c.stamp).where(within)
    stamps = {row.article_seq: row.stamp for row in unit.run(held)}
    if known:
        written = [seq for seq, stamp in stamps.items() if known.get(seq) != stamp]
        within = unit.backend.among(membership.c.article_seq, written)
    query = (
        select(article.c.seq, article.c.feed_id, article.c.position, *_SIGNED, membership)
        .join_from(membership, article, article.c.seq == membership.c.article_seq)
        .join(signature, signature.c.article_seq == article.c.seq)
        .where(within)
    )
    # In the order of arrival, which costs a database much more to sort by, signatures and all.
    found = sorted(
        (
            (row["fetched_at"], row["feed_id"] or "", row["position"], row["seq"]),
            rows.signed_of(row, fetched_at="fetched_at"),
            rows.membership_of(row),
        )
        for row in unit.stream(query)
    )
    return ClusterWindow(
        articles=tuple(article for _, article, _ in found),
        memberships=tuple(membership for _, _, membership in found),
        constraints=tuple(constraints(unit)),
        stamps=stamps,
    )


def texts(unit: Unit, article_ids: Sequence[str]) -> Mapping[str, str]:
    """See `Store.texts`."""
    found = unit.rows(
        select(article.c.id, article.c.title, *_TEXT).where(
            unit.backend.among(article.c.id, article_ids)
        )
    )
    return {row["id"]: f"{row['title']}\n{rows.text_of(row)}" for row in found}


def apply(unit: Unit, changes: ClusterChanges, *, under: str | None = None) -> Mapping[int, int]:
    """See `Store.apply`."""
    if under is not None and not unit.backend.still_holding(unit, under):
        raise StoreLocked(
            f"{unit.backend.place}: the lock {under!r} has gone to another process",
            hint="This one was silent for too long; nothing of what it decided was written.",
        )
    touched = _merge(unit, changes.aliases)
    placed, stamps = _place(unit, changes.memberships)
    count(unit, touched | placed)
    return stamps


def constraints(unit: Unit) -> Sequence[Constraint]:
    """See `Store.constraints`."""
    query = select(correction).order_by(
        correction.c.made_at, correction.c.kind, correction.c.a, correction.c.b
    )
    return [rows.constraint_of(row) for row in unit.rows(query)]


def constrain(unit: Unit, made: Sequence[Constraint], changes: ClusterChanges) -> None:
    """See `Store.constrain`. One made again is the newer one."""
    release(unit, made)
    if made:
        by_key = {(each.kind, each.a, each.b): each for each in made}
        unit.run(
            insert(correction),
            [
                {"kind": kind, "a": a, "b": b, "made_at": rows.micros(each.made_at)}
                for (kind, a, b), each in by_key.items()
            ],
        )
    apply(unit, changes)


def release(unit: Unit, taken_back: Sequence[Constraint]) -> None:
    """See `Store.release`."""
    for each in taken_back:
        unit.run(
            delete(correction).where(
                correction.c.kind == each.kind, correction.c.a == each.a, correction.c.b == each.b
            )
        )


def new_stamp() -> int:
    """A number that no membership bears yet."""
    return secrets.randbits(63)


def _merge(unit: Unit, aliases: Mapping[str, str]) -> set[str]:
    """Lets stories live on under others; also those members the clusterer no longer holds."""
    survivors = {old: _survivor(old, aliases) for old in aliases}
    for old, new in survivors.items():
        unit.run(update(story_alias).where(story_alias.c.story_id == old).values(story_id=new))
        unit.run(delete(story_alias).where(story_alias.c.id == old))
        unit.run(insert(story_alias).values(id=old, story_id=new))
        unit.run(
            update(membership)
            .where(membership.c.story_id == old)
            .values(story_id=new, stamp=new_stamp())
        )
    return set(survivors) | set(survivors.values())


def _survivor(story_id: str, aliases: Mapping[str, str]) -> str:
    seen = {story_id}
    while (following := aliases.get(story_id)) is not None and following not in seen:
        story_id = following
        seen.add(story_id)
    return story_id


def _place(unit: Unit, memberships: Sequence[Membership]) -> tuple[set[str], Mapping[int, int]]:
    """Replaces memberships; passes over articles that retention took in the meantime.

    Gives the stories it touches, and the new stamps.
    """
    latest = {each.article_id: each for each in memberships}
    found = unit.rows(
        select(
            article.c.seq,
            article.c.id,
            article.c.outlet_key,
            article.c.fetched_at,
            membership.c.story_id,
        )
        .select_from(article.outerjoin(membership))
        .where(unit.backend.among(article.c.id, list(latest)))
    )
    if not found:
        return set(), {}
    _stop_waiting(unit, found)
    seqs, stamp = [row["seq"] for row in found], new_stamp()
    unit.run(delete(membership).where(unit.backend.among(membership.c.article_seq, seqs)))
    unit.run(
        insert(membership),
        [
            {
                "article_seq": row["seq"],
                "story_id": latest[row["id"]].story_id,
                "text_id": latest[row["id"]].copy_of or row["id"],
                "outlet_key": row["outlet_key"],
                "fetched_at": row["fetched_at"],
                "evidence": rows.evidence_columns(latest[row["id"]].evidence),
                "stamp": stamp,
            }
            for row in found
        ],
    )
    before = {row["story_id"] for row in found if row["story_id"] is not None}
    after = {latest[row["id"]].story_id for row in found}
    return before | after, dict.fromkeys(seqs, stamp)


def _stop_waiting(unit: Unit, placed: Iterable[rows.Row]) -> None:
    """Takes from the queue the wordings that were handed out, and articles placed first now.

    A wording that came after its article was handed out goes on waiting; so does one that never
    was, when its article is placed for another's sake.
    """
    placed = list(placed)
    every = [row["seq"] for row in placed]
    first = [row["seq"] for row in placed if row["story_id"] is None]
    unit.run(
        delete(waiting).where(
            unit.backend.among(waiting.c.article_seq, every),
            or_(
                waiting.c.handed == waiting.c.wording,
                waiting.c.handed.is_(None) & unit.backend.among(waiting.c.article_seq, first),
            ),
        )
    )


def count(unit: Unit, touched: Iterable[str]) -> None:
    """Counts these stories anew; one without articles is gone, one with them is no alias."""
    ids = list(touched)
    if not ids:
        return
    unit.run(delete(story).where(unit.backend.among(story.c.id, ids)))
    counts = select(
        membership.c.story_id,
        func.count(),
        func.count(membership.c.outlet_key.distinct()),
        func.count(membership.c.text_id.distinct()),
        func.min(membership.c.fetched_at),
        func.max(membership.c.fetched_at),
    )
    unit.run(
        insert(story).from_select(
            ["id", "articles", "outlets", "texts", "first_seen", "last_seen"],
            counts.where(unit.backend.among(membership.c.story_id, ids)).group_by(
                membership.c.story_id
            ),
        )
    )
    alive = select(story.c.id).where(unit.backend.among(story.c.id, ids))
    unit.run(delete(story_alias).where(story_alias.c.id.in_(alive)))
