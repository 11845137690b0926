from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from aggregator.model.feed import FeedState
from aggregator.model.reading import Taste
from aggregator.model.store import Listing
from aggregator.store import SqlStore
from aggregator.web.app import create_app
from tests.integration.web.reading import page, token, words
from tests.integration.web.world import FERRY, PIECES, FixedClock, entry


async def send(browser: httpx.AsyncClient, path: str, **fields: str | list[str]) -> httpx.Response:
    form = {"token": token(await browser.get("/"))} | fields
    return await browser.post(path, data=form)


async def story_of(store: SqlStore, article: str) -> str:
    place = (await store.article(article)).membership
    assert place is not None
    return place.story_id


async def test_the_story_is_laid_open(browser: httpx.AsyncClient) -> None:
    tree = page(await browser.get("/stories/ferry"))
    texts = tree.findall(".//ol[@class='texts']/li")
    assert [text.get("id") for text in texts] == ["a-f1", "a-f4", "a-f5"]
    first = words(texts[0])
    assert "2 copies of the AFP text" in first
    assert "new headline, the same text" in first
    assert "new headline, 2 passages changed" in first
    assert "It shares its text with “Ferry runs aground off Skerry Point”" in first
    assert "91 % of the passages are shared" in first
    assert "It was the first report of this story" in first
    assert "leads" in first
    own = words(texts[2].find(".//blockquote"))
    assert own == "It says crews on the route have been cut from nine to six since the autumn."
    assert "Both speak of ferry, skerry and aground." in words(texts[2])
    unfolded = [words(item) for item in tree.findall(".//ol[@class='timeline']/li")]
    assert unfolded[0].startswith("07:00 Ferry runs aground")
    assert len(unfolded) == 5
    assert "Fog on the sound" in words(tree.find(".//ul[@class='related']"))


async def test_what_was_withdrawn_says_so(browser: httpx.AsyncClient, store: SqlStore) -> None:
    stored = await store.article("f5")
    assert stored.feed_id is not None
    state = FeedState(last_poll_at=FixedClock().now())
    listing = Listing(ids=frozenset(), deleted=frozenset({entry(PIECES[4])[0].guid or ""}))
    saved = await store.save_poll(stored.feed_id, state, [], listing=listing)
    assert saved.withdrawn == ("f5",)
    texts = page(await browser.get("/stories/ferry")).findall(".//ol[@class='texts']/li")
    assert ["withdrawn" in words(text) for text in texts] == [False, False, True]
    assert "withdrawn by its feed" in words(page(await browser.get("/articles/f5")))


async def test_what_a_copy_changed_can_be_read(browser: httpx.AsyncClient) -> None:
    tree = page(await browser.get("/compare?a=f1&b=f3"))
    body = tree.find(".//div[@class='body']")
    assert words(tree.find(".//h1")).startswith("Ferry")
    assert body is not None
    assert [words(p) for p in body.findall("p")][:2] == list(FERRY[:2])
    assert body.find(".//ins") is not None
    assert body.find(".//del") is not None
    page(await browser.get("/compare?a=f1"), status=400)
    page(await browser.get("/compare?a=f1&b=nothing"), status=404)


async def test_an_article_shows_its_revisions(browser: httpx.AsyncClient, store: SqlStore) -> None:
    changed = replace(PIECES[4], title="Union demands inquiry", text=(*PIECES[4].text, "More."))
    await store.import_articles([entry(changed, digest="d2")])
    tree = page(await browser.get("/articles/f5"))
    assert words(tree.find(".//h1")) == "Union demands inquiry"
    step = tree.find(".//details")
    assert step is not None
    assert [words(ins) for ins in step.iter("ins")] == ["demands inquiry", "More."]
    assert "changed 1 time" in words(page(await browser.get("/stories/ferry")))
    page(await browser.get("/articles/nothing"), status=404)


