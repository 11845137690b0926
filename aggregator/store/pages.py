"""Articles whose pages are still to be fetched, because their feeds ask for full texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, delete, insert, literal, select, update

from aggregator.model.instants import Instant
from aggregator.store import rows
from aggregator.store.backend import Unit
from aggregator.store.schema import article, page


def want(unit: Unit, article_ids: Sequence[str]) -> None:
    """Notes the pages of these articles; one that was noted before is begun afresh."""
    if not article_ids:
        return
    chosen = select(article.c.seq).where(unit.backend.among(article.c.id, article_ids))
    seqs = sorted(unit.run(chosen).scalars())
    if seqs:
        unit.run(delete(page).where(unit.backend.among(page.c.article_seq, seqs)))
        unit.run(insert(page), [{"article_seq": seq, "due_at": 0, "tries": 0} for seq in seqs])


def any_due(unit: Unit, *, now: Instant) -> bool:
    """Whether any page may be claimed."""
    due = select(page.c.article_seq).where(page.c.due_at <= rows.micros(now)).limit(1)
    return unit.run(due).first() is not None


def claim(
    unit: Unit, *, now: Instant, limit: int, patience: timedelta, tries: int
) -> Sequence[str]:
    """See `Store.claim_pages`."""
    moment = rows.micros(now)
    pause = literal(patience // timedelta(microseconds=1), BigInteger)
    due = page.c.due_at <= moment
    unit.run(delete(page).where(due, page.c.tries >= tries))
    # The newest articles first: their readers are waiting.
    chosen: Select[Any] = (
        select(page.c.article_seq.label("id"))
        .where(due)
        .order_by(page.c.due_at, page.c.article_seq.desc())
        .limit(limit)
    )
    claimed = (
        update(page)
        .where(page.c.article_seq.in_(unit.backend.claiming(chosen)))
        .values(
            tries=page.c.tries + 1,
            due_at=literal(moment, BigInteger) + pause * (page.c.tries + 1),
        )
        .returning(page.c.article_seq)
    )
    seqs = list(unit.run(claimed).scalars())
    named = select(article.c.id).where(unit.backend.among(article.c.seq, seqs))
    return list(unit.run(named.order_by(article.c.seq.desc())).scalars())


def done(unit: Unit, article_id: str) -> None:
    """See `Store.page_done`."""
    of = select(article.c.seq).where(article.c.id == article_id)
    # One that was not begun is of a later wording than the page that was just fetched.
    unit.run(delete(page).where(page.c.article_seq.in_(of), page.c.tries > 0))
