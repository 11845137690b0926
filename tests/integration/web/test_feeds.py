from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import pytest

from aggregator.errors import FeedError
from aggregator.model.discovery import FoundFeed
from aggregator.settings import feeds_file
from aggregator.store import SqlStore
from aggregator.web.app import create_app
from aggregator.web.options import WebOptions
from tests.integration.web.reading import page, token, words
from tests.integration.web.world import FEEDS, FixedClock, feed_url

FIRST = feed_url("Harbour Times")
LIST = "# my feeds\n" + "\n".join(
    f'[[feeds]]\nurl = "{feed_url(name)}"  # {name}\ntitle = "{name}"\n'
    + (f'category = "{category}"\n' if category else "")
    for name, category in FEEDS.items()
)


def held(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


async def find(address: str) -> Sequence[FoundFeed]:
    if address == "nothing.example":
        raise FeedError("no feed is to be found from there", feed=address)
    return [
        FoundFeed(
            url="https://new.example/rss",
            title="New",
            format="rss20",
            entries=12,
            latest=("Bees & hives return", "蜂の巣が帰る"),
        ),
        FoundFeed(url=FIRST, title="Harbour Times", format="rss20", entries=3),
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "feeds.toml"
    made.write_text(LIST, encoding="utf-8")
    return made


@pytest.fixture
async def keeper(
    store: SqlStore, clock: FixedClock, path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    options = WebOptions(feeds_file=path)
    app = create_app(store=store, clock=clock, options=options, finder=find)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def plan(client: httpx.AsyncClient, **fields: str) -> httpx.Response:
    form = {"token": token(await client.get("/")), "url": FIRST} | fields
    return await client.post("/feeds/plan", data=form)


async def make(client: httpx.AsyncClient, planned: httpx.Response) -> httpx.Response:
    field = page(planned).find(".//input[@name='plan']")
    assert field is not None
    form = {"token": token(planned), "plan": field.get("value", "")}
    return await client.post("/feeds/make", data=form)


async def test_the_page_lists_feeds_by_category_with_their_health(
    keeper: httpx.AsyncClient,
) -> None:
    tree = page(await keeper.get("/feeds"))
    assert [words(h) for h in tree.findall(".//section/h2")] == [
        "Coast 3",
        "Capital 2",
        "Without a category 1",
    ]
    first = tree.find(".//ul[@class='feeds tended']/li")
    assert "Harbour Times" in words(first)
    assert "fine" in words(first)
    assert first is not None
    drawn = first.find(".//{http://www.w3.org/2000/svg}svg")
    assert drawn is not None
    assert drawn.get("aria-label") == "1 article in 14 days"
    page(await keeper.get("/feeds?show=care"))


async def test_a_change_is_shown_before_it_is_written(
    keeper: httpx.AsyncClient, path: Path
) -> None:
    shown = await plan(keeper, do="pause")
    tree = page(shown)
    assert [words(line) for line in tree.iter("ins")] == ["paused = true"]
    difference = tree.find(".//pre")
    assert difference is not None
    lines = "".join(difference.itertext()).splitlines()
    assert lines[:3] == ['title = "Harbour Times"', 'category = "Coast"', "paused = true"]
    assert held(path) == LIST
    answer = await make(keeper, shown)
    assert answer.headers["location"].startswith("/feeds?done=Pause")
    assert feeds_file.read(path)[0].paused
    assert held(path).startswith("# my feeds\n")
    await make(keeper, await plan(keeper, do="resume"))
    assert held(path) == LIST


async def test_an_edit_by_hand_is_never_overwritten(keeper: httpx.AsyncClient, path: Path) -> None:
    shown = await plan(keeper, do="remove")
    by_hand = LIST.replace("# my feeds", "# mine")
    write(path, by_hand)
    tree = page(await make(keeper, shown), status=400)
    assert "changed by someone else" in words(tree)
    assert held(path) == by_hand


async def test_adding_looks_first(keeper: httpx.AsyncClient, path: Path) -> None:
    form = {"token": token(await keeper.get("/")), "address": "new.example"}
    found = page(await keeper.post("/feeds/find", data=form))
    assert "12 entries" in words(found)
    latest = [words(item) for item in found.findall(".//ul[@class='latest']/li")]
    assert latest == ["Bees & hives return", "蜂の巣が帰る"]
    assert "in the list already" in words(found)
    await make(
        keeper,
        await plan(keeper, do="add", url="https://new.example/rss", title="New", category="Coast"),
    )
    feeds = feeds_file.read(path)
    assert [feed.title for feed in feeds[:4]][-1] == "New"
    assert feeds[3].category == "Coast"
    nothing = form | {"address": "nothing.example"}
    assert "no feed is to be found" in words(
        page(await keeper.post("/feeds/find", data=nothing), 400)
    )
    page(await plan(keeper, do="add", url=FIRST), status=400)
    page(await plan(keeper, do="add", url="javascript:alert(1)"), status=400)


async def test_editing_sets_and_takes_out_keys(keeper: httpx.AsyncClient, path: Path) -> None:
    page(await keeper.get("/feeds/edit", params={"url": FIRST}))
    fields = {"title": "", "category": "Sea", "interval": "30m", "full_text": "1"}
    await make(keeper, await plan(keeper, do="edit", address=FIRST, **fields))
    feed = feeds_file.read(path)[0]
    assert (feed.title, feed.category, feed.full_text) == (None, "Sea", True)
    assert feed.interval is not None
    tree = page(await plan(keeper, do="edit", address=FIRST, interval="1m"), status=400)
    assert "at least" in words(tree)


async def test_moving_and_adopting(keeper: httpx.AsyncClient, path: Path) -> None:
    await make(keeper, await plan(keeper, do="down"))
    assert [feed.title for feed in feeds_file.read(path)[:2]] == ["Coast Radio", "Harbour Times"]
    assert "  # Coast Radio\n" in held(path)
    page(await plan(keeper, do="up", url=feed_url("Coast Radio")), status=400)
    await make(keeper, await plan(keeper, do="adopt", to="https://moved.example/rss"))
    assert feeds_file.read(path)[1].url == "https://moved.example/rss"


async def test_a_whole_order_is_one_change(keeper: httpx.AsyncClient, path: Path) -> None:
    coast = ["Island Post", "Harbour Times", "Coast Radio"]
    wanted = [*coast, "Evening Star", "Capital Daily"]
    planned = await plan(keeper, do="order", order="\n".join(feed_url(name) for name in wanted))
    assert [feed.title for feed in feeds_file.read(path)][:3] != coast
    await make(keeper, planned)
    assert [feed.title for feed in feeds_file.read(path)] == [*wanted, "Garden Weekly"]
    assert held(path).startswith("# my feeds\n")
    assert held(path).count("  # ") == len(FEEDS)
    page(await plan(keeper, do="order", order="https://gone.example/rss"), status=404)


async def test_a_moved_feed_that_is_followed_there_already_goes(
    keeper: httpx.AsyncClient, path: Path
) -> None:
    await make(keeper, await plan(keeper, do="adopt", to=feed_url("Coast Radio")))
    assert [feed.title for feed in feeds_file.read(path)] == list(FEEDS)[1:]


async def test_opml_comes_in_and_goes_out(keeper: httpx.AsyncClient, path: Path) -> None:
    answer = await keeper.get("/feeds.opml")
    assert "attachment" in answer.headers["content-disposition"]
    opml = answer.text.replace(FIRST, "https://another.example/rss")
    form = {"token": token(await keeper.get("/")), "do": "import"}
    files = {"list": ("feeds.opml", opml.encode(), "text/x-opml")}
    shown = await keeper.post("/feeds/plan", data=form, files=files)
    assert "5 of them are in the list already." in words(page(shown))
    await make(keeper, shown)
    assert "https://another.example/rss" in {feed.url for feed in feeds_file.read(path)}
    bad = {"list": ("x.opml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><opml/>", "text/xml")}
    page(await keeper.post("/feeds/plan", data=form, files=bad), status=400)


async def test_without_a_file_the_list_is_only_shown(browser: httpx.AsyncClient) -> None:
    tree = page(await browser.get("/feeds"))
    assert tree.find(".//form[@class='does']") is None
    assert (await browser.post("/feeds/plan")).status_code in (404, 405)


async def test_a_broken_file_is_said(keeper: httpx.AsyncClient, path: Path) -> None:
    write(path, "[[feeds]\n")
    tree = page(await keeper.get("/feeds"), status=400)
    assert "feeds.toml:1" in words(tree)
