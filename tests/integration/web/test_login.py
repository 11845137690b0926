from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from argon2 import PasswordHasher

from aggregator.store import SqlStore
from aggregator.web.app import create_app
from aggregator.web.options import WebOptions
from tests.integration.web.reading import page, token, words
from tests.integration.web.world import FixedClock

HTML = {"accept": "text/html"}
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("open sesame")


@pytest.fixture
async def stranger(store: SqlStore, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    options = WebOptions(password_hash=CHEAP, trusted_header="X-Remote-User")
    app = create_app(store=store, clock=clock, options=options)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def log_in(client: httpx.AsyncClient, password: str, back: str = "/") -> httpx.Response:
    form = {"token": token(await client.get("/login")), "password": password, "back": back}
    return await client.post("/login", data=form)


async def test_a_stranger_sees_only_the_door(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/stories/ferry?x=1", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?back=%2Fstories%2Fferry%3Fx%3D1"
    for path in ("/feed.atom", "/feed.json", "/digest.json", "/openapi.json", "/nowhere"):
        answer = await stranger.get(path)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"].startswith("Basic")
    assert (await stranger.post("/marks", data={"read": "ferry"})).status_code == 401
    assert (await stranger.get("/healthz")).status_code == 200
    page(await stranger.get("/login"))


async def test_the_password_opens_and_leaving_closes(
    stranger: httpx.AsyncClient, clock: FixedClock
) -> None:
    answer = await log_in(stranger, "open sesame", "/stories/ferry")
    assert answer.headers["location"] == "/stories/ferry"
    assert "HttpOnly" in answer.headers["set-cookie"]
    tree = page(await stranger.get("/"))
    assert "Log out" in words(tree)
    form = {"token": token(await stranger.get("/"))}
    # A token from before the session does not serve within it.
    outside = httpx.AsyncClient(transport=stranger._transport, base_url="http://localhost")
    foreign = {"token": token(await outside.get("/login")), "theme": "dark"}
    assert (await stranger.post("/theme", data=foreign)).status_code == 403
    clock.instant += timedelta(days=31)
    assert (await stranger.get("/", headers=HTML)).status_code == 303
    clock.instant -= timedelta(days=31)
    await stranger.post("/logout", data=form)
    assert (await stranger.get("/", headers=HTML)).status_code == 303


async def test_wrong_passwords_are_counted(stranger: httpx.AsyncClient, clock: FixedClock) -> None:
    for _ in range(5):
        assert (await log_in(stranger, "abracadabra")).status_code == 403
    assert (await log_in(stranger, "open sesame")).status_code == 429
    clock.instant += timedelta(minutes=6)
    assert (await log_in(stranger, "open sesame")).status_code == 303


async def test_feed_readers_send_the_password_and_only_read(stranger: httpx.AsyncClient) -> None:
    auth = ("anybody", "open sesame")
    assert (await stranger.get("/feed.atom", auth=auth)).status_code == 200
    assert (await stranger.get("/feed.atom", auth=("x", "wrong"))).status_code == 401
    headers = {"authorization": "Basic %%%"}
    assert (await stranger.get("/feed.atom", headers=headers)).status_code == 401
    assert (await stranger.post("/marks", auth=auth)).status_code == 401


async def test_a_trusted_proxy_vouches(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/", headers={"x-remote-user": "ada"})
    assert answer.status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "..", "é.1.2", "a.1." + "0" * 64])
async def test_a_made_up_session_is_none(stranger: httpx.AsyncClient, cookie: str) -> None:
    headers = [(b"cookie", f"session={cookie}".encode()), (b"accept", b"text/html")]
    assert (await stranger.get("/", headers=headers)).status_code == 303
