"""Counts over many articles, for the statistics and the sparklines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import func, select

from aggregator.model.digest import Window
from aggregator.model.statistics import Placed
from aggregator.store import rows
from aggregator.store.backend import Unit
from aggregator.store.schema import article, membership

_DAY = timedelta(days=1) // timedelta(microseconds=1)


def articles_by_day(unit: Unit, window: Window) -> Mapping[str, Sequence[int]]:
    """See `Store.articles_by_day`."""
    start, end = rows.micros(window.start), rows.micros(window.end)
    days = max(1, -(-(end - start) // _DAY))
    day = ((article.c.fetched_at - start) / _DAY).label("day")
    found: dict[str, list[int]] = {}
    for row in unit.run(
        select(article.c.feed_id, func.floor(day).label("day"), func.count().label("articles"))
        .where(
            article.c.feed_id.is_not(None),
            article.c.fetched_at >= start,
            article.c.fetched_at < end,
        )
        .group_by(article.c.feed_id, func.floor(day))
    ):
        counts = found.setdefault(row.feed_id, [0] * days)
        counts[int(row.day)] += row.articles
    return found


def placed(unit: Unit, window: Window) -> Sequence[Placed]:
    """See `Store.placed`."""
    found = unit.run(
        select(
            article.c.id,
            membership.c.story_id,
            membership.c.text_id,
            article.c.outlet_name,
            membership.c.outlet_key,
            article.c.agency,
            article.c.published_at,
            membership.c.fetched_at,
        )
        .join_from(membership, article, article.c.seq == membership.c.article_seq)
        .where(
            membership.c.fetched_at >= rows.micros(window.start),
            membership.c.fetched_at < rows.micros(window.end),
        )
        .order_by(article.c.published_at, membership.c.fetched_at, article.c.id)
    )
    return [
        Placed(
            article_id=row.id,
            story_id=row.story_id,
            text_id=row.text_id,
            outlet=row.outlet_name,
            outlet_key=row.outlet_key,
            agency=row.agency,
            published_at=rows.instant(row.published_at),
            fetched_at=rows.instant(row.fetched_at),
        )
        for row in found
    ]
