from __future__ import annotations

import httpx

from tests.integration.web.reading import page, token, words


async def keep(browser: httpx.AsyncClient, **fields: str) -> httpx.Response:
    form = {"token": token(await browser.get("/search"))} | fields
    return await browser.post("/searches", data=form)


async def test_a_kept_search_is_a_section_and_a_feed(browser: httpx.AsyncClient) -> None:
    answer = await keep(browser, name="Unions & crews", q="seafarers", outlet="Evening Star")
    assert answer.headers["location"] == "/search?q=seafarers&outlet=Evening+Star"
    front = page(await browser.get("/"))
    section = front.find(".//section[@aria-labelledby='q1']")
    assert words(section).startswith("Unions & crews Ferry runs aground")
    atom = (await browser.get("/feed.atom", params={"search": "Unions & crews"})).text
    assert "Ferry runs aground" in atom
    assert "Bees" not in atom
    assert "<title>The Digest: Unions &amp; crews</title>" in atom
    feed = (await browser.get("/feed.json", params={"search": "Unions & crews"})).json()
    assert len(feed["items"]) == 1
    await keep(browser, drop="Unions & crews")
    assert "Unions" not in (await browser.get("/")).text
    page(await browser.get("/feed.atom?search=Unions"), status=404)


async def test_a_search_needs_words_and_a_name(browser: httpx.AsyncClient) -> None:
    page(await keep(browser, name="", q="x"), status=400)
    page(await keep(browser, name="x", q=" "), status=400)


async def test_results_are_marked_and_narrowed_to_the_starred(browser: httpx.AsyncClient) -> None:
    tree = page(await browser.get('/search?q=ferry -bees "Skerry Point"'))
    assert {words(mark) for mark in tree.iter("mark")} >= {"Ferry", "Skerry", "Point"}
    assert "No story" in words(page(await browser.get("/search?q=ferry&starred=1")))
    form = {"token": token(await browser.get("/")), "star": "ferry"}
    await browser.post("/marks", data=form)
    assert "1 story." in words(page(await browser.get("/search?q=ferry&starred=1")))
