from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from aggregator.model.feed import Feed
from aggregator.model.story import ClusterChanges, Constraint
from aggregator.store import SqlStore
from aggregator.web.app import create_app
from tests.integration.web.reading import page, words
from tests.integration.web.world import NOW, FixedClock


async def test_the_front_page_tells_each_event_once(browser: httpx.AsyncClient) -> None:
    tree = page(await browser.get("/"))
    stories = tree.findall(".//*[@data-story]")
    assert [story.get("data-story") for story in stories] == ["ferry", "school", "bees"]
    ferry = words(stories[0])
    for said in (
        "Ferry runs aground off Skerry Point",
        "5 outlets, 3 independent texts",
        "2 copies of the AFP text",
        "also Capital Daily, Evening Star",
        "The ferry off Skerry Point Ida Strand/AFP",
    ):
        assert said in ferry
    assert words(tree.find(".//h2[@id='c1']")) == "More stories"


async def test_an_empty_page_says_why_it_is_empty(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/none.db")
    await store.open()
    transport = httpx.ASGITransport(app=create_app(store=store, clock=FixedClock()))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert "No feed is followed yet." in words(page(await client.get("/")))
        await store.sync_feeds([Feed(url="https://a.example/rss")], now=NOW)
        assert "Nothing new was fetched" in words(page(await client.get("/")))
    await store.aclose()


async def test_a_category_and_a_span_narrow_the_page(browser: httpx.AsyncClient) -> None:
    tree = page(await browser.get("/?category=Coast&since=3d"))
    assert [s.get("data-story") for s in tree.findall(".//*[@data-story]")] == ["ferry"]
    tree = page(await browser.get("/?since=1h"))
    assert "Nothing new was fetched" in words(tree)


@pytest.mark.parametrize("query", ["since=soon", "since=0s", "since=99999d", "limit=0", "limit=x"])
async def test_a_wrong_value_is_said(browser: httpx.AsyncClient, query: str) -> None:
    page(await browser.get(f"/?{query}"), status=400)


async def test_a_story_page_and_one_that_is_not_there(browser: httpx.AsyncClient) -> None:
    tree = page(await browser.get("/stories/ferry"))
    assert words(tree.find(".//h1")) == "Ferry runs aground off Skerry Point"
    assert "there is no story 'nothing'" in words(page(await browser.get("/stories/nothing"), 404))
    page(await browser.get("/no/such/page"), 404)


async def test_an_id_that_was_merged_away_leads_on(
    browser: httpx.AsyncClient, store: SqlStore
) -> None:
    await store.constrain(
        [Constraint(kind="together", a="f1", b="s1", made_at=NOW)],
        ClusterChanges(aliases={"old-story": "ferry"}),
    )
    answer = await browser.get("/stories/old-story")
    assert (answer.status_code, answer.headers["location"]) == (302, "/stories/ferry")


async def test_search_finds_by_the_text_and_shows_the_story(browser: httpx.AsyncClient) -> None:
    tree = page(await browser.get("/search", params={"q": "seafarers"}))
    assert [s.get("data-story") for s in tree.findall(".//*[@data-story]")] == ["ferry"]
    assert "No story has these words" in words(page(await browser.get("/search?q=zebra")))
    page(await browser.get("/search"))


async def test_an_unchanged_page_is_not_sent_again(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/stories/ferry", "/feed.atom", "/feed.json", "/digest.json"):
        first = await browser.get(path)
        again = await browser.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_head_answers_like_get_without_a_body(browser: httpx.AsyncClient) -> None:
    assert (await browser.head("/")).status_code == 200


async def test_a_page_of_a_hundred_stories_is_compressed_and_small(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get("/", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"


async def test_assets_are_kept_for_good_and_named_by_content(browser: httpx.AsyncClient) -> None:
    front = (await browser.get("/")).text
    paths = re.findall(r'(?:href|src)="(/static/[^"]+)"', front)
    assert len(paths) == 4
    for path in paths:
        answer = await browser.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert (await browser.get("/static/style.000000000000.css")).status_code == 404


async def test_probes(browser: httpx.AsyncClient, store: SqlStore) -> None:
    assert (await browser.get("/healthz")).json() == {"status": "ok"}
    assert (await browser.get("/readyz")).json()["articles"] == 8


async def test_the_feeds_lead_back_to_the_site(
    browser: httpx.AsyncClient, clock: FixedClock
) -> None:
    atom = (await browser.get("/feed.atom?category=Coast")).text
    assert "http://localhost/stories/ferry" in atom
    assert "<title>The Digest: Coast</title>" in atom
    assert 'href="http://localhost/feed.atom?category=Coast"' in atom
    digest = (await browser.get("/digest.json?limit=1")).json()
    assert [story["id"] for story in digest["stories"]] == ["ferry"]
    assert digest["stories"][0]["coverage"][1]["evidence"]["rule"] == "copy"


@pytest.mark.parametrize(
    ("address", "accept", "status"),
    [
        ("/digest.json?since=soon", "*/*", 400),
        ("/feed.json?limit=0", "*/*", 400),
        ("/nothing.json", "*/*", 404),
        ("/nothing", "application/json", 404),
        ("/stories/nothing", "application/json", 404),
    ],
)
async def test_a_program_gets_its_faults_as_json(
    browser: httpx.AsyncClient, address: str, accept: str, status: int
) -> None:
    found = await browser.get(address, headers={"Accept": accept})
    assert (found.status_code, found.headers["content-type"]) == (status, "application/json")
    assert found.json()["error"]
