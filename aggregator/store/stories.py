"""Stories as they are read: whole, by window, by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, and_, case, func, literal, null, or_, select

from aggregator.digest.assemble import assemble
from aggregator.digest.turns import Sketch, shortlist
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

_SHARED = 2
"""So many times the stories that are read are looked through of those that several outlets tell."""

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
    lone = _within(window, story.c.outlets <= 1).order_by(story.c.last_seen.desc(), story.c.id)
    if limit is not None:
        shared, lone = shared.limit(_SHARED * limit), lone.limit(max(limit, _LONE))
    outlined = [*_outlines(unit, shared), *_outlines(unit, lone)]
    return whole(unit, shortlist(outlined, window=window, limit=limit))


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
    return select(story.c.id, story.c.outlets).where(
        story.c.last_seen >= start, inside, *conditions
    )


def _outlines(unit: Unit, chosen: Select[Any]) -> list[Sketch]:
    """What ranks these stories, without reading their articles whole."""
    some = chosen.subquery()
    own = membership.c.text_id == article.c.id
    undated = article.c.date_source == "fetched"
    found = (
        select(
            some.c.id,
            some.c.outlets,
            func.min(membership.c.outlet_key),
            func.count(case((own, membership.c.outlet_key)).distinct()),
            func.max(case((own, article.c.published_at))),
            func.max(article.c.published_at),
            func.min(case((undated, 1), else_=0)),
        )
        .join_from(some, membership, membership.c.story_id == some.c.id)
        .join(article, article.c.seq == membership.c.article_seq)
        .group_by(some.c.id, some.c.outlets)
    )
    return [
        Sketch(
            id=name,
            outlets=outlets,
            outlet_key=key,
            voices=voices,
            published_at=rows.instant(published or latest),
            dated=not never,
        )
        for name, outlets, key, voices, published, latest, never in unit.run(found)
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
