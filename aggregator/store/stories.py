"""Stories as they are read: whole, by window, by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, and_, case, func, literal, null, or_, select

from aggregator.digest.assemble import assemble
from aggregator.digest.turns import Lone, shortlist
from aggregator.errors import NotFound
from aggregator.model.digest import DigestStory, Window
from aggregator.model.store import StoredArticle
from aggregator.store import feeds, rows, withdrawals
from aggregator.store.backend import Unit
from aggregator.store.schema import article, membership, story, story_alias, withdrawn

_THIN = 80
"""Characters under which a summary may need the body's beginning beside it."""

_AT_ONCE = 500
"""Stories read by one statement."""

_LONE = 4000
"""Stories of one outlet that are looked through for the freshest."""


def one(unit: Unit, story_id: str) -> DigestStory:
    """See `Store.story`."""
    story_id = rows.storable(story_id)
    alive = unit.run(select(story_alias.c.story_id).where(story_alias.c.id == story_id)).scalar()
    found = whole(unit, [alive or story_id])
    if not found:
        raise NotFound("story", story_id)
    return found[0]


def in_window(unit: Unit, window: Window, *, limit: int | None) -> Sequence[DigestStory]:
    """See `Store.stories`."""
    shared = _within(window, story.c.outlets > 1).order_by(
        story.c.outlets.desc(), story.c.last_seen.desc(), story.c.id
    )
    chosen = list(unit.run(shared.limit(limit)).scalars())
    left = None if limit is None else limit - len(chosen)
    if left != 0:
        chosen += shortlist(_lone(unit, window, limit), window=window, limit=left)
    return whole(unit, chosen)


def _within(window: Window, *conditions: ColumnElement[bool]) -> Select[Any]:
    """The ids of the window's stories that meet these conditions."""
    start, end = rows.micros(window.start), rows.micros(window.end)
    within = membership.c.fetched_at.between(start, end - 1)
    # A story last seen in the window is in it; only one seen since then has to be looked into.
    inside = or_(
        story.c.last_seen < end,
        and_(
            story.c.first_seen < end,
            select(membership.c.story_id)
            .where(membership.c.story_id == story.c.id, within)
            .exists(),
        ),
    )
    return select(story.c.id).where(story.c.last_seen >= start, inside, *conditions)


def _lone(unit: Unit, window: Window, limit: int | None) -> list[Lone]:
    """Stories that one outlet tells: of very many those that were fetched last."""
    pool = _within(window, story.c.outlets <= 1).order_by(story.c.last_seen.desc(), story.c.id)
    latest = pool.limit(None if limit is None else max(limit, _LONE)).subquery()
    undated = case((article.c.date_source == "fetched", 1), else_=0)
    dated = (
        select(
            latest.c.id,
            func.min(membership.c.outlet_key),
            func.max(article.c.published_at),
            func.min(undated),
        )
        .join_from(latest, membership, membership.c.story_id == latest.c.id)
        .join(article, article.c.seq == membership.c.article_seq)
        .group_by(latest.c.id)
    )
    return [
        Lone(id=name, outlet_key=key, published_at=rows.instant(published), dated=not never)
        for name, key, published, never in unit.run(dated)
    ]


def whole(unit: Unit, story_ids: Sequence[str]) -> Sequence[DigestStory]:
    """These stories with all their members, in the order asked for; unknown ones left out."""
    found: list[DigestStory] = []
    for start in range(0, len(story_ids), _AT_ONCE):
        some = story_ids[start : start + _AT_ONCE]
        members: dict[str, list[StoredArticle]] = defaultdict(list)
        for row in unit.rows(_light().where(unit.backend.among(membership.c.story_id, some))):
            members[row["story_id"]].append(rows.stored_of(row))
        brought_by = {each.feed_id for story in members.values() for each in story if each.feed_id}
        filed = feeds.categories(unit, list(brought_by))
        found += [
            assemble(story_id, members[story_id], categories=filed)
            for story_id in some
            if story_id in members
        ]
    return found


def _light() -> Select[Any]:
    """Members without what no list of stories shows: the body only where the summary is thin."""
    thin = or_(
        func.length(func.coalesce(article.c.summary, "")) < _THIN,
        article.c.summary == article.c.title,
    )
    heavy = {"related", "enclosures", "paragraphs", "html"}
    return select(
        *(column for column in article.c if column.name not in heavy),
        case((thin, article.c.paragraphs), else_=null()).label("paragraphs"),
        literal([], JSON).label("related"),
        literal([], JSON).label("enclosures"),
        literal("").label("html"),
        membership.c.story_id,
        membership.c.text_id,
        membership.c.evidence,
        withdrawn.c.at.label("withdrawn_at"),
    ).select_from(
        withdrawals.joined(membership.join(article, article.c.seq == membership.c.article_seq))
    )
