from __future__ import annotations

import numpy as np
import pytest

from aggregator.cluster.links import Links
from aggregator.cluster.sense import Senses
from aggregator.cluster.vectors import FACETS, Vectors
from aggregator.cluster.weights import shipped
from aggregator.text.terms import terms_of

QUAKE = ("Earthquake shakes Valdoria", "A strong earthquake shook the city of Valdoria on Monday.")
QUAKE_TOO = ("Valdoria hit by earthquake", "Rescuers search Valdoria after Monday's earthquake.")
ELECTION = ("Brannock wins Ostland vote", "Ilse Brannock won the presidential vote in Ostland.")


def linked(*articles: tuple[str, str]) -> Links:
    """The links of these articles, each of which looked around as it came."""
    vectors = Vectors()
    links = Links(vectors, Senses(None), shipped())
    for title, text in articles:
        links.look_around([vectors.add(terms_of(title, text, "en"))])
    return links


def test_two_reports_of_one_event_are_linked_and_likely() -> None:
    (around,) = linked(QUAKE, ELECTION, QUAKE_TOO).of([2])
    assert around.rows[0] == 0
    assert around.likely[0] > 0.5
    assert around.holds[0]
    assert around.facets.shape == (len(around.rows), len(FACETS))


def test_what_a_row_just_found_is_at_hand_once_and_the_same_again() -> None:
    links = linked(QUAKE, QUAKE_TOO)
    first, again = links.first_of(1), links.first_of(1)
    assert first.rows.tolist() == again.rows.tolist()
    assert first.likely == pytest.approx(again.likely)


def test_what_two_rows_share_is_known_or_compared() -> None:
    links = linked(QUAKE, ELECTION, QUAKE_TOO)
    known = links.shared(2, 0)  # its neighbour
    compared = links.shared(0, 2)  # came later, so it is none of this one's
    assert known == pytest.approx(compared, abs=2e-3)
    assert links.likely(0, [1, 2]).argmax() == 1


def test_rows_that_stay_keep_their_links() -> None:
    vectors = Vectors()
    links = Links(vectors, Senses(None), shipped())
    for title, text in (ELECTION, QUAKE, QUAKE_TOO):
        links.look_around([vectors.add(terms_of(title, text, "en"))])
    (before,) = links.of([2])
    kept = np.array([1, 2], np.int32)
    links.keep(kept)
    vectors.keep(kept)
    (after,) = links.of([1])
    assert before.rows[0] == 1
    assert after.rows.tolist() == [0]
    assert after.likely[0] == pytest.approx(before.likely[0], abs=1e-3)
