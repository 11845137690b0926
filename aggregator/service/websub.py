"""The WebSub subscriber: hubs asked, answered and believed, beside the polls.

A hub calls back at ``PUBLIC_URL/websub/FEED_ID``. What it delivers is stored like a poll; where
nothing proves that it comes from the hub (no TLS, so no secret), it is only taken as a hint to
poll. Polls go on beside a live hub, only slower.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from aggregator.cadence import websub
from aggregator.cadence.websub import CallbackAnswer
from aggregator.errors import FeedError, FetchError, NotFound
from aggregator.model.feed import FeedRecord
from aggregator.model.poll import FetchRequest
from aggregator.model.websub import Subscription
from aggregator.ports import Clock, FeedStore, Fetcher
from aggregator.service.poll import Poller

log = logging.getLogger(__name__)

PATH = "/websub/"


class WebSub:
    """Subscribes to the hubs that feeds name, and takes in what they deliver.

    Args:
        public_url: where the world reaches this site, with the path it lives under.
        key: of the service alone; the secrets that hubs sign with are made from it.
        stored: called when a delivery brought articles.
    """

    def __init__(
        self,
        *,
        store: FeedStore,
        fetcher: Fetcher,
        poller: Poller,
        clock: Clock,
        public_url: str,
        key: bytes,
        stored: Callable[[], None],
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._poller = poller
        self._clock = clock
        self._public_url = public_url.rstrip("/")
        self._key = key
        self._stored = stored

    async def renew(self) -> None:
        """Asks hubs that are not yet asked, renews leases in time, leaves those not wanted."""
        held = {kept.feed_id: kept for kept in await self._store.subscriptions()}
        for record in await self._store.feeds(subscribed=None):
            kept = held.get(record.id)
            wanted = record.subscribed and not record.feed.paused
            next_step = self._next(record, kept) if wanted else _leaving(kept)
            if next_step is not None:
                await self._ask(next_step)

    async def verify(self, feed_id: str, query: Mapping[str, str]) -> CallbackAnswer:
        """Answers a hub that asks whether we meant it."""
        before = await self._store.subscription(feed_id)
        after, answer = websub.verified(before, query, self._clock.now())
        if after is not None and after != before:
            await self._store.save_subscription(after)
            log.info("%s: the hub's answer: %s", after.topic, after.reason or after.state)
        return answer

    async def deliver(
        self, feed_id: str, headers: Mapping[str, str], body: bytes
    ) -> CallbackAnswer:
        """Takes in what a hub delivers; a wrong signature is answered like a right one."""
        kept = await self._store.subscription(feed_id)
        signature = headers.get("x-hub-signature")
        answer = websub.delivered(kept, signature, body, secret=self._secret(kept))
        if not answer.accepted or kept is None:
            return answer
        try:
            record = await self._store.feed(feed_id)
            if not record.subscribed:
                return CallbackAnswer(status=410)
            await self._take_in(record, kept, headers, body)
        except NotFound:
            return CallbackAnswer(status=410)
        except FeedError as error:
            log.warning("%s: the hub delivered what cannot be read: %s", kept.topic, error)
        return answer

    async def _take_in(
        self, record: FeedRecord, kept: Subscription, headers: Mapping[str, str], body: bytes
    ) -> None:
        if kept.hub.startswith("https://"):
            saved = await self._poller.take_in(
                record, body, content_type=headers.get("content-type")
            )
        else:
            saved = (await self._poller.poll(record, forced=True)).saved
        await self._store.save_subscription(replace(kept, delivered_at=self._clock.now()))
        if saved.new or saved.changed:
            self._stored()

    def _next(self, record: FeedRecord, kept: Subscription | None) -> Subscription | None:
        """What to ask the feed's hub now; None for nothing."""
        now = self._clock.now()
        key = websub.key_name(self._key)
        fresh = websub.asked(record.id, record.state, key=key, now=now)
        if fresh is None:
            return None
        if kept is None or (kept.hub, kept.topic, kept.key) != (fresh.hub, fresh.topic, key):
            return fresh
        again = websub.renew_at(kept)
        if kept.state == "ended" or (again is not None and again <= now):
            return replace(fresh, delivered_at=kept.delivered_at)
        return None

    def _secret(self, subscription: Subscription | None) -> str:
        return "" if subscription is None else websub.secret_of(self._key, subscription)

    async def _ask(self, subscription: Subscription) -> None:
        """Sends a request to the hub; the subscription is kept first, for the hub may be quick."""
        subscription = replace(subscription, asked_at=self._clock.now())
        await self._store.save_subscription(subscription)
        callback = f"{self._public_url}{PATH}{subscription.feed_id}"
        form = websub.request_form(subscription, callback, secret=self._secret(subscription))
        try:
            answer = await self._fetcher.fetch(FetchRequest(url=subscription.hub, form=form))
        except FetchError as error:
            log.info("%s: its hub cannot be asked: %s", subscription.topic, error.reason)
            return
        if answer.status not in (200, 202, 204):
            log.info("%s: its hub answers %d", subscription.topic, answer.status)


def _leaving(kept: Subscription | None) -> Subscription | None:
    """The request to stop, for a subscription that is still held."""
    if kept is None or kept.state not in ("active", "asked"):
        return None
    return replace(kept, state="leaving")
