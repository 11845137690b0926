"""Revisions: another text at one address, or under one title of one source."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.cluster.copy_desk import MONDAY, OTHER, PARAGRAPHS, REPORT, Desk, rule


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_another_text_at_the_same_address_is_a_revision(desk: Desk) -> None:
    desk.read("a", PARAGRAPHS[0], url="https://x.test/ferry/")
    verdict = desk.read(
        "b", PARAGRAPHS[3], title="Ferry terminal to open by Easter", url="https://x.test/ferry"
    )
    assert rule(verdict) == "revision"
    assert rule(desk.read("c", "", "Ferry pier cracks", "two", "https://x.test/ferry")) == (
        "same-address"
    )


def test_a_front_page_or_a_page_of_many_entries_is_no_address_of_one(desk: Desk) -> None:
    desk.read("a", REPORT, "Ferry terminal shut", url="https://x.test/")
    assert desk.read("b", OTHER, "Ferry of the bees", url="https://x.test/") is None
    desk.read("c", "First fixes came.", "Release 2.1 of the parser", url="https://x.test/log")
    assert (
        desk.read("d", "A new backend.", "Release 2.2 of the parser", url="https://x.test/log")
        is None
    )


def test_a_title_of_one_source_within_a_week_is_a_revision_where_the_body_agrees(
    desk: Desk,
) -> None:
    body = "\n".join(PARAGRAPHS[:3])
    desk.read("a", body, at=MONDAY)
    longer = f"{PARAGRAPHS[0]}\n{PARAGRAPHS[1]}\n{PARAGRAPHS[4]}\n{OTHER}"
    assert rule(desk.read("b", longer, at=MONDAY + timedelta(days=1))) == "revision"


def test_a_title_of_long_ago_or_of_another_source_is_no_revision(desk: Desk) -> None:
    desk.read("a", f"{PARAGRAPHS[0]} {OTHER}", at=MONDAY)
    text = f"{PARAGRAPHS[0]} {PARAGRAPHS[1]} {PARAGRAPHS[2]} {PARAGRAPHS[3]}"
    assert desk.read("b", text, at=MONDAY + timedelta(days=8)) is None
    assert desk.read("c", text[::-1], source="two", at=MONDAY) is None


def test_an_id_read_again_is_filed_with_its_new_text(desk: Desk) -> None:
    desk.read("a", OTHER, title="Beekeepers count their losses")
    assert desk.read("a", REPORT) is None
    verdict = desk.read("b", source="two")
    assert verdict is not None
    assert verdict.copy_of == "a"
