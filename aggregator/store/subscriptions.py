"""WebSub subscriptions, one a feed at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, select

from aggregator.model.websub import Subscription
from aggregator.store import rows
from aggregator.store.backend import Unit
from aggregator.store.schema import subscription

_INSTANTS = ("asked_at", "lease_until", "delivered_at")


def one(unit: Unit, feed_id: str) -> Subscription | None:
    """See `Store.subscription`."""
    found = unit.rows(select(subscription).where(subscription.c.feed_id == feed_id))
    return _subscription(found[0]) if found else None


def every(unit: Unit) -> Sequence[Subscription]:
    """See `Store.subscriptions`."""
    query = select(subscription).order_by(subscription.c.feed_id)
    return [_subscription(row) for row in unit.rows(query)]


def save(unit: Unit, kept: Subscription) -> None:
    """See `Store.save_subscription`."""
    values = {
        name: rows.micros(value) if name in _INSTANTS and value is not None else value
        for name, value in asdict(kept).items()
    }
    unit.run(delete(subscription).where(subscription.c.feed_id == kept.feed_id))
    unit.run(insert(subscription).values(rows.storable(values)))


def _subscription(row: Mapping[str, Any]) -> Subscription:
    values = dict(row)
    for name in _INSTANTS:
        values[name] = None if values[name] is None else rows.instant(values[name])
    return Subscription(**values)
