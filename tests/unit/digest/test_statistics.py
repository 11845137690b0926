from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

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
    assert (found.slots[0].texts, found.slots[0].copies) == (1, 1)
    assert sum(slot.texts + slot.copies for slot in found.slots) == 7


def test_nothing_counts_to_nothing() -> None:
    found = statistics([], window=WINDOW)
    assert (found.articles, found.outlets, found.copying) == (0, (), ())


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [(1, 5), (24, 30), (24 * 7, 240), (24 * 30, 24 * 60), (24 * 300, 7 * 24 * 60)],
)
def test_slots_are_whole_ones_of_the_readers_clock(hours: int, minutes: int) -> None:
    start = DAWN + timedelta(minutes=7)
    window = Window(start=start, end=start + timedelta(hours=hours))
    zone = ZoneInfo("Asia/Kolkata")
    slots = statistics([], window=window, zone=zone).slots
    assert slots[1].start - slots[0].start == timedelta(minutes=minutes)
    assert slots[0].start <= window.start < slots[1].start
    assert slots[-1].start < window.end <= slots[-1].start + timedelta(minutes=minutes)
    local = slots[0].start.astimezone(zone)
    assert (local.hour * 60 + local.minute) % min(minutes, 24 * 60) == 0
    assert len(slots) <= 60
