"""Taking articles out again: by age, number and size, or because a person asked.

What a person starred or corrected is never taken for its age. Of what is taken the id stays, so
that a feed which still lists the article does not bring it back as new.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, case, delete, func, insert, or_, select, union, update

from aggregator.errors import NotFound
from aggregator.model.instants import Instant
from aggregator.model.store import FeedSize, Retention
from aggregator.store import rows
from aggregator.store.articles import index_row
from aggregator.store.backend import Unit
from aggregator.store.clustering import count, new_stamp
from aggregator.store.schema import (
    article,
    correction,
    feed,
    mark,
    membership,
    signature,
    story,
    story_alias,
    taken,
    waiting,
)

AT_ONCE = 500
"""Articles a transaction takes out: polls get their turn between two of them."""

_REMEMBERED = timedelta(days=400)


def prune(unit: Unit, retention: Retention, *, now: Instant, spare: int | None = None) -> int:
    """Takes out some of what is past the bounds; returns how many articles, 0 once there is none.

    ``spare`` is how many articles the bound on size leaves room for.
    """
    victims: list[int] = []
    if retention.age is not None:
        old = article.c.fetched_at < rows.micros(now - retention.age)
        victims += _oldest(unit, AT_ONCE, old)
    bounds = [bound for bound in (retention.articles, spare) if bound is not None]
    if bounds and len(victims) < AT_ONCE:
        held = unit.run(select(func.count()).select_from(article)).scalar() or 0
        victims += _oldest(unit, min(held - min(bounds), AT_ONCE))
    if retention.per_feed is not None and len(victims) < AT_ONCE:
        victims += _past_the_feeds_bound(unit, retention.per_feed)
    seqs = list(dict.fromkeys(victims))[:AT_ONCE]
    take(unit, seqs, now=now)
    return len(seqs)


def _oldest(unit: Unit, limit: int, *conditions: Any) -> list[int]:
    """The numbers of the oldest articles that may be taken."""
    if limit <= 0:
        return []
    return list(unit.run(_takable(*conditions).limit(limit)).scalars())


def _takable(*conditions: Any) -> Select[Any]:
    starred = (
        select(membership.c.article_seq)
        .join_from(membership, mark, mark.c.story_id == membership.c.story_id)
        .where(mark.c.starred)
    )
    starred_before_it_was_merged = (
        select(membership.c.article_seq)
        .join_from(membership, story_alias, story_alias.c.story_id == membership.c.story_id)
        .join(mark, mark.c.story_id == story_alias.c.id)
        .where(mark.c.starred)
    )
    kept = union(starred, starred_before_it_was_merged)
    corrected = union(select(correction.c.a), select(correction.c.b))
    return (
        select(article.c.seq)
        .where(
            article.c.seq.not_in(kept),
            article.c.id.not_in(corrected),
            article.c.seq.not_in(select(waiting.c.article_seq)),
            *conditions,
        )
        .order_by(article.c.fetched_at, article.c.seq)
    )


def _past_the_feeds_bound(unit: Unit, bound: int) -> list[int]:
    """Articles of feeds that hold more than the bound, the oldest of each first."""
    found: list[int] = []
    crowded = select(feed.c.id, feed.c.articles).where(feed.c.articles > bound)
    for feed_id, held in unit.run(crowded.order_by(feed.c.articles.desc())):
        # Counted anew: an article may have been taken that the feed's own count still holds.
        found += _oldest(
            unit, min(held - bound, AT_ONCE - len(found)), article.c.feed_id == feed_id
        )
        if len(found) >= AT_ONCE:
            break
    return found


def take(unit: Unit, seqs: Sequence[int], *, now: Instant, remember: bool = True) -> None:
    """Takes these articles out, with all that hangs on them."""
    if not seqs:
        return
    found = unit.rows(select(article).where(unit.backend.among(article.c.seq, seqs)))
    ids = [row["id"] for row in found]
    places = unit.backend.among(membership.c.article_seq, seqs)
    touched = set(unit.run(select(membership.c.story_id).where(places).distinct()).scalars())
    unit.backend.unindex(unit, [index_row(row) for row in found])
    # Membership, signature, revisions and queue go with the article.
    unit.run(delete(article).where(unit.backend.among(article.c.seq, seqs)))
    _name_texts_anew(unit, touched, ids)
    count(unit, touched)
    lost: dict[str, int] = {}
    for row in found:
        if row["feed_id"] is not None:
            lost[row["feed_id"]] = lost.get(row["feed_id"], 0) + 1
    for feed_id, number in lost.items():
        fewer = feed.c.articles - number
        unit.run(
            update(feed)
            .where(feed.c.id == feed_id)
            .values(articles=case((fewer > 0, fewer), else_=0))
        )
    if remember:
        _remember(unit, found, now)


def _name_texts_anew(unit: Unit, stories: set[str], gone: Sequence[str]) -> None:
    """Lets copies of a taken article be copies of the earliest that is left."""
    orphaned = unit.rows(
        select(membership.c.article_seq, membership.c.text_id, article.c.id)
        .join_from(membership, article, article.c.seq == membership.c.article_seq)
        .where(
            unit.backend.among(membership.c.story_id, list(stories)),
            unit.backend.among(membership.c.text_id, list(gone)),
        )
        .order_by(membership.c.fetched_at, membership.c.article_seq)
    )
    heirs: dict[str, str] = {}
    for row in orphaned:
        heir = heirs.setdefault(row["text_id"], row["id"])
        unit.run(
            update(membership)
            .where(membership.c.article_seq == row["article_seq"])
            .values(text_id=heir, stamp=new_stamp())
        )


def _remember(unit: Unit, found: Sequence[rows.Row], now: Instant) -> None:
    at = rows.micros(now)
    unit.run(delete(taken).where(taken.c.at < rows.micros(now - _REMEMBERED)))
    unit.run(
        insert(taken),
        [{"id": row["id"], "entry_digest": row["entry_digest"], "at": at} for row in found],
    )


def tidy(unit: Unit) -> None:
    """Forgets names and marks of stories that are no more."""
    alive = select(story.c.id)
    unit.run(delete(story_alias).where(story_alias.c.story_id.not_in(alive)))
    known = or_(mark.c.story_id.in_(alive), mark.c.story_id.in_(select(story_alias.c.id)))
    unit.run(delete(mark).where(~known))


def forget_articles(unit: Unit, article_ids: Sequence[str], *, now: Instant) -> int:
    """See `Store.forget_articles`."""
    seqs = list(
        unit.run(
            select(article.c.seq).where(unit.backend.among(article.c.id, article_ids))
        ).scalars()
    )
    _forget_corrections(unit, article_ids)
    take(unit, seqs, now=now)
    tidy(unit)
    return len(seqs)


def forget_feed(unit: Unit, feed_id: str, *, now: Instant) -> int:
    """Takes out some of a feed's articles, then the feed itself; 0 once all is gone."""
    if unit.run(select(feed.c.id).where(feed.c.id == feed_id)).first() is None:
        raise NotFound("feed", feed_id)
    found = unit.run(
        select(article.c.seq, article.c.id).where(article.c.feed_id == feed_id).limit(AT_ONCE)
    ).all()
    _forget_corrections(unit, [row.id for row in found])
    take(unit, [row.seq for row in found], now=now, remember=False)
    if len(found) < AT_ONCE:
        unit.run(delete(feed).where(feed.c.id == feed_id))
        tidy(unit)
    return len(found)


