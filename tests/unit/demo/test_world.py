from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.demo.feeds import content_type, document
from aggregator.demo.world import World, load_world
from aggregator.model.instants import from_rfc3339
from aggregator.parse.document import parse_document

FRIDAY = datetime(2026, 11, 20, 14, tzinfo=UTC)
SITE = "http://127.0.0.1:1/x"


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


def rounds(count: int) -> list[datetime]:
    return [FRIDAY + timedelta(minutes=number) for number in range(count)]


def test_the_world_has_outlets_in_every_format(world: World) -> None:
    live = [outlet for outlet in world.outlets if not outlet.dead]
    assert len(live) >= 8
    assert {outlet.format for outlet in live} == {
        "rss091", "rss092", "rss10", "rss20", "atom03", "atom10", "cdf", "json10", "json11",
    }  # fmt: skip
    assert {outlet.language for outlet in live} == {"en", "de"}
    assert any(outlet.moved for outlet in live)
    assert any(outlet.dead for outlet in world.outlets)


def test_every_document_is_read_as_its_format_without_a_complaint(world: World) -> None:
    for outlet in world.outlets:
        if outlet.dead:
            continue
        items = world.published(outlet.key, rounds(world.rounds))
        body = document(outlet, items, SITE).encode()
        parsed = parse_document(body, url=SITE, content_type=content_type(outlet))
        assert parsed.format == outlet.format
        assert parsed.problems == ()
        assert parsed.title == outlet.name
        assert [entry.title.value for entry in parsed.entries if entry.title] == [
            item.title for item in items
        ]
        assert [entry.link for entry in parsed.entries] == [f"{SITE}/{item.id}" for item in items]
        dates = [entry.published or entry.updated for entry in parsed.entries]
        assert None not in dates
        if outlet.format.startswith(("atom", "json")):
            assert [from_rfc3339(date or "") for date in dates] == [
                item.published_at for item in items
            ]


def test_each_round_brings_something(world: World) -> None:
    def everything(count: int) -> set[tuple[str, str, tuple[str, ...]]]:
        return {
            (item.id, item.title, item.paragraphs)
            for outlet in world.outlets
            for item in world.published(outlet.key, rounds(count))
        }

    for count in range(1, world.rounds):
        assert everything(count + 1) - everything(count)


def test_a_revision_keeps_its_id_and_changes_its_text(world: World) -> None:
    def post(count: int) -> tuple[str, datetime | None]:
        item = next(
            item
            for item in world.published("harbour-post", rounds(count))
            if item.id == "strait-harbour"
        )
        return item.title, item.updated_at

    first, second = post(1), post(2)
    assert first[0] != second[0]
    assert first[1] is None
    assert second[1] == rounds(2)[1]


def test_reprints_carry_the_agencys_words_under_their_own_headline(world: World) -> None:
    agency = {item.id: item for item in world.published("coastwire", rounds(1))}
    reprint = next(i for i in world.published("ledger", rounds(1)) if i.id == "strait-ledger")
    original = agency["strait-coastwire"]
    assert reprint.paragraphs == original.paragraphs[:4]
    assert reprint.title != original.title


@pytest.mark.parametrize("hour", [0, 6, 23])
@pytest.mark.parametrize(("days", "said"), [(0, "Thursday"), (1, "Friday"), (2, "Saturday")])
def test_the_texts_speak_of_the_day_they_are_dated(
    world: World, days: int, said: str, hour: int
) -> None:
    began = FRIDAY.replace(hour=hour) + timedelta(days=days)
    story = next(i for i in world.published("coastwire", [began]) if i.id == "strait-coastwire")
    assert f"early on {said}" in story.paragraphs[0]
    assert f"{story.published_at:%A}" == said


def test_nothing_is_dated_in_the_future(world: World) -> None:
    for count in range(1, world.rounds + 1):
        began = rounds(count)
        for outlet in world.outlets:
            assert all(
                item.published_at <= began[-1] for item in world.published(outlet.key, began)
            )