async def test_split_and_taking_it_back(browser: httpx.AsyncClient, store: SqlStore) -> None:
    answer = await send(browser, "/stories/ferry/mend", do="split", article=["f4", "f5"])
    assert await story_of(store, "f4") == await story_of(store, "f5") != "ferry"
    tree = page(await browser.get(answer.headers["location"]))
    notice = tree.find(".//*[@class='notice']")
    assert "2 articles split off." in words(notice)
    assert notice is not None
    undo = notice.find("button")
    assert undo is not None
    assert undo.get("formaction") == "/mend/undo"
    # By another process, as after a restart.
    transport = httpx.ASGITransport(app=create_app(store=store, clock=FixedClock()))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as later:
        back = await send(later, "/mend/undo", mended=undo.get("value", ""))
    assert back.headers["location"] == "/stories/ferry"
    assert await story_of(store, "f4") == "ferry"
    assert await store.constraints() == []
    page(await send(browser, "/mend/undo", mended=undo.get("value", "")), status=404)


async def test_taking_back_lets_an_earlier_correction_stand_again(
    browser: httpx.AsyncClient, store: SqlStore
) -> None:
    await send(browser, "/stories/ferry/mend", do="pin", article=["f5"])
    first = await store.constraints()
    other = await send(browser, "/stories/school/mend", do="merge", other="bees")
    assert other.headers["location"].startswith("/stories/")
    answer = await send(browser, "/stories/ferry/mend", do="pin", article=["f5"])
    tree = page(await browser.get(answer.headers["location"]))
    button = tree.find(".//*[@class='notice']/button")
    assert button is not None
    await send(browser, "/mend/undo", mended=button.get("value", ""))
    assert set(first) <= set(await store.constraints())


async def test_merge_by_address(browser: httpx.AsyncClient, store: SqlStore) -> None:
    other = "http://localhost/stories/school/"
    answer = await send(browser, "/stories/ferry/mend", do="merge", other=other)
    assert await story_of(store, "s1") == "ferry"
    assert answer.headers["location"].startswith("/stories/ferry?done=")
    assert (await browser.get("/stories/school")).headers["location"] == "/stories/ferry"


async def test_pin_and_apart_are_kept(browser: httpx.AsyncClient, store: SqlStore) -> None:
    await send(browser, "/stories/ferry/mend", do="pin", article="f4")
    await send(browser, "/stories/ferry/mend", do="apart", article=["f1", "f5"])
    kinds = {(made.kind, frozenset((made.a, made.b))) for made in await store.constraints()}
    assert ("pin", frozenset(("f4", "ferry"))) in kinds
    assert ("apart", frozenset(("f1", "f5"))) in kinds
    assert await story_of(store, "f5") != "ferry"


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "pin"},
        {"do": "apart", "article": ["f1"]},
        {"do": "split"},
        {"do": "merge", "other": " "},
        {"do": "explode"},
        {},
    ],
)
async def test_a_correction_that_cannot_be_is_said(
    browser: httpx.AsyncClient, store: SqlStore, fields: dict[str, str | list[str]]
) -> None:
    page(await send(browser, "/stories/ferry/mend", **fields), status=400)
    assert await store.constraints() == []


async def test_tastes_are_set_on_the_story_and_forgotten_on_their_page(
    browser: httpx.AsyncClient, store: SqlStore
) -> None:
    await send(browser, "/tastes", **{"mute-topic": "Shipping"})
    await send(browser, "/tastes", verb="like", kind="outlet", name="  Coast   Radio ")
    assert await store.tastes("reader") == [
        Taste(kind="outlet", name="Coast Radio", likes=True),
        Taste(kind="topic", name="Shipping", likes=False),
    ]
    tree = page(await browser.get("/tastes"))
    rows = [[words(cell) for cell in row.findall("td")] for row in tree.findall(".//tbody/tr")]
    assert ["Shipping", "topic", "mute it", "Forget Shipping"] in rows
    await send(browser, "/tastes", **{"drop-topic": "Shipping"})
    assert len(await store.tastes("reader")) == 1
    page(await send(browser, "/tastes", verb="like", kind="colour", name="red"), status=400)
