from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from aggregator.cluster.clusterer import Clusterer
from aggregator.model.signature import SignedArticle
from aggregator.model.story import Constraint

QUAKE = ("Earthquake shakes Valdoria", "A strong earthquake shook the city of Valdoria on Monday.")
QUAKE_TOO = ("Valdoria hit by earthquake", "Rescuers search Valdoria after Monday's earthquake.")
ELECTION = ("Brannock wins Ostland vote", "Ilse Brannock won the presidential vote in Ostland.")


def article(name: str, words: tuple[str, str]) -> SignedArticle:
    return SignedArticle(id=name, title=words[0], text=words[1], language="en")


def no_texts(ids: Sequence[str]) -> Mapping[str, str]:
    return {}


def clusterer(*articles: SignedArticle) -> Clusterer:
    made = Clusterer(texts=no_texts)
    made.add_many(articles)
    return made


def story(of: Clusterer, name: str) -> str:
    return of.membership(name).story_id


def constraint(kind: str, a: str, b: str) -> Constraint:
    return Constraint(kind=kind, a=a, b=b, made_at=datetime(2026, 1, 1, tzinfo=UTC))  # type: ignore[arg-type]


def test_reports_of_one_event_are_one_story_and_others_are_not() -> None:
    found = clusterer(article("a", QUAKE), article("b", QUAKE_TOO), article("c", ELECTION))
    assert story(found, "a") == story(found, "b")
    assert story(found, "a") != story(found, "c")


def test_changes_are_handed_out_once() -> None:
    found = clusterer(article("a", QUAKE))
    assert [m.article_id for m in found.take_changes().memberships] == ["a"]
    assert found.take_changes().memberships == ()


def test_the_same_text_is_a_copy_of_the_earliest() -> None:
    found = clusterer(article("a", QUAKE), article("b", QUAKE), article("c", QUAKE))
    assert found.membership("a").copy_of is None
    assert found.membership("b").copy_of == "a"
    assert found.membership("c").copy_of == "a"


def test_apart_parts_even_copies() -> None:
    found = clusterer(article("a", QUAKE), article("b", QUAKE))
    found.constrain([constraint("apart", "a", "b")])
    assert story(found, "a") != story(found, "b")
    assert found.membership("b").copy_of is None


def test_together_merges_two_stories_and_leaves_an_alias() -> None:
    found = clusterer(article("a", QUAKE), article("c", ELECTION))
    gone = story(found, "c")
    found.constrain([constraint("together", "a", "c")])
    assert story(found, "c") == story(found, "a")
    assert found.take_changes().aliases == {gone: story(found, "a")}


def test_corrections_outlast_later_evidence() -> None:
    found = clusterer(article("a", QUAKE))
    found.constrain([constraint("apart", "a", "b")])
    found.add(article("b", QUAKE_TOO))
    found.upkeep()
    assert story(found, "a") != story(found, "b")
