from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.digest.turns import Sketch, recency, shortlist, turns
from aggregator.model.digest import Window
from tests.unit.digest.builders import DAWN

WINDOW = Window(start=DAWN - timedelta(hours=24), end=DAWN)


def lone(name: str, outlet: str, hours: float, *, dated: bool = True) -> Sketch:
    at = DAWN - timedelta(hours=hours)
    return Sketch(id=name, outlet_key=outlet, published_at=at, dated=dated)


def test_the_third_story_of_an_outlet_counts_one_over_the_root_of_three() -> None:
    assert turns(["a", "a", "b", "a"]) == pytest.approx([1, 0.7071, 1, 0.5774], abs=1e-4)


def test_weight_halves_towards_a_fifth_with_each_half_life() -> None:
    half = timedelta(hours=12)
    ages = (timedelta(), half, 2 * half, timedelta(days=400))
    assert [recency(age, WINDOW) for age in ages] == pytest.approx([1, 0.6, 0.4, 0.2])
    assert recency(timedelta(), WINDOW, dated=False) == recency(half, WINDOW)
    assert recency(-half, WINDOW) == 1


def test_a_diarys_archive_leaves_room_for_the_others() -> None:
    archive = [lone(f"diary{number}", "diary", 1) for number in range(40)]
    others = [lone(f"paper{number}", f"paper{number}", 6) for number in range(5)]
    chosen = shortlist([*archive, *others], window=WINDOW, limit=10)
    assert chosen[0] == "diary0"
    assert {f"paper{number}" for number in range(5)} < set(chosen)


def test_of_equals_the_latest_comes_first_however_old_all_are() -> None:
    aged = [lone(name, name, 24 * days) for name, days in (("b", 300), ("a", 200), ("c", 250))]
    assert shortlist(aged, window=WINDOW, limit=None) == ["a", "c", "b"]


def test_what_has_no_date_stands_behind_what_is_fresh() -> None:
    pages = [lone("about", "site", 0, dated=False), lone("news", "paper", 3)]
    assert shortlist(pages, window=WINDOW, limit=None) == ["news", "about"]


def test_a_fresh_story_of_two_stands_before_an_old_one_of_three() -> None:
    def told(name: str, hours: float, outlets: int, voices: int) -> Sketch:
        at = DAWN - timedelta(hours=hours)
        return Sketch(id=name, outlet_key="a", published_at=at, outlets=outlets, voices=voices)

    stories = [told("old", 24, 3, 3), told("reprinted", 1, 3, 1), told("fresh", 1, 2, 2)]
    assert shortlist(stories, window=WINDOW, limit=2) == ["fresh", "reprinted"]
