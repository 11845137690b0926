"""The reader's part of the port `Store`: marks, tastes, saved searches, and `changed`."""

from __future__ import annotations

from datetime import timedelta

from aggregator.model.reading import SavedSearch, StoryMark, Taste
from aggregator.model.store import SearchQuery
from aggregator.model.story import ClusterChanges
from aggregator.ports import Store
from tests.contract.store_values import NOON, entry, member

ME = "reader"


async def two_stories(store: Store) -> None:
    await store.import_articles([entry("a1"), entry("b1")])
    await store.unclustered(limit=10)
    await store.apply(ClusterChanges(memberships=(member("a1", "a"), member("b1", "b"))))


async def test_marks_are_set_whole_and_forgotten_when_they_say_nothing(store: Store) -> None:
    read = StoryMark(story_id="a", read_at=NOON, starred=True)
    await store.save_marks(ME, [read, StoryMark(story_id="b", muted=True)])
    assert await store.marks(ME, ["a", "b", "c"]) == {
        "a": read,
        "b": StoryMark(story_id="b", muted=True),
    }
    await store.save_marks(ME, [StoryMark(story_id="a", starred=True), StoryMark(story_id="b")])
    assert await store.marks(ME, ["a", "b"]) == {"a": StoryMark(story_id="a", starred=True)}
    assert await store.marks("another", ["a"]) == {}


async def test_marks_follow_a_story_that_is_merged_into_another(store: Store) -> None:
    await two_stories(store)
    later = NOON + timedelta(hours=1)
    await store.save_marks(
        ME,
        [
            StoryMark(story_id="a", read_at=NOON, muted=True),
            StoryMark(story_id="b", read_at=later, starred=True),
        ],
    )
    await store.apply(ClusterChanges(memberships=(member("b1", "a"),), aliases={"b": "a"}))
    assert await store.marks(ME, ["a"]) == {
        "a": StoryMark(story_id="a", read_at=later, starred=True)
    }
    assert [story.id for story in await store.starred(ME, limit=5)] == ["a"]
    await store.save_marks(ME, [StoryMark(story_id="a")])
    assert await store.marks(ME, ["a"]) == {}
    assert await store.starred(ME, limit=5) == []


async def test_readings_of_one_instant_are_taken_back_together(store: Store) -> None:
    later = NOON + timedelta(hours=1)
    await store.save_marks(
        ME,
        [
            StoryMark(story_id="a", read_at=NOON),
            StoryMark(story_id="b", read_at=later, starred=True),
            StoryMark(story_id="c", read_at=later),
        ],
    )
    assert await store.unread_again(ME, later) == 2
    marks = await store.marks(ME, ["a", "b", "c"])
    assert marks["a"].read_at == NOON
    assert marks["b"] == StoryMark(story_id="b", starred=True)


async def test_tastes_are_one_whatever_their_case(store: Store) -> None:
    await store.save_taste(ME, Taste(kind="topic", name="Golf", likes=False))
    await store.save_taste(ME, Taste(kind="outlet", name="Golf", likes=False))
    await store.save_taste(ME, Taste(kind="topic", name="golf", likes=True))
    assert await store.tastes(ME) == [
        Taste(kind="outlet", name="Golf", likes=False),
        Taste(kind="topic", name="golf", likes=True),
    ]
    await store.drop_taste(ME, Taste(kind="topic", name="GOLF", likes=False))
    assert [taste.kind for taste in await store.tastes(ME)] == ["outlet"]


async def test_searches_are_kept_by_name_without_their_span(store: Store) -> None:
    query = SearchQuery(text='"tug boat" -race', outlet="Coast Radio", since=NOON, limit=3)
    await store.save_search(ME, SavedSearch(name="Tugs", query=query, made_at=NOON))
    kept = SearchQuery(text='"tug boat" -race', outlet="Coast Radio")
    assert await store.searches(ME) == [SavedSearch(name="Tugs", query=kept, made_at=NOON)]
    await store.save_search(
        ME, SavedSearch(name="Tugs", query=SearchQuery(text="tug"), made_at=NOON)
    )
    assert [search.query.text for search in await store.searches(ME)] == ["tug"]
    await store.drop_search(ME, "Tugs")
    assert await store.searches(ME) == []


async def test_changed_differs_after_a_write_and_not_after_a_read(store: Store) -> None:
    await two_stories(store)

    async def reading() -> tuple[str, str]:
        before = await store.changed()
        await store.story("a")
        await store.marks(ME, ["a"])
        return before, await store.changed()

    # PostgreSQL also writes on its own account now and then, which may look like a change: once,
    # not at every reading.
    readings = [await reading() for _ in range(20)]
    assert any(before == after for before, after in readings)
    before = await store.changed()
    await store.save_marks(ME, [StoryMark(story_id="a", read_at=NOON)])
    assert await store.changed() != before