def _forget_corrections(unit: Unit, article_ids: Sequence[str]) -> None:
    named = [unit.backend.among(column, article_ids) for column in (correction.c.a, correction.c.b)]
    unit.run(delete(correction).where(or_(*named)))


def room_for(unit: Unit, size: int | None) -> int | None:
    """How many articles fit into so many bytes, as large as they are; None if all do."""
    used = unit.backend.size(unit)
    if size is None or used <= size:
        return None
    held = unit.run(select(func.count()).select_from(article)).scalar() or 0
    # A twentieth below the bound, so that the next poll does not pass it again.
    return int(held * size / used * 0.95)


def feed_sizes(unit: Unit, *, since: Instant, now: Instant) -> Sequence[FeedSize]:
    """See `Store.feed_sizes`."""
    held = (
        article.c.title,
        article.c.summary,
        article.c.paragraphs,
        article.c.html,
        signature.c["copy"],
        signature.c.event,
        signature.c.features,
        signature.c.passages,
    )
    each = [func.coalesce(unit.backend.bytes_in(column), 0) for column in held]
    found = unit.run(
        select(article.c.feed_id, func.count(), func.sum(sum(each[1:], start=each[0])))
        .join_from(article, signature, signature.c.article_seq == article.c.seq)
        .where(article.c.fetched_at >= rows.micros(since), article.c.feed_id.is_not(None))
        .group_by(article.c.feed_id)
    )
    days = max((now - since) / timedelta(days=1), 1.0)
    sizes = [
        FeedSize(feed_id=feed_id, articles=number, size=int(size), a_day=int(size / days))
        for feed_id, number, size in found
    ]
    return sorted(sizes, key=lambda size: (-size.size, size.feed_id))
