"""WebSub from end to end: a real hub on loopback, the real callback, a real store."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest

from aggregator.cadence.websub import secret_of
from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.options import FetchOptions
from aggregator.model.feed import Feed
from aggregator.service.poll import Poller
from aggregator.service.websub import WebSub
from aggregator.store import SqlStore
from aggregator.web.app import create_app
from aggregator.workers.pool import ParserPool
from tests.integration.folder_server import Folder, folder_server

KEY = b"a key of sixteen and more"


class Watch:
    """A clock that stands until it is put on."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 2, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant


@dataclass
class World:
    server: Folder
    store: SqlStore
    poller: Poller
    websub: WebSub
    clock: Watch
    page: httpx.AsyncClient
    woken: list[bool]

    def document(self, *titles: str) -> bytes:
        items = "".join(f"<item><guid>{t}</guid><title>{t}</title></item>" for t in titles)
        return (
            "<rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom'><channel><title>T</title>"
            f"<a:link rel='hub' href='{self.server.url('/hub')}'/>"
            f"<a:link rel='self' href='{self.server.url('/feed')}'/>{items}</channel></rss>"
        ).encode()

    async def poll(self) -> str:
        [record] = await self.store.feeds()
        await self.poller.poll(record, forced=True)
        return record.id

    def asked(self) -> dict[str, str]:
        """The form the hub was sent last."""
        form = parse_qs(self.server.posted[-1][1].decode())
        return {key: values[0] for key, values in form.items()}

    async def confirm(self, feed_id: str, **changes: str) -> httpx.Response:
        asked = self.asked()
        query = {
            "hub.mode": asked["hub.mode"],
            "hub.topic": asked["hub.topic"],
            "hub.challenge": "c4a11enge",
            "hub.lease_seconds": "86400",
        }
        return await self.page.get(f"/websub/{feed_id}", params=query | changes)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        server = stack.enter_context(folder_server({}))
        store = SqlStore(f"sqlite:///{tmp_path}/news.db")
        await store.open()
        stack.push_async_callback(store.aclose)
        fetcher = HttpFetcher(FetchOptions(allow_private_networks=("127.0.0.0/8",)))
        stack.push_async_callback(fetcher.aclose)
        parser = ParserPool(workers=1)
        stack.push_async_callback(parser.aclose)
        clock, woken = Watch(), []
        poller = Poller(
            store=store, fetcher=fetcher, parser=parser, clock=clock, chance=random.Random(1)
        )
        websub = WebSub(
            store=store,
            fetcher=fetcher,
            poller=poller,
            clock=clock,
            public_url="https://news.example",
            key=KEY,
            stored=lambda: woken.append(True),
        )
        app = create_app(store=store, clock=clock, hubs=websub)
        page = await stack.enter_async_context(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8080"
            )
        )
        made = World(server, store, poller, websub, clock, page, woken)
        server.documents["/feed"] = made.document("one")
        await store.sync_feeds([Feed(url=server.url("/feed"))], now=clock.now())
        yield made


async def test_a_hub_is_asked_verified_and_its_lease_renewed(world: World) -> None:
    feed_id = await world.poll()
    await world.websub.renew()
    assert world.asked() == {
        "hub.callback": f"https://news.example/websub/{feed_id}",
        "hub.mode": "subscribe",
        "hub.topic": world.server.url("/feed"),
        "hub.lease_seconds": "864000",
    }
    answer = await world.confirm(feed_id)
    assert (answer.status_code, answer.text) == (200, "c4a11enge")
    await world.websub.renew()
    assert len(world.server.posted) == 1
    world.clock.instant += timedelta(hours=20)
    await world.websub.renew()
    assert len(world.server.posted) == 2


async def test_only_what_was_asked_is_confirmed(world: World) -> None:
    feed_id = await world.poll()
    await world.websub.renew()
    for wrong in (
        {"hub.topic": "https://other.example/"},
        {"hub.mode": "unsubscribe"},
        {"hub.challenge": ""},
    ):
        assert (await world.confirm(feed_id, **wrong)).status_code == 404
    assert (await world.page.get("/websub/unknown")).status_code == 404


async def test_an_unsigned_delivery_is_only_a_hint_to_poll(world: World) -> None:
    feed_id = await world.poll()
    await world.websub.renew()
    await world.confirm(feed_id)
    world.server.documents["/feed"] = world.document("two", "one")
    forged = world.document("forged")
    answer = await world.page.post(f"/websub/{feed_id}", content=forged)
    assert answer.status_code == 202
    titles = {stored.article.title async for stored in world.store.export()}
    assert titles == {"one", "two"}
    assert world.woken


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_a_signed_delivery_is_taken_in_and_a_forged_one_is_not(
    world: World, method: str
) -> None:
    feed_id = await world.poll()
    await world.websub.renew()
    await world.confirm(feed_id)
    kept = await world.store.subscription(feed_id)
    assert kept is not None
    kept = replace(kept, hub="https://hub.example/")
    await world.store.save_subscription(kept)
    body = world.document("delivered")
    right = hmac.new(secret_of(KEY, kept).encode(), body, getattr(hashlib, method)).hexdigest()
    for signature in (f"{method}={'0' * len(right)}", "md5=0", ""):
        answer = await world.page.post(
            f"/websub/{feed_id}", content=body, headers={"X-Hub-Signature": signature}
        )
        assert answer.status_code == 202
        assert not world.woken
    await world.page.post(
        f"/websub/{feed_id}", content=body, headers={"X-Hub-Signature": f"{method}={right}"}
    )
    titles = {stored.article.title async for stored in world.store.export()}
    assert titles == {"one", "delivered"}
    assert world.woken


async def test_a_removed_feed_is_unsubscribed_and_then_answered_with_410(world: World) -> None:
    feed_id = await world.poll()
    await world.websub.renew()
    await world.confirm(feed_id)
    await world.store.sync_feeds([], now=world.clock.now())
    await world.websub.renew()
    assert world.asked()["hub.mode"] == "unsubscribe"
    assert (await world.confirm(feed_id)).status_code == 200
    answer = await world.page.post(f"/websub/{feed_id}", content=world.document("late"))
    assert answer.status_code == 410


async def test_polling_goes_on_beside_a_live_hub_only_slower(world: World) -> None:
    feed_id = await world.poll()
    await world.websub.renew()
    await world.confirm(feed_id)
    await world.page.post(f"/websub/{feed_id}", content=b"ping")
    world.clock.instant += timedelta(hours=2)
    await world.poll()
    [record] = await world.store.feeds()
    assert record.state.next_poll_at is not None
    wait = record.state.next_poll_at - world.clock.now()
    assert timedelta(hours=6) <= wait <= timedelta(hours=25)


async def test_no_secret_is_kept_and_a_changed_key_asks_the_hub_anew(world: World) -> None:
    feed_id = await world.poll()
    await world.websub.renew()
    await world.confirm(feed_id)
    kept = await world.store.subscription(feed_id)
    assert kept is not None
    for value in asdict(kept).values():
        assert value not in (KEY.decode(), secret_of(KEY, kept))
    await world.websub.renew()
    assert len(world.server.posted) == 1
    await world.store.save_subscription(replace(kept, key="of another key"))
    await world.websub.renew()
    assert len(world.server.posted) == 2
    assert (await world.confirm(feed_id)).status_code == 200
