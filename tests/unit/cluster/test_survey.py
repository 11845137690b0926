from __future__ import annotations

import numpy as np
import pytest

from aggregator.cluster import survey as surveying
from aggregator.cluster.survey import Survey
from aggregator.cluster.vectors import FACETS, WIDTH, Vectors
from aggregator.text.terms import terms_of

QUAKE = ("Earthquake shakes Valdoria", "A strong earthquake shook the city of Valdoria on Monday.")
QUAKE_TOO = ("Valdoria hit by earthquake", "Rescuers search Valdoria after Monday's earthquake.")
ELECTION = ("Brannock wins Ostland vote", "Ilse Brannock won the presidential vote in Ostland.")


def filled(*articles: tuple[str, str], hours: float = 0.0) -> tuple[Vectors, Survey]:
    vectors = Vectors()
    for title, text in articles:
        vectors.add(terms_of(title, text, "en"), hours)
    return vectors, Survey(vectors)


def rows(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(numbers, np.int32)


def test_the_nearest_shares_most() -> None:
    _, survey = filled(QUAKE, ELECTION, QUAKE_TOO)
    ((near, shared),) = survey.around(rows(2))
    assert near[0] == 0
    assert shared.shape == (len(near), len(FACETS))
    assert shared[0, 0] > 0.2
    assert (shared <= 1).all()


def test_an_article_compared_with_its_own_text_shares_everything() -> None:
    _, survey = filled(QUAKE, QUAKE)
    shared = dict(zip(FACETS, survey.compare(1, rows(0))[0].tolist(), strict=True))
    assert shared == pytest.approx(
        {"all": 1, "title": 1, "lead": 1, "name": 1, "number": 0, "held": 1}
    )


def test_rows_surveyed_together_find_what_they_find_alone() -> None:
    _, survey = filled(QUAKE, ELECTION, QUAKE_TOO, ("", ""), ELECTION, QUAKE)
    together = survey.around(rows(2, 3, 4, 5))
    for row, (near, shared) in zip((2, 3, 4, 5), together, strict=True):
        ((alone, facets),) = survey.around(rows(row))
        assert near.tolist() == alone.tolist()
        assert shared == pytest.approx(facets)


def test_only_earlier_ones_are_found_if_that_is_asked() -> None:
    _, survey = filled(QUAKE, QUAKE_TOO, QUAKE)
    assert survey.around(rows(1), earlier=True)[0][0].tolist() == [0]
    assert sorted(survey.around(rows(1))[0][0].tolist()) == [0, 2]


def test_what_is_far_apart_in_time_shares_less() -> None:
    vectors, survey = filled(QUAKE)
    vectors.add(terms_of(*QUAKE, "en"), 96.0)
    vectors.add(terms_of(*QUAKE, "en"))
    near, undated = survey.compare(0, rows(1, 2))
    assert near[0] == pytest.approx(np.exp(-0.5))
    assert undated[0] == pytest.approx(1)


def test_too_many_postings_leave_out_the_least_telling(monkeypatch: pytest.MonkeyPatch) -> None:
    common = ("Common words", "River valley harbour")
    _, survey = filled(QUAKE, *([common] * 30), (QUAKE[0], "River valley harbour"))
    assert len(survey.around(rows(31))[0][0]) == 31
    monkeypatch.setattr(surveying, "_ASKED_ROWS", 10)
    monkeypatch.setattr(surveying, "_SHORT", 2)
    assert survey.around(rows(31))[0][0].tolist() == [0]


def test_forgotten_rows_leave_no_trace() -> None:
    vectors, survey = filled(QUAKE, ELECTION, QUAKE_TOO, ELECTION)
    fresh, expected = filled(ELECTION, QUAKE_TOO, ELECTION)
    vectors.keep(rows(1, 2, 3))
    assert vectors.vocabulary == fresh.vocabulary
    for row in range(3):
        ((near, shared),) = survey.around(rows(row))
        ((near_then, shared_then),) = expected.around(rows(row))
        assert near.tolist() == near_then.tolist()
        assert shared == pytest.approx(shared_then)
    vectors.keep(rows())
    assert (vectors.rows, vectors.add(terms_of(*QUAKE, "en"))) == (0, 0)


def test_a_row_with_new_text_is_found_by_that() -> None:
    vectors, survey = filled(QUAKE, ELECTION)
    vectors.replace(1, terms_of(*QUAKE_TOO, "en"))
    assert survey.around(rows(0))[0][0].tolist() == [1]
    vectors.replace(1, terms_of(*ELECTION, "en"))
    assert survey.around(rows(0))[0][1][:, 0].max(initial=0) < 0.05


def test_a_long_text_keeps_its_title_and_its_most_telling_words() -> None:
    vectors = Vectors()
    words = " ".join(f"word{number}" for number in range(400))
    row = vectors.add(terms_of(*QUAKE, "en"))
    row = vectors.add(terms_of("Valdoria", f"{words} {words} once", "en"))
    terms, counts, _ = vectors.of(row)
    assert len(terms) == WIDTH
    (titled,) = vectors.words.numbers([terms_of("Valdoria", "", "en")])
    assert terms[0] == titled
    assert set(counts[1:].tolist()) == {2}


def test_one_source_is_believed_no_more_than_its_titles() -> None:
    below = "Every week two comics talk. New episodes on Tuesdays, wherever you listen."
    vectors = Vectors()
    for number, (title, source) in enumerate(
        [("Mirror method", 1), ("Creepy fan", 1), ("Mirror tricks", 1), ("Creepy fan", 2)]
    ):
        assert vectors.add(terms_of(title, below, "en"), 0.0, source) == number
    shared = Survey(vectors).compare(0, np.array([1, 2, 3], np.int32))
    assert not shared[0].any()
    assert shared[1].max() <= shared[1, FACETS.index("title")] > 0
    assert shared[2, FACETS.index("all")] > 0.3


def test_a_form_that_one_source_fills_in_anew_tells_other_events() -> None:
    first = (
        "Quake near Tarn Halden",
        "A quake shook Tarn Halden. Felt in Brannock, said Ilse Mor.",
    )
    again = ("Quake near Loch Verrin", "A quake shook Loch Verrin. Felt in Oskar, said Jon Skaar.")
    vectors = Vectors()
    for text, source in ((first, 1), (again, 1), (again, 2)):
        vectors.add(terms_of(*text, "en"), 0.0, source)
    shared = Survey(vectors).compare(0, np.array([1, 2], np.int32))
    assert not shared[0].any()
    assert shared[1, FACETS.index("all")] > 0
