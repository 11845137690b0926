from __future__ import annotations

import pytest

from aggregator.cluster.families import Families
from aggregator.cluster.furniture import REPEATS, Furniture


def test_an_article_without_copies_is_its_own_family() -> None:
    families = Families()
    assert families.head("a") == "a"
    assert families.members("a") == ("a",)


def test_joined_families_go_by_the_earlier_head_never_by_a_chain() -> None:
    families = Families()
    assert families.join("a", "b") == ("b",)
    assert families.join("c", "d") == ("d",)
    assert families.join("b", "d") == ("c", "d")
    assert {families.head(name) for name in "abcd"} == {"a"}
    assert families.members("d") == ("a", "b", "c", "d")
    assert families.join("a", "d") == ()


def test_a_head_that_left_is_named_while_a_copy_is_here() -> None:
    families = Families()
    families.join("a", "b")
    families.join("a", "c")
    families.forget(["a", "b", "never seen"])
    assert families.head("c") == "a"
    families.forget(["c"])
    assert families.members("a") == ("a",)


LINE = "Thank you for reading. Tell your friends."


def entry(number: int) -> str:
    return f"Entry {number} is about this.\n\n{LINE}\nAnd {number} more."


def test_a_line_is_furniture_once_ten_entries_of_the_source_had_it() -> None:
    furniture = Furniture()
    for number in range(REPEATS - 1):
        furniture.observe("one", entry(number))
    assert furniture.strip("one", entry(99)) == entry(99)
    furniture.observe("one", entry(REPEATS))
    assert furniture.strip("one", entry(99)) == "Entry 99 is about this.\n\nAnd 99 more."
    assert furniture.strip("two", entry(99)) == entry(99)
    assert furniture.strip(None, entry(99)) == entry(99)


def test_a_line_within_one_entry_counts_once() -> None:
    furniture = Furniture()
    furniture.observe("one", f"{LINE}\n" * 50)
    assert furniture.strip("one", f"Words.\n{LINE}") == f"Words.\n{LINE}"


def test_nothing_is_stripped_bare() -> None:
    furniture = Furniture()
    for _ in range(REPEATS):
        furniture.observe("one", LINE)
    assert furniture.strip("one", f"{LINE}\n\n") == f"{LINE}\n\n"


@pytest.mark.parametrize("lines", [5, 60])
def test_repeated_lines_outlive_the_rare_in_bounded_memory(lines: int) -> None:
    furniture = Furniture()
    for number in range(300):
        body = "\n".join(f"Line {number}/{line}." for line in range(lines))
        furniture.observe("one", f"{body}\n{LINE}")
    assert furniture.strip("one", f"Words.\n{LINE}") == "Words."
    assert len(furniture) < 1000


def test_sources_that_fell_silent_are_forgotten_first() -> None:
    furniture = Furniture(sources=3)
    for _ in range(REPEATS):
        furniture.observe("old", f"Words.\n{LINE}")
    for number in range(3):
        furniture.observe(f"new {number}", "Other words.")
    assert furniture.strip("old", f"Words!\n{LINE}") == f"Words!\n{LINE}"
