"""Keeping: how much is stored, and whether it is whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from aggregator.model.store import StoreStatistics
from aggregator.store import rows
from aggregator.store.backend import Unit
from aggregator.store.schema import (
    article,
    feed,
    membership,
    revision,
    signature,
    story,
    story_alias,
    waiting,
)


def statistics(unit: Unit) -> StoreStatistics:
    """See `Store.statistics`."""

    def count(table: Any) -> int:
        return unit.run(select(func.count()).select_from(table)).scalar() or 0

    # Feeds count their own articles: to count a million anew takes long for what is asked often.
    of_feeds = unit.run(select(func.sum(feed.c.articles))).scalar() or 0
    of_none = unit.run(select(func.count()).where(article.c.feed_id.is_(None))).scalar() or 0
    stories, copies = unit.run(
        select(func.count(), func.coalesce(func.sum(story.c.articles - story.c.texts), 0))
    ).one()
    oldest, newest = unit.run(
        select(func.min(article.c.fetched_at), func.max(article.c.fetched_at))
    ).one()
    return StoreStatistics(
        feeds=unit.run(select(func.count()).where(feed.c.subscribed)).scalar() or 0,
        articles=of_feeds + of_none,
        copies=copies,
        revisions=count(revision),
        stories=stories,
        waiting=count(waiting),
        size=unit.backend.size(unit),
        oldest=None if oldest is None else rows.instant(oldest),
        newest=None if newest is None else rows.instant(newest),
    )


def size(unit: Unit) -> int:
    """Bytes the database takes."""
    return unit.backend.size(unit)


def problems(unit: Unit) -> Sequence[str]:
    """See `Store.check`: what the database finds, then what this program would."""
    found = list(unit.backend.problems(unit))
    for query, words in _INVARIANTS:
        broken = unit.run(select(func.count()).select_from(query.subquery())).scalar() or 0
        if broken:
            found.append(words.format(broken))
    held = unit.run(select(func.count()).select_from(article)).scalar() or 0
    indexed = unit.backend.indexed(unit)
    if indexed != held:
        found.append(f"search knows {indexed} of {held} articles")
    return found


_counted = (
    select(
        membership.c.story_id,
        func.count().label("articles"),
        func.count(membership.c.outlet_key.distinct()).label("outlets"),
        func.count(membership.c.text_id.distinct()).label("texts"),
    )
    .group_by(membership.c.story_id)
    .subquery()
)

_brought = (
    select(article.c.feed_id, func.count().label("articles")).group_by(article.c.feed_id).subquery()
)

_INVARIANTS: Sequence[tuple[Select[Any], str]] = (
    (
        select(article.c.seq)
        .outerjoin(membership)
        .outerjoin(waiting, waiting.c.article_seq == article.c.seq)
        .where(membership.c.article_seq.is_(None), waiting.c.article_seq.is_(None)),
        "{} articles are in no story and wait for none",
    ),
    (
        select(article.c.seq)
        .outerjoin(signature, signature.c.article_seq == article.c.seq)
        .where(signature.c.article_seq.is_(None)),
        "{} articles have no signature",
    ),
    (
        select(feed.c.id)
        .outerjoin(_brought, _brought.c.feed_id == feed.c.id)
        .where(func.coalesce(_brought.c.articles, 0) != feed.c.articles),
        "{} feeds count their articles wrongly",
    ),
    (
        select(story.c.id)
        .outerjoin(_counted, _counted.c.story_id == story.c.id)
        .where(
            func.coalesce(_counted.c.articles, 0) != story.c.articles,
        ),
        "{} stories count their articles wrongly",
    ),
    (
        select(_counted.c.story_id)
        .outerjoin(story, story.c.id == _counted.c.story_id)
        .where(story.c.id.is_(None)),
        "{} stories have articles and no head",
    ),
    (
        select(story_alias.c.id).join(story, story.c.id == story_alias.c.id),
        "{} stories are also names of other stories",
    ),
    (
        select(article.c.seq, func.count())
        .join(revision, revision.c.article_seq == article.c.seq)
        .group_by(article.c.seq, article.c.revisions)
        .having(func.count() != article.c.revisions),
        "{} articles count their revisions wrongly",
    ),
)
