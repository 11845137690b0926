from __future__ import annotations

from datetime import timedelta

from aggregator.digest.statistics import Copying, statistics
from aggregator.model.digest import Window
from aggregator.model.statistics import Placed
from tests.unit.digest.builders import DAWN

WINDOW = Window(start=DAWN, end=DAWN + timedelta(hours=24))


def placed(
    name: str, story: str, outlet: str, minutes: int, text: str = "", agency: str | None = None
) -> Placed:
    at = DAWN + timedelta(minutes=minutes)
    return Placed(
        article_id=name,
        story_id=story,
        text_id=text or name,
        outlet=outlet,
        outlet_key=outlet.lower(),
        agency=agency,
        published_at=at,
        fetched_at=at,
    )


def test_first_copies_and_texts_of_their_own() -> None:
    found = statistics(
        [
            placed("c", "s", "Coast", 30, text="a"),
            placed("a", "s", "Harbour", 0, agency="AFP"),
            placed("b", "s", "Island", 10, text="a"),
            placed("d", "s", "Island", 50),
            placed("e", "alone", "Island", 60),
            placed("f", "t", "Coast", 600, text="f"),
            placed("g", "t", "Harbour", 620, text="f"),
        ],
        window=WINDOW,
        slots=24,
    )
    outlets = {one.name: one for one in found.outlets}
    assert (found.articles, found.stories, found.shared_stories) == (7, 3, 2)
    assert (outlets["Harbour"].first, outlets["Harbour"].copied, outlets["Harbour"].copies) == (
        1,
        2,
        1,
    )
    assert (outlets["Island"].articles, outlets["Island"].texts, outlets["Island"].stories) == (
        3,
        2,
        2,
    )
    assert outlets["Coast"].behind == timedelta(minutes=30)
    assert outlets["Island"].own_share == 2 / 3
    assert found.copying == (
        Copying(by="Coast", source="Harbour", count=1),
        Copying(by="Harbour", source="Coast", count=1),
        Copying(by="Island", source="Harbour", count=1),
    )
    assert found.agencies == (("AFP", 1),)
    assert (found.slots[0].texts, found.slots[0].copies) == (2, 2)
    assert sum(slot.texts + slot.copies for slot in found.slots) == 7


def test_nothing_counts_to_nothing() -> None:
    found = statistics([], window=WINDOW)
    assert (found.articles, found.outlets, found.copying) == (0, (), ())
