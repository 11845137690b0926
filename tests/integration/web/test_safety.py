"""What a stranger's page, name or text must not be able to do."""

from __future__ import annotations

import contextlib
import hmac
import re
import sqlite3
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from aggregator.cadence.websub import is_signed
from aggregator.store import SqlStore
from aggregator.web.app import create_app
from aggregator.web.gate import Doorkeeper
from tests.integration.web.reading import page, token, words
from tests.integration.web.world import FixedClock, Piece, fill
from tests.unit.render.sample import HOSTILE


async def test_every_answer_binds_the_browser(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/stories/ferry", "/feed.atom", "/healthz", "/nowhere"):
        headers = (await browser.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


async def test_a_mistake_of_ours_is_a_page_too(store: SqlStore, clock: FixedClock) -> None:
    app = create_app(store=store, clock=clock)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("secret")

    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/broken")
    said = words(page(answer, status=500))
    assert "Something broke" in said
    assert "secret" not in said
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_no_page_holds_inline_script_or_style(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/stories/ferry", "/search?q=ferry"):
        tree = page(await browser.get(path))
        assert tree.find(".//style") is None
        for element in tree.iter():
            assert "style" not in element.attrib
            assert not [name for name in element.attrib if str(name).startswith("on")]
        assert all(script.get("src") for script in tree.iter("script"))


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.x"])
async def test_a_foreign_name_is_refused(browser: httpx.AsyncClient, host: str) -> None:
    answer = await browser.get("/", headers={"host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize(
    "host", ["localhost:8080", "127.0.0.1", "[::1]:8080", "NEWS.example:443", "a.localhost"]
)
async def test_own_names_are_answered(browser: httpx.AsyncClient, host: str) -> None:
    assert (await browser.get("/", headers={"host": host})).status_code == 200


async def test_a_write_needs_the_token_and_our_origin(browser: httpx.AsyncClient) -> None:
    good = token(await browser.get("/"))
    form = {"theme": "dark", "token": good, "back": "/"}
    assert (await browser.post("/theme", data=form)).status_code == 303
    for bad in ({"theme": "dark"}, form | {"token": "0" * 64}, form | {"token": "é"}):
        assert (await browser.post("/theme", data=bad)).status_code == 403
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        assert (await browser.post("/theme", data=form, headers=headers)).status_code == 403
    assert (await browser.get("/theme")).status_code == 405


async def test_no_get_changes_anything(store: SqlStore, tmp_path: Path) -> None:
    """Every page there is, asked for as a link or a browser's preview would."""
    app = create_app(store=store, clock=FixedClock())
    transport = httpx.ASGITransport(app=app)
    paths = {
        re.sub(r"{[^}]*}", name, route.path)
        for each in app.routes
        for route in getattr(each, "original_router", app).routes
        if isinstance(route, Route) and "GET" in (route.methods or ())
        for name in ("ferry", "f1", "x")
    }
    before = dump(tmp_path / "news.db")
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answers = [
            await client.get(f"{path}?read=1&star=1&mute=1&id=ferry&delete=1&theme=dark")
            for path in sorted(paths)
        ]
    assert sum(answer.status_code == 200 for answer in answers) >= 12
    assert dump(tmp_path / "news.db") == before


def dump(database: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(database)) as reading:
        return list(reading.iterdump())


async def test_secrets_are_compared_in_constant_time(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []
    right = hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return right(one, other)

    good = token(await browser.get("/"))
    monkeypatch.setattr(hmac, "compare_digest", compare)
    await browser.post("/theme", data={"theme": "dark", "token": "guess"})
    assert compared == [(b"guess", good.encode())]
    doorkeeper = Doorkeeper("$argon2id$junk", FixedClock())
    assert doorkeeper.session_in("a.1.guess") is None
    assert is_signed(b"body", "sha256=guess", "secret") is False
    assert len(compared) == 3
    assert await doorkeeper.admits("wrong", "127.0.0.1") is False


async def test_the_theme_is_kept(browser: httpx.AsyncClient) -> None:
    form = {"theme": "dark", "token": token(await browser.get("/")), "back": "/?since=3d"}
    answer = await browser.post("/theme", data=form)
    assert answer.headers["location"] == "/?since=3d"
    assert page(await browser.get("/")).get("data-theme") == "dark"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "\r\n//evil.example",
        "javascript:alert(1)",
        "",
    ],
)
async def test_a_redirect_never_leaves_the_site(browser: httpx.AsyncClient, target: str) -> None:
    form = {"theme": "dark", "token": token(await browser.get("/")), "back": target}
    assert (await browser.post("/theme", data=form)).headers["location"] == "/"


async def test_hostile_texts_stay_texts(browser: httpx.AsyncClient, store: SqlStore) -> None:
    # What SQLite cannot hold never gets as far as a page.
    texts = [text.encode("utf-8", "replace").decode() for text in HOSTILE]
    await fill(
        store,
        [
            Piece(
                id=f"h{number}",
                story=f"hostile{number // 3}",
                outlet=text,
                title=text,
                text=(text, text * 2),
                minutes=number,
                agency=text,
                topics=(text,),
                url="javascript:alert(4)",
            )
            for number, text in enumerate(texts)
        ],
    )
    paths = ["/", *(f"/stories/hostile{number}" for number in range(4)), "/search?q=head"]
    paths.append("/search?q=%3Cscript%3Ealert(1)%3C/script%3E&outlet=%22%3E%3Cimg%20onerror=x%3E")
    for path in paths:
        answer = await browser.get(path)
        tree = page(answer)
        assert {script.get("src", "").split(".")[0] for script in tree.iter("script")} == {
            "/static/keys"
        }
        for element in tree.iter():
            assert not [name for name in element.attrib if str(name).startswith("on")]
            for name in ("href", "src", "action", "formaction"):
                assert re.match(r"https?://|/|#|$", element.get(name, "")), element.attrib
