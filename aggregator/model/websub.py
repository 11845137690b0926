"""A WebSub subscription: a hub's promise to say when a feed has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aggregator.model.instants import Instant

SubscriptionState = Literal["asked", "active", "leaving", "ended", "denied"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed's subscription at one hub.

    ``asked``: the hub was asked and has yet to verify that we meant it. ``active``: verified, till
    ``lease_until``. ``leaving``: it was asked to stop. ``ended``: stopped; whatever still comes is
    answered with 410. ``denied``: the hub refused, ``reason`` says why.
    ``key`` names the key that its secret is made with (`cadence.websub.secret_of`). The secret,
    which the hub alone is told and signs its deliveries with, is kept nowhere.
    """

    feed_id: str
    hub: str
    topic: str
    key: str = ""
    state: SubscriptionState = "asked"
    asked_at: Instant
    lease_until: Instant | None = None
    delivered_at: Instant | None = None
    reason: str | None = None
