"""Programs come in by tokens, and do no more than theirs were made for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from aggregator.errors import UsageError
from aggregator.service.access import make_token
from aggregator.store import SqlStore
from aggregator.web.app import create_app
from aggregator.web.options import WebOptions
from aggregator.web.tokens import needed_scope
from tests.integration.web.reading import token as form_token
from tests.integration.web.world import FixedClock

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("open sesame")
JSON = {"accept": "application/json"}


def client(store: SqlStore, clock: FixedClock, options: WebOptions) -> httpx.AsyncClient:
    app = create_app(store=store, clock=clock, options=options, figures=lambda: b"figures")
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost", headers=JSON
    )


@pytest.fixture
def feeds_file(tmp_path: Path) -> Path:
    file = tmp_path / "feeds.toml"
    file.write_text('# mine\n[[feeds]]\nurl = "https://a.example/rss"\n', encoding="utf-8")
    return file


@pytest.fixture
async def site(
    store: SqlStore, clock: FixedClock, feeds_file: Path
) -> AsyncIterator[httpx.AsyncClient]:
    options = WebOptions(password_hash=CHEAP, feeds_file=feeds_file)
    async with client(store, clock, options) as ours:
        yield ours


async def bearer(store: SqlStore, *scopes: str) -> dict[str, str]:
    secret = await make_token(store, FixedClock(), "-".join(scopes), scopes)
    return {"authorization": f"Bearer {secret}"}


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/digest.json", "read"),
        ("HEAD", "/feeds", "read"),
        ("GET", "/metrics", "metrics"),
        ("POST", "/marks", "mark"),
        ("POST", "/tastes", "mark"),
        ("POST", "/searches", "mark"),
        ("POST", "/stories/ferry/mend", "correct"),
        ("POST", "/mend/undo", "correct"),
        ("POST", "/feeds/plan", "feeds"),
        ("POST", "/feeds/make", "feeds"),
    ],
)
def test_each_request_needs_one_scope(method: str, path: str, scope: str) -> None:
    assert needed_scope(method, path) == scope


async def test_a_reading_token_reads_and_does_nothing_else(
    site: httpx.AsyncClient, store: SqlStore
) -> None:
    token = await bearer(store, "read")
    assert (await site.get("/digest.json", headers=token)).json()["stories"]
    for path, scope in {"/marks": "mark", "/feeds/plan": "feeds", "/mend/undo": "correct"}.items():
        refused = await site.post(path, headers=token, data={"read": "ferry"})
        assert refused.status_code == 403
        assert f"this needs the scope {scope} (" in refused.json()["error"]
        assert refused.headers["www-authenticate"].endswith(f'scope="{scope}"')
    assert (await site.get("/metrics", headers=token)).status_code == 403
    assert await store.marks("reader", ["ferry"]) == {}


async def test_a_marking_token_marks_without_a_form(
    site: httpx.AsyncClient, store: SqlStore
) -> None:
    token = await bearer(store, "mark")
    answer = await site.post("/marks", headers=token, data={"star": "ferry"})
    assert answer.status_code == 200
    assert (await store.marks("reader", ["ferry"]))["ferry"].starred
    assert (await site.get("/digest.json", headers=token)).status_code == 403


async def test_a_token_for_metrics_sees_the_figures(
    site: httpx.AsyncClient, store: SqlStore
) -> None:
    token = await bearer(store, "metrics")
    assert (await site.get("/metrics", headers=token)).content == b"figures"
    assert (await site.get("/metrics")).status_code == 401


async def test_a_token_for_feeds_changes_the_list(
    site: httpx.AsyncClient, store: SqlStore, feeds_file: Path
) -> None:
    token = await bearer(store, "feeds")
    wanted = {"do": "add", "url": "https://b.example/rss"}
    planned = await site.post("/feeds/plan", headers=token, data=wanted)
    assert planned.json()["does"] == "Add a feed"
    made = await site.post("/feeds/make", headers=token, data={"plan": planned.json()["plan"]})
    assert made.json() == {"done": "Add a feed"}
    written = await asyncio.to_thread(feeds_file.read_text)
    assert written.startswith("# mine\n")
    assert "https://b.example/rss" in written
    again = await site.post("/feeds/plan", headers=token, data=wanted)
    assert (again.status_code, again.json()["error"]) == (400, "That is in the list already.")


async def test_a_token_for_corrections_corrects(site: httpx.AsyncClient, store: SqlStore) -> None:
    token = await bearer(store, "correct")
    story = await store.story("ferry")
    split = {"do": "split", "article": story.coverage[-1].id}
    answer = await site.post("/stories/ferry/mend", headers=token, data=split)
    assert answer.json()["done"] == "1 article split off."
    undone = await site.post("/mend/undo", headers=token, data={"mended": answer.json()["mended"]})
    assert undone.status_code == 303


async def test_one_taken_back_or_made_up_opens_nothing(
    site: httpx.AsyncClient, store: SqlStore
) -> None:
    token = await bearer(store, "read")
    await store.drop_token("read")
    for headers in (token, {"authorization": "Bearer agg_x"}, {"authorization": "Bearer "}):
        refused = await site.get("/digest.json", headers=headers)
        assert refused.status_code == 401
    assert "is not known here" in (await site.get("/digest.json", headers=token)).json()["error"]


async def test_a_feed_reader_sends_it_as_a_password_and_only_reads(
    site: httpx.AsyncClient, store: SqlStore
) -> None:
    secret = await make_token(store, FixedClock(), "phone", ["read", "mark"])
    assert (await site.get("/feed.atom", auth=("phone", secret))).status_code == 200
    # What a browser may repeat by itself proves nothing: the page's form is asked for.
    marked = await site.post("/marks", auth=("phone", secret), data={"read": "ferry"})
    assert marked.status_code == 403
    assert await store.marks("reader", ["ferry"]) == {}


async def test_without_a_password_a_token_still_binds_who_brings_it(
    store: SqlStore, clock: FixedClock
) -> None:
    async with client(store, clock, WebOptions()) as open_site:
        token = await bearer(store, "mark")
        assert (await open_site.get("/digest.json")).status_code == 200
        assert (await open_site.get("/digest.json", headers=token)).status_code == 403
        marked = await open_site.post("/marks", headers=token, data={"read": "ferry"})
        assert marked.status_code == 200


async def test_only_the_hash_is_kept(store: SqlStore) -> None:
    secret = await make_token(store, FixedClock(), "phone", ["mark", "read"])
    [kept] = await store.tokens()
    assert kept.scopes == ("read", "mark")
    assert secret not in repr(kept)
    with pytest.raises(UsageError, match="already"):
        await make_token(store, FixedClock(), "phone", ["read"])
    with pytest.raises(UsageError, match="needs a scope"):
        await make_token(store, FixedClock(), "other", [])


async def wrong(site: httpx.AsyncClient, times: int, forwarded: str) -> httpx.Response:
    for _ in range(times):
        page = await site.get("/login")
        form = {"token": form_token(page), "password": "abracadabra"}
        answer = await site.post("/login", data=form, headers={"x-forwarded-for": forwarded})
    return answer


async def test_behind_a_trusted_proxy_each_sender_has_tries_of_its_own(
    store: SqlStore, clock: FixedClock
) -> None:
    options = WebOptions(password_hash=CHEAP, trusted_header="X-Remote-User")
    async with client(store, clock, options) as site:
        assert (await wrong(site, 6, "198.51.100.7")).status_code == 429
        assert (await wrong(site, 1, "198.51.100.8")).status_code == 403
        # What the sender says of itself stands before what the proxy adds.
        assert (await wrong(site, 1, "203.0.113.1, 198.51.100.7")).status_code == 429


async def test_without_a_proxy_nobody_names_another_sender(
    store: SqlStore, clock: FixedClock
) -> None:
    async with client(store, clock, WebOptions(password_hash=CHEAP)) as site:
        assert (await wrong(site, 6, "198.51.100.7")).status_code == 429
        assert (await wrong(site, 1, "198.51.100.8")).status_code == 429
