from __future__ import annotations

import math
from collections.abc import Sequence

from aggregator.cluster.stream import Arrival, Stream
from aggregator.cluster.weights import shipped
from aggregator.text.terms import terms_of

QUAKE = ("Earthquake shakes Valdoria", "A strong earthquake shook the city of Valdoria on Monday.")
QUAKE_TOO = ("Valdoria hit by earthquake", "Rescuers search Valdoria after Monday's earthquake.")
ELECTION = ("Brannock wins Ostland vote", "Ilse Brannock won the presidential vote in Ostland.")


def stream(articles: Sequence[tuple[tuple[str, str], str]]) -> Stream:
    """A stream of articles, each in the story named; those in "" have just looked around."""
    made = Stream(shipped(), "en")
    for number, (words, story) in enumerate(articles):
        arrival = Arrival(str(number), words[0], terms_of(*words, "en"), math.nan, None, 0)
        row = made.add([arrival])
        made.links.look_around([row])
        if story:
            made.put(row, story)
    return made


def test_the_story_of_its_event_is_chosen_with_what_speaks_for_it() -> None:
    choice = stream([(QUAKE, "quake"), (ELECTION, "vote"), (QUAKE_TOO, "")]).joining.choose(2)
    assert choice.story == "quake"
    assert choice.nearest == 0
    assert choice.score > 0.5
    assert {"pair", "story", "margin"} <= set(choice.parts)


def test_what_fits_nowhere_opens_a_story() -> None:
    choice = stream([(QUAKE, "quake"), (ELECTION, "")]).joining.choose(1)
    assert choice.story is None


def test_a_barred_story_is_not_chosen() -> None:
    choice = stream([(QUAKE, "quake"), (QUAKE_TOO, "")]).joining.choose(1, {"quake"})
    assert choice.story is None


def test_of_two_stories_the_nearer_one_is_chosen_and_the_other_is_its_rival() -> None:
    both = [(QUAKE, "quake"), (QUAKE_TOO, "aftermath"), (QUAKE, "")]
    choice = stream(both).joining.choose(2)
    assert choice.nearest == 0
    assert 0 < choice.parts["margin"] < choice.parts["story"]
