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
from aggregator.store.sealing import SealBroken, is_sealed
from aggregator.text.secrets import holds_secret

_INSTANTS = ("asked_at", "lease_until", "delivered_at")
_ADDRESSES = ("hub", "topic")


def one(unit: Unit, feed_id: str) -> Subscription | None:
    """See `Store.subscription`."""
    found = unit.rows(select(subscription).where(subscription.c.feed_id == feed_id))
    return _subscription(unit, found[0]) if found else None


def every(unit: Unit) -> Sequence[Subscription]:
    """See `Store.subscriptions`."""
    query = select(subscription).order_by(subscription.c.feed_id)
    found = (_subscription(unit, row) for row in unit.rows(query))
    return [each for each in found if each is not None]


def save(unit: Unit, kept: Subscription) -> None:
    """See `Store.save_subscription`."""
    values: dict[str, Any] = {
        name: rows.micros(value) if name in _INSTANTS and value is not None else value
        for name, value in asdict(kept).items()
    }
    for name in _ADDRESSES:
        if holds_secret(values[name]):
            values[name] = unit.backend.seal.close(values[name])
    unit.run(delete(subscription).where(subscription.c.feed_id == kept.feed_id))
    unit.run(insert(subscription).values(rows.storable(values)))


def _subscription(unit: Unit, row: Mapping[str, Any]) -> Subscription | None:
    """The subscription in a row; None, so that its hub is asked anew, where the key is another."""
    values = dict(row)
    for name in _INSTANTS:
        values[name] = None if values[name] is None else rows.instant(values[name])
    try:
        for name in _ADDRESSES:
            if is_sealed(values[name]):
                values[name] = unit.backend.seal.open(values[name])
    except SealBroken:
        return None
    return Subscription(**values)
