"""WebSub (W3C Recommendation, 2018), the subscriber's part: what is asked, believed and answered.

Nothing here speaks to anybody: the web page's callback and the scheduler's renewal call it. A hub
is a help and never trusted to be there: polling goes on beside it, only slower.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urljoin

from aggregator.cadence.links import links
from aggregator.model.entry import FeedDocument
from aggregator.model.feed import FeedState
from aggregator.model.instants import Instant
from aggregator.model.poll import FetchAnswer
from aggregator.model.websub import Subscription

WANTED_LEASE = timedelta(days=10)
_SHORTEST_LEASE, _LONGEST_LEASE = timedelta(minutes=10), timedelta(days=30)
_UNANSWERED = timedelta(hours=6)
_DENIED = timedelta(days=7)
_BESIDE = timedelta(hours=6)
_DIGESTS = {"sha1", "sha256", "sha384", "sha512"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What the callback answers; ``accepted`` says whether a delivery's body may be believed."""

    status: int
    body: str = ""
    accepted: bool = False


def discover(answer: FetchAnswer, document: FeedDocument | None) -> tuple[str, str] | None:
    """The hub and the topic that headers (first) or document name; None without a hub (§4)."""
    named = list(links(answer))
    hub = next((target for relation, target in named if relation == "hub"), None)
    topic = next((target for relation, target in named if relation == "self"), None)
    if document is not None:
        hub = hub or next(iter(document.hubs), None)
        topic = topic or document.self_url
    if not hub:
        return None
    hub, topic = urljoin(answer.url, hub), urljoin(answer.url, topic or answer.url)
    return (hub, topic) if hub.startswith(("http://", "https://")) else None


def key_name(key: bytes) -> str:
    """What a key is known by; it gives nothing of the key away."""
    return hmac.new(key, b"websub: the key's name", hashlib.sha256).hexdigest()[:16]


def secret_of(key: bytes, subscription: Subscription) -> str:
    """The secret of this subscription: made from the service's key, so that it is kept nowhere."""
    told = "\0".join((subscription.feed_id, subscription.hub, subscription.topic))
    return hmac.new(key, f"websub\0{told}".encode(), hashlib.sha256).hexdigest()


def asked(feed_id: str, state: FeedState, *, key: str, now: Instant) -> Subscription | None:
    """A subscription to ask for; None for a feed that names no hub. ``key``: its key's name."""
    if state.hub_url is None or state.topic_url is None:
        return None
    return Subscription(
        feed_id=feed_id, hub=state.hub_url, topic=state.topic_url, key=key, asked_at=now
    )


def request_form(
    subscription: Subscription, callback: str, *, secret: str
) -> tuple[tuple[str, str], ...]:
    """The form to POST to the hub, to subscribe and to renew, or to stop (§5.1).

    The secret is told only to hubs reached over TLS, as the Recommendation asks.
    """
    leaving = subscription.state == "leaving"
    form = [
        ("hub.callback", callback),
        ("hub.mode", "unsubscribe" if leaving else "subscribe"),
        ("hub.topic", subscription.topic),
    ]
    if not leaving:
        form.append(("hub.lease_seconds", str(int(WANTED_LEASE.total_seconds()))))
        if _is_secret(subscription):
            form.append(("hub.secret", secret))
    return tuple(form)


def verified(
    subscription: Subscription | None, query: Mapping[str, str], now: Instant
) -> tuple[Subscription | None, CallbackAnswer]:
    """The subscription after a hub's GET to the callback, and what to answer (§5.2, §5.3).

    Only what we asked for is confirmed: the topic, and the mode that was asked.
    """
    mode, topic = query.get("hub.mode", ""), query.get("hub.topic", "")
    if subscription is None or topic != subscription.topic:
        return subscription, CallbackAnswer(status=404)
    if mode == "denied":
        reason = " ".join(query.get("hub.reason", "").split())[:200] or None
        denied = replace(subscription, state="denied", reason=reason, lease_until=None)
        return denied, CallbackAnswer(status=200)
    challenge = query.get("hub.challenge", "")
    if not challenge:
        return subscription, CallbackAnswer(status=404)
    if mode == "subscribe" and subscription.state in {"asked", "active"}:
        until = now + _lease(query.get("hub.lease_seconds", ""))
        active = replace(subscription, state="active", lease_until=until, reason=None)
        return active, CallbackAnswer(status=200, body=challenge)
    if mode == "unsubscribe" and subscription.state in {"leaving", "ended"}:
        ended = replace(subscription, state="ended", lease_until=None)
        return ended, CallbackAnswer(status=200, body=challenge)
    return subscription, CallbackAnswer(status=404)


def delivered(
    subscription: Subscription | None, signature: str | None, body: bytes, *, secret: str
) -> CallbackAnswer:
    """What to answer to a hub's POST of new content, and whether to believe it (§7, §8).

    A wrong signature is answered with 202 like a right one: who guesses learns nothing.
    """
    if subscription is None:
        return CallbackAnswer(status=404)
    if subscription.state in {"ended", "denied", "leaving"}:
        return CallbackAnswer(status=410)
    signed = not _is_secret(subscription) or is_signed(body, signature, secret)
    return CallbackAnswer(status=202, accepted=signed)


def is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    """Whether `X-Hub-Signature` (``method=hex``) is this body's; compared in constant time."""
    method, _, given = (signature or "").strip().partition("=")
    if method.lower() not in _DIGESTS:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode())


def renew_at(subscription: Subscription, jitter: float = 0.0) -> Instant | None:
    """When to ask the hub again; None for one that was ended.

    At three quarters of the lease, or a little before (``jitter``, 0 to 1); some hours after a
    request that the hub never verified; a week after a refusal.
    """
    match subscription.state:
        case "active" if subscription.lease_until is not None:
            lease = subscription.lease_until - subscription.asked_at
            return subscription.asked_at + lease * (0.75 - 0.15 * min(max(jitter, 0.0), 1.0))
        case "asked" | "leaving":
            return subscription.asked_at + _UNANSWERED
        case "denied":
            return subscription.asked_at + _DENIED
        case _:
            return None


def is_live(subscription: Subscription | None, now: Instant) -> bool:
    """Whether a hub can be counted on just now: verified, its lease not over, and it delivers."""
    return (
        subscription is not None
        and subscription.state == "active"
        and subscription.lease_until is not None
        and now < subscription.lease_until
        and subscription.delivered_at is not None
    )


def slowed(
    state: FeedState, subscription: Subscription | None, *, last_poll_at: Instant
) -> FeedState:
    """The state with a later next poll where a live hub tells us anyway; six hours at most.

    Polling never stops: hubs vanish, and nobody says so.
    """
    then = state.next_poll_at
    if then is None or not is_live(subscription, last_poll_at):
        return state
    return replace(state, next_poll_at=max(then, last_poll_at + _BESIDE))


def _is_secret(subscription: Subscription) -> bool:
    return subscription.hub.startswith("https://")


def _lease(text: str) -> timedelta:
    """The lease a hub grants, within reason; hubs that name none get what was asked for."""
    if not text.isdecimal() or len(text) > 12:
        return WANTED_LEASE
    return max(_SHORTEST_LEASE, min(timedelta(seconds=min(int(text), 10**9)), _LONGEST_LEASE))
