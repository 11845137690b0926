"""The contract of the port `Store`: full-text search, the same on every database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from aggregator.model.article import Outlet
from aggregator.model.reading import StoryMark
from aggregator.model.store import SearchQuery
from aggregator.model.story import ClusterChanges
from aggregator.ports import Store
from aggregator.store import SqlStore
from tests.contract.store_values import NOON, article, entry, member

DAY = timedelta(days=1)

TEXTS = {
    "flood": ("Flood hits Zürich", "Rivers rose overnight.", "Troops were sent to the old town."),
    "gas": ("Gas found in the North Sea", None, "The field may hold gas for years; no flood."),
    "tokyo": ("東京都で地震", "震度5弱", "けが人はいない。"),
    "thai": ("น้ำท่วมกรุงเทพ", None, "ฝนตกหนัก"),
    "arabic": ("الحَرب في غزة", None, "خبر عاجل"),
    "moscow": ("Новости: ёлка в Москве", None, "Праздник."),
}


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened: Store = SqlStore(database_url)
    await opened.open()
    await opened.import_articles(
        [
            entry(name, article(name, title=title, summary=summary, paragraphs=(body,)))
            for name, (title, summary, body) in TEXTS.items()
        ]
    )
    await opened.apply(ClusterChanges(memberships=tuple(member(name, name) for name in TEXTS)))
    yield opened
    assert await opened.check() == []
    await opened.aclose()


async def found(store: Store, text: str, **filters: object) -> list[str]:
    query = SearchQuery(text=text, **filters)  # type: ignore[arg-type]
    return [story.id for story in await store.search(query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("flood", ["flood", "gas"]),  # in the title counts for more than in the text
        ("FLOOD zurich", ["flood"]),
        ("flood -gas", ["flood"]),
        ('"north sea"', ["gas"]),
        ('"sea north"', []),
        ('"zürich rivers"', []),  # no phrase spans title and summary
        ("troop*", ["flood"]),
        ("troop", []),
        ("東京", ["tokyo"]),
        ("地震", ["tokyo"]),
        ("震", ["tokyo"]),
        ("京東", []),
        ("กรุงเทพ", ["thai"]),
        ("الحرب", ["arabic"]),
        ("елка", ["moscow"]),
        ("москве", ["moscow"]),
        ("-flood", []),
        ("", []),
        ("'); DROP TABLE article; --", []),
        ('" OR 1=1 AND NEAR(* ^', []),
        ("flood & | ! <-> :*", ["flood", "gas"]),
    ],
)
async def test_what_a_query_finds(store: Store, query: str, expected: list[str]) -> None:
    assert await found(store, query) == expected


async def test_a_revision_is_found_by_its_new_words_alone(store: Store) -> None:
    await store.import_articles([entry("flood", article("flood", title="Water everywhere"))])
    await store.apply(ClusterChanges(memberships=(member("flood", "flood"),)))
    assert await found(store, "everywhere") == ["flood"]
    assert await found(store, "zurich") == []


async def test_articles_of_one_story_are_one_answer(store: Store) -> None:
    await store.apply(ClusterChanges(memberships=(member("gas", "flood"),)))
    (story,) = await store.search(SearchQuery(text="flood"))
    assert {row.id for row in story.coverage} == {"flood", "gas"}


async def test_the_newer_of_equals_comes_first_and_the_limit_holds(store: Store) -> None:
    days = {"new": 0, "old": 20, "middle": 10}
    await store.import_articles(
        [
            entry(name, article(name, title="Quake", published_at=NOON - day * DAY))
            for name, day in days.items()
        ]
    )
    await store.apply(ClusterChanges(memberships=tuple(member(name, name) for name in days)))
    assert await found(store, "quake") == ["new", "middle", "old"]
    assert await found(store, "quake", limit=2) == ["new", "middle"]


async def test_filters_narrow_what_is_found(store: Store) -> None:
    made = article(
        "b",
        title="Flood again",
        outlet=Outlet(name="Ångström Post"),
        language="de-AT",
        topics=("Wetter", "Klima"),
        published_at=NOON - 3 * DAY,
    )
    await store.import_articles([entry("b", made, outlet="post.example")])
    await store.apply(ClusterChanges(memberships=(member("b", "b"),)))
    for filters in (
        {"outlet": "Ångström Post"},
        {"outlet": "POST.example"},
        {"outlet": "post"},
        {"language": "de"},
        {"language": "de-at"},
        {"topic": "klima"},
        {"until": NOON - DAY},
        {"since": NOON - 4 * DAY, "until": NOON - 2 * DAY},
    ):
        assert await found(store, "flood", **filters) == ["b"], filters
    assert await found(store, "flood", outlet="ost") == []
    assert await found(store, "flood", outlet="%") == []
    assert await found(store, "flood", since=NOON) == ["flood", "gas"]
    # A star stays with a story that was merged into another.
    await store.save_marks("reader", [StoryMark(story_id="b", starred=True)])
    assert await found(store, "flood", starred_by="reader", limit=1) == ["b"]
    assert await found(store, "flood", starred_by="somebody") == []
    moved = ClusterChanges(memberships=(member("b", "gas"),), aliases={"b": "gas"})
    await store.apply(moved)
    assert await found(store, "flood", starred_by="reader") == ["gas"]
    await store.apply(ClusterChanges(memberships=(member("b", "b"),)))
    assert await found(store, "flood", topic="sport") == []
