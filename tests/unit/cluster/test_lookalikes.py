"""Texts that only look alike are no copies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.cluster.copy_desk import MONDAY, OTHER, REPORT, Desk, rule


@pytest.fixture
def desk() -> Desk:
    return Desk()


QUAKE = (
    "A magnitude {} earthquake struck {} kilometres off {} on {} at a depth of {} kilometres, the "
    "seismological institute said. There were no immediate reports of damage or injuries, and no "
    "tsunami warning was issued. Residents are asked to report what they felt on its website."
)
MATCH = (
    "{} beat {} {} at {} on {} evening in front of {} spectators. {} opened the scoring before "
    "half-time and {} made sure of the points late in the game. The hosts move up to a better "
    "place in the table, while the visitors have now gone without a win for several weeks."
)

DRAW = (
    "The winning numbers in {} evening's drawing of the Lucky Five game were: {}, Bonus: {}. The "
    "estimated jackpot is ${}. Players match all five numbers to win. Tickets cost one pound and "
    "can be bought until seven on the day of the draw."
)
TOLL = (
    "At least {} people died when a ferry with 140 passengers on board sank off the coast of Samar "
    "on Monday, the coast guard said. Rescuers pulled {} people from the water. The vessel of 30 m "
    "had left Allen for Matnog in heavy rain, spokesman Rodrigo Santos said."
)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            DRAW.format("Monday", "04-11-19-23-38", 7, "120,000"),
            DRAW.format("Tuesday", "02-08-16-30-35", 1, "135,000"),
        ),
        (
            QUAKE.format("4.6", 20, "Hokkaido", "Monday", 35),
            QUAKE.format("5.1", 85, "Sumatra", "Friday", 10),
        ),
        (
            MATCH.format("Arden", "Bexhill", "2-1", "Mill Lane", "Friday", 812, "Ng", "Ito"),
            MATCH.format("Corby", "Dover", "3-0", "The Wharf", "Sunday", 655, "Roy", "Diaz"),
        ),
    ],
    ids=["draws", "quakes", "matches"],
)
def test_a_form_filled_in_twice_is_two_texts(desk: Desk, first: str, second: str) -> None:
    desk.read("a", first, title="One", url="https://x.test/1")
    assert desk.read("b", second, title="Two", url="https://x.test/2") is None


def test_a_report_brought_up_to_date_is_no_form_filled_in_anew(desk: Desk) -> None:
    desk.read("a", TOLL.format(12, 96), "Ferry sinks, 12 dead", url="https://x.test/1")
    later = desk.read("b", TOLL.format(31, 102), "Ferry sinks, 31 dead", url="https://x.test/2")
    assert rule(later) == "copy"


@pytest.mark.parametrize("title", ["Letters to the editor", "Morning briefing: all you need"])
def test_columns_share_a_title_and_nothing_else(desk: Desk, title: str) -> None:
    desk.read("a", REPORT, title, url="https://x.test/1", at=MONDAY)
    day = MONDAY + timedelta(days=1)
    assert desk.read("b", OTHER, title, url="https://x.test/2", at=day) is None
    assert desk.read("c", OTHER[::-1], title, at=day + timedelta(days=1)) is None


def test_items_without_a_body_are_two_where_their_addresses_or_days_are(desk: Desk) -> None:
    title = "Morning briefing: all you need to know today"
    desk.read("a", "", title, url="https://x.test/1", at=MONDAY)
    assert desk.read("b", "", title, url="https://x.test/2", at=MONDAY) is None
    assert desk.read("c", "", title, at=MONDAY + timedelta(days=1)) is None
    assert rule(desk.read("d", "", title, url="https://x.test/1", at=MONDAY)) == "revision"


@pytest.mark.parametrize("title", ["", " ", "!!", "…"])
def test_items_that_say_nothing_never_meet(desk: Desk, title: str) -> None:
    desk.read("a", "", title)
    assert desk.read("b", "", title) is None
    assert desk.read("c", "", title, source="two") is None


def test_very_short_items_meet_only_where_they_are_the_same(desk: Desk) -> None:
    desk.read("a", "", "Storm warning")
    assert rule(desk.read("b", "", "storm  WARNING", source="two")) == "same-text"
    assert desk.read("c", "", "Storm warnings", source="two") is None


def test_what_a_source_puts_under_everything_makes_no_copies(desk: Desk) -> None:
    furniture = (
        "Thank you for reading. If you like what we do, please consider becoming a member, tell "
        "your friends about us, and follow us wherever you prefer to read. This work is published "
        "under a licence that lets you share it, as long as you name us and link to the original."
    )
    leads = [
        "Why our old bridges hum when the north wind blows, and how to hear it.",
        "A walk along the canal with somebody who has mended boats since 1970.",
        "Three recipes for the last walnuts, none of which needs an oven at all.",
        "I tried to grow saffron on a balcony. This is what the pigeons left me.",
        "Notes from a night at the observatory: clouds, tea, one comet in a gap.",
        "Tram drivers tell which corner squeals most, and they do not agree.",
        "The library lends umbrellas now. Most come back; some come back nicer.",
        "How a village school got its bell out of the river after ninety years.",
        "What do chess players eat before a final? I asked eleven of them twice.",
        "Repairing a lamp that my grandmother swore had never worked properly.",
        "Six maps of places that are not there, and who drew each one of them.",
        "My neighbour keeps owls. It began with a box of frozen mice, she says.",
    ]
    joined = [
        desk.read(str(number), f"{lead}\n{furniture}", title=lead.split(",")[0][:24])
        for number, lead in enumerate(leads)
    ]
    assert joined == [None] * 12
