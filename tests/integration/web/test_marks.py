from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import httpx

from aggregator.model.reading import Taste
from aggregator.store import SqlStore
from tests.integration.web.reading import page, token, words
from tests.integration.web.world import NOW, PIECES, FixedClock, Piece, entry, place


def ids(tree: ET.Element) -> list[str | None]:
    return [story.get("data-story") for story in tree.findall(".//main//*[@data-story]")]


async def post(browser: httpx.AsyncClient, **fields: str) -> httpx.Response:
    form = {"token": token(await browser.get("/")), "back": "/"} | fields
    return await browser.post("/marks", data=form)


async def test_a_read_story_leaves_the_page_and_undo_brings_it_back(
    browser: httpx.AsyncClient,
) -> None:
    answer = await post(browser, read="ferry")
    assert answer.headers["location"] == "/?done=read+1+2026-03-04T12%3A00%3A00Z"
    tree = page(await browser.get(answer.headers["location"]))
    assert ids(tree) == ["school", "bees"]
    assert "1 story marked as read." in words(tree)
    assert "Show 1 story you have read or muted" in words(tree)
    undo = tree.find(".//*[@class='notice']/button")
    assert undo is not None
    await post(browser, **{undo.get("name", ""): undo.get("value", "")})
    assert "ferry" in ids(page(await browser.get("/")))


async def test_all_shows_what_was_read_with_a_way_back(browser: httpx.AsyncClient) -> None:
    await post(browser, read="ferry")
    tree = page(await browser.get("/?show=all"))
    assert ids(tree)[0] == "ferry"
    assert tree.find(".//button[@name='unread'][@value='ferry']") is not None
    await post(browser, unread="ferry")
    assert "ferry" in ids(page(await browser.get("/")))


async def test_a_reprint_does_not_bring_a_read_story_back_a_new_text_does(
    browser: httpx.AsyncClient, store: SqlStore, clock: FixedClock
) -> None:
    await post(browser, read="ferry")
    reprint = Piece(
        id="n1",
        story="ferry",
        outlet="Noon News",
        title="Ferry stuck",
        text=PIECES[0].text,
        minutes=305,
        copy_of="f1",
    )
    report = replace(
        reprint, id="n2", outlet="Night Desk", copy_of=None, text=("A tug has freed the ferry.",)
    )
    clock.instant = NOW + timedelta(minutes=30)
    await store.import_articles([entry(reprint)])
    await place(store, [*PIECES, reprint])
    assert "ferry" not in ids(page(await browser.get("/")))
    await store.import_articles([entry(report)])
    await place(store, [*PIECES, reprint, report])
    tree = page(await browser.get("/"))
    assert "ferry" in ids(tree)
    assert "1 new" in words(tree.find(".//*[@data-story='ferry']"))


async def test_starred_stories_are_kept_on_their_page(browser: httpx.AsyncClient) -> None:
    await post(browser, star="bees")
    await post(browser, read="bees")
    assert ids(page(await browser.get("/starred"))) == ["bees"]
    await post(browser, unstar="bees")
    assert ids(page(await browser.get("/starred"))) == []


async def test_muting_hides_and_can_be_undone(browser: httpx.AsyncClient) -> None:
    answer = await post(browser, mute="school")
    tree = page(await browser.get(answer.headers["location"]))
    assert ids(tree) == ["ferry", "bees"]
    undo = tree.find(".//*[@class='notice']/button")
    assert undo is not None
    assert (undo.get("name"), undo.get("value")) == ("unmute", "school")


async def test_everything_on_the_page_is_read_at_once(browser: httpx.AsyncClient) -> None:
    tree = page(await browser.get("/"))
    form = tree.find(".//form[@id='all']")
    assert form is not None
    field = form.find("input[@name='all']")
    assert field is not None
    shown = field.get("value", "")
    data = {"token": token(await browser.get("/")), "back": "/", "all": shown}
    await browser.post("/marks", data=data)
    assert "You have read everything." in words(page(await browser.get("/")))


async def test_scripts_get_json(browser: httpx.AsyncClient) -> None:
    form = {"token": token(await browser.get("/")), "star": "ferry"}
    answer = await browser.post("/marks", data=form, headers={"accept": "application/json"})
    assert answer.json() == {"done": ""}


async def test_nonsense_changes_nothing(browser: httpx.AsyncClient) -> None:
    assert (await post(browser, undo="yesterday")).status_code == 400
    assert (await post(browser, explode="ferry")).status_code == 303
    notices = ("read x y", "mute", "read 1", "explode 1 2")
    for said in notices:
        assert 'class="notice"' not in (await browser.get("/", params={"done": said})).text


async def test_what_is_muted_by_taste_is_left_out_of_page_and_feed(
    browser: httpx.AsyncClient, store: SqlStore
) -> None:
    await store.save_taste("reader", Taste(kind="topic", name="shipping", likes=False))
    assert ids(page(await browser.get("/"))) == ["school", "bees"]
    assert "Skerry" not in (await browser.get("/feed.atom")).text
    assert "Skerry" in (await browser.get("/digest.json")).text


async def test_unread_stories_come_up_however_many_were_read(
    browser: httpx.AsyncClient, store: SqlStore
) -> None:
    many = [
        Piece(
            id=f"m{number}",
            story=f"m{number}",
            outlet=f"Paper {number}",
            title=f"Report {number}",
            text=("A sentence.",),
            minutes=1,
        )
        for number in range(230)
    ]
    await store.import_articles([entry(piece) for piece in many])
    await place(store, [*PIECES, *many])
    seen: set[str | None] = set()
    while found := ids(page(await browser.get("/"))):
        assert not seen & set(found)
        seen |= set(found)
        form = {"token": token(await browser.get("/")), "back": "/", "read": found}
        await browser.post("/marks", data=form)
    assert {piece.id for piece in many} < seen
