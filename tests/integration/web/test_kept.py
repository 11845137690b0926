from __future__ import annotations

from datetime import timedelta

import httpx

from aggregator.model.reading import StoryMark
from aggregator.store import SqlStore
from tests.integration.web.reading import token
from tests.integration.web.world import FixedClock

PATHS = ("/", "/stories/ferry", "/feed.atom", "/feed.json", "/digest.json", "/?since=3d")


async def made_at(browser: httpx.AsyncClient, path: str = "/digest.json") -> str:
    return str((await browser.get(path)).json()["generated_at"])


async def test_a_page_is_kept_until_something_is_written(
    browser: httpx.AsyncClient, store: SqlStore, clock: FixedClock
) -> None:
    first = await made_at(browser)
    clock.instant += timedelta(seconds=20)
    assert await made_at(browser) == first
    await store.save_marks("reader", [StoryMark(story_id="ferry", starred=True)])
    again = await made_at(browser)
    assert again != first
    clock.instant += timedelta(minutes=1)
    assert await made_at(browser) not in (first, again)


async def test_what_another_process_writes_ends_it_too(
    browser: httpx.AsyncClient, store: SqlStore
) -> None:
    await browser.get("/")
    other = SqlStore(f"sqlite:///{store.place}")
    await other.save_marks("reader", [StoryMark(story_id="ferry", muted=True)])
    await other.aclose()
    assert 'data-story="ferry"' not in (await browser.get("/")).text


async def test_kept_answers_are_the_same_in_every_dress(browser: httpx.AsyncClient) -> None:
    for path in PATHS:
        plain = {"accept-encoding": "identity"}
        fresh = await browser.get(path)
        kept = await browser.get(path)
        bare = await browser.get(path, headers=plain)
        assert fresh.text == kept.text == bare.text
        assert "content-encoding" not in bare.headers
        assert kept.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in kept.headers["vary"]
        assert kept.headers["content-type"] == fresh.headers["content-type"]


async def test_one_readers_colours_are_not_anothers(browser: httpx.AsyncClient) -> None:
    before = (await browser.get("/")).text
    form = {"theme": "dark", "token": token(await browser.get("/")), "back": "/"}
    await browser.post("/theme", data=form)
    assert 'data-theme="dark"' not in before
    assert 'data-theme="dark"' in (await browser.get("/")).text
