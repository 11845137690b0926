"""What bare headlines mean: asked where headlines are all there is, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest

from aggregator.cluster.clusterer import Clusterer
from aggregator.cluster.sense import Sense, Senses
from aggregator.cluster.weights import of_words, shipped
from aggregator.model.signature import SignedArticle
from aggregator.model.store import ClusterWindow
from aggregator.render.why import explain
from aggregator.text.embedding import CHOICE
from aggregator.text.terms import Terms, terms_of

pytest.importorskip("wordllama", reason="needs the extra [semantic]")

HEADLINES = (
    "Brannock ferry sinks with 200 on board",
    "Dozens drown as ferry capsizes near Brannock coast",
    "Central bank lifts interest rate to 5 percent",
)


@pytest.fixture(autouse=True)
def _chosen_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(CHOICE, raising=False)
    shipped.cache_clear()
    yield
    shipped.cache_clear()


@pytest.fixture
def sense() -> Sense:
    meant = shipped().sense
    assert meant is not None
    return meant


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


def terms(*texts: tuple[str, str]) -> list[Terms]:
    return [terms_of(title, text, "en") for title, text in texts]


def held(sense: Sense | None, *texts: tuple[str, str]) -> Senses:
    senses = Senses(sense)
    senses.set(0, [title for title, _ in texts], terms(*texts))
    return senses


def bare(*titles: str) -> list[tuple[str, str]]:
    return [(title, "") for title in titles]


def test_headlines_of_one_event_are_nearer_than_others(sense: Sense) -> None:
    found = held(sense, *bare(*HEADLINES)).between(rows(0, 0), rows(1, 2))
    assert found.known.tolist() == [True, True]
    assert found.cosines[0] > found.cosines[1] + 0.3


def test_only_bare_headlines_have_a_sense(sense: Sense) -> None:
    senses = held(
        sense,
        (HEADLINES[0], ""),
        (HEADLINES[0], "The ferry sank in the night."),
        (HEADLINES[0], HEADLINES[0]),
        ("", ""),
        ("", "A text without a title."),
    )
    found = senses.between(rows(0, 0, 0, 0), rows(1, 2, 3, 4))
    assert found.known.tolist() == [False, True, False, False]
    assert found.cosines.tolist() == pytest.approx([1.0], abs=1e-2)


def test_a_headline_that_gets_a_text_loses_its_sense_and_back(sense: Sense) -> None:
    senses = held(sense, *bare(*HEADLINES))
    senses.set(1, [HEADLINES[1]], terms((HEADLINES[1], "Rescuers search the sea.")))
    assert senses.between(rows(0), rows(1)).known.tolist() == [False]
    senses.set(1, [HEADLINES[2]], terms((HEADLINES[2], "")))
    found = senses.between(rows(1), rows(2))
    assert found.cosines.tolist() == pytest.approx([1.0], abs=1e-2)


def test_rows_that_stay_keep_their_sense(sense: Sense) -> None:
    senses = held(sense, *bare("Old news of nobody", *HEADLINES))
    before = senses.between(rows(1), rows(2)).cosines
    senses.keep(rows(1, 2))
    assert senses.between(rows(0), rows(1)).cosines.tolist() == before.tolist()
    senses.set(2, ["Yet another headline"], terms(("Yet another headline", "")))
    assert senses.between(rows(0, 0), rows(1, 2)).known.all()
    assert senses.between(rows(0), rows(1)).cosines.tolist() == before.tolist()


def test_many_more_rows_than_there_was_room_for(sense: Sense) -> None:
    titles = [f"Headline number {number} about ferry {number % 7}" for number in range(300)]
    senses = held(sense, *bare(*titles))
    everything = np.arange(300, dtype=np.int32)
    assert senses.between(everything, everything).cosines == pytest.approx(np.ones(300), abs=1e-2)
    assert senses.nbytes < 300 * 1200


def test_a_window_that_lost_all_its_rows_begins_anew(sense: Sense) -> None:
    senses = held(sense, *bare(*HEADLINES))
    senses.keep(rows())
    senses.set(0, HEADLINES[:2], terms(*bare(*HEADLINES[:2])))
    assert senses.between(rows(0), rows(1)).known.tolist() == [True]


def test_without_a_sense_nothing_is_kept_nor_known() -> None:
    senses = held(None, *bare(*HEADLINES))
    found = senses.between(rows(0), rows(1))
    assert (found.known.tolist(), len(found.cosines)) == ([False], 0)
    senses.keep(rows(0))
    assert senses.nbytes < 1000


def articles(language: str, *titles: str) -> list[SignedArticle]:
    return [
        SignedArticle(id=str(number), title=title, text="", language=language)
        for number, title in enumerate(titles)
    ]


def clusterer(given: Sequence[SignedArticle]) -> Clusterer:
    texts = {article.id: f"{article.title}\n{article.text}" for article in given}

    def known(ids: Sequence[str]) -> Mapping[str, str]:
        return {name: texts[name] for name in ids}

    return Clusterer(texts=known)


FERRY = (
    "Brannock ferry sinks with 200 on board",
    "Chess club celebrates its hundredth year",
    "Brannock ferry disaster: 200 feared drowned as ship goes down",
)


def test_evidence_says_what_headlines_mean_and_by_which_weights() -> None:
    given = articles("en", *FERRY)
    made = clusterer(given)
    made.add_many(given)
    evidence = made.membership("2").evidence
    assert made.membership("2").story_id == made.membership("0").story_id
    assert evidence.parts["sense"] > 0.6
    assert evidence.weights == shipped().version != of_words().version
    assert "what their headlines mean" in explain(evidence)


def test_a_window_taken_up_again_means_the_same() -> None:
    given = articles("en", *FERRY)
    first = clusterer(given)
    first.add_many(given[:2])
    second = clusterer(given)
    second.restore(
        ClusterWindow(
            articles=tuple(given[:2]), memberships=first.take_changes().memberships, constraints=()
        )
    )
    for made in (first, second):
        made.add(given[2])
    assert first.membership("2") == second.membership("2")


def test_other_languages_are_read_by_words() -> None:
    given = articles("de", "Fähre sinkt vor Brannock", "Fähre vor Brannock gesunken")
    made = clusterer(given)
    made.add_many(given)
    assert "sense" not in made.membership("1").evidence.parts


def test_where_it_is_not_wanted_words_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CHOICE, "off")
    shipped.cache_clear()
    assert shipped() is of_words()
