"""What polling does to feeds: they are claimed when due, and keep what a poll taught."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, func, literal, or_, select, update

from aggregator.errors import NotFound
from aggregator.model.feed import FeedRecord, FeedState
from aggregator.model.instants import Instant
from aggregator.model.store import PollsWaiting
from aggregator.store import feed_rows, feeds, rows
from aggregator.store.backend import Unit
from aggregator.store.schema import feed

_NO_PLAN_BEYOND = timedelta(days=3)
"""The cadence plans no poll later than this."""

_NO_LEASE_BEYOND = timedelta(hours=1)
_ASLEEP = timedelta(days=1)
"""A poll that began longer before the stored one was made by another clock, not overtaken."""


def claim_due(unit: Unit, *, now: Instant, limit: int, lease: timedelta) -> Sequence[FeedRecord]:
    """See `Store.claim_due`."""
    moment = rows.micros(now)
    due: Select[Any] = (
        select(feed.c.id)
        .where(
            feed.c.subscribed,
            ~feed.c.paused,
            feed.c.due_at <= moment,
            feed.c.lease_until <= moment,
        )
        .order_by(feed.c.due_at)
        .limit(limit)
    )
    claim = (
        update(feed)
        .where(feed.c.id.in_(unit.backend.claiming(due)))
        .values(lease_until=rows.micros(now + lease))
        .returning(feed)
    )
    claimed = sorted(unit.rows(claim), key=lambda row: (row["due_at"], row["place"]))
    return feeds.records(unit, claimed)


def waiting(unit: Unit, *, now: Instant) -> PollsWaiting:
    """See `Store.polls_waiting`."""
    moment = rows.micros(now)
    claimed = feed.c.lease_until > moment
    found = unit.run(
        select(func.count().filter(~claimed), func.count().filter(claimed)).where(
            feed.c.subscribed, ~feed.c.paused, feed.c.due_at <= moment
        )
    ).one()
    return PollsWaiting(due=found[0], claimed=found[1])


def end_leases(unit: Unit, leases: Mapping[str, Instant]) -> None:
    """See `Store.end_leases`."""
    if not leases:
        return
    ended = (
        update(feed)
        .where(feed.c.id == bindparam("key"), feed.c.lease_until <= bindparam("until"))
        .values(lease_until=0)
    )
    # In one order everywhere, as `_last_polls`.
    unit.run(ended, [{"key": key, "until": rows.micros(leases[key])} for key in sorted(leases)])


def mend_plans(unit: Unit, *, now: Instant) -> int:
    """Plans and leases made while the clock was ahead are made anew; returns of how many feeds.

    Spread over an hour: a clock that is set right must not send every feed's poll at once.
    """
    beyond = rows.micros(now + _NO_PLAN_BEYOND)
    late_lease = rows.micros(now + _NO_LEASE_BEYOND)
    astray = or_(feed.c.due_at > beyond, feed.c.lease_until > late_lease)
    spread = (feed.c.place % 3600) * literal(1_000_000, BigInteger)
    soon = literal(rows.micros(now), BigInteger) + spread
    planned = update(feed).where(astray).values(due_at=soon, lease_until=0)
    return unit.run(planned.where(feed.c.due_at.is_not(None))).rowcount


def is_outdated(unit: Unit, feed_id: str, state: FeedState) -> bool:
    """Whether a later poll than this one has been stored; holds the feed against other writers.

    So it is with the word of a worker that slept past its lease. Raises `NotFound`.
    """
    held = _last_polls(unit, [feed_id])
    if feed_id not in held:
        raise NotFound("feed", feed_id)
    return _overtaken(state, held[feed_id])


def _last_polls(unit: Unit, feed_ids: Sequence[str]) -> Mapping[str, int | None]:
    """When the polls of these feeds that are stored began; holds them until the transaction ends.

    In one order everywhere, so that two that hold several never wait for each other.
    """
    chosen = unit.backend.among(feed.c.id, feed_ids)
    found = select(feed.c.id, feed.c.last_poll_at).where(chosen).order_by(feed.c.id)
    return {row.id: row.last_poll_at for row in unit.run(unit.backend.locking(found))}


def _overtaken(state: FeedState, stored: int | None) -> bool:
    return (
        stored is not None
        and state.last_poll_at is not None
        and rows.micros(state.last_poll_at) < stored <= rows.micros(state.last_poll_at + _ASLEEP)
    )


def save_state(unit: Unit, feed_id: str, state: FeedState, *, new_articles: int) -> None:
    """Writes what a poll taught and counts what it brought; the feed is held already."""
    unit.run(
        update(feed)
        .where(feed.c.id == feed_id)
        .values(
            **feed_rows.state_columns(state, unit.backend.seal),
            lease_until=0,
            articles=feed.c.articles + new_articles,
        )
    )


def count_new(unit: Unit, feed_id: str, new_articles: int) -> None:
    """Counts what an overtaken poll brought all the same; the feed's state stays."""
    more = feed.c.articles + new_articles
    unit.run(update(feed).where(feed.c.id == feed_id).values(articles=more))


def save_states(unit: Unit, states: Sequence[tuple[str, FeedState]]) -> Sequence[bool]:
    """See `Store.save_state`, for several polls; whether each feed is there."""
    stored = _last_polls(unit, [feed_id for feed_id, _ in states])
    latest = {
        feed_id: feed_rows.state_columns(state, unit.backend.seal)
        for feed_id, state in states
        if feed_id in stored and not _overtaken(state, stored[feed_id])
    }
    if latest:
        settable = next(iter(latest.values()))
        unit.run(
            update(feed)
            .where(feed.c.id == bindparam("key"))
            .values({name: bindparam(name) for name in settable} | {"lease_until": 0}),
            [{"key": feed_id} | columns for feed_id, columns in latest.items()],
        )
    return [feed_id in stored for feed_id, _ in states]
