"""Corrections that the clusterer itself carries out, and what becomes of the others by them."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.cluster.clusterer import Clusterer
from aggregator.model.signature import SignedArticle
from tests.unit.cluster.test_clusterer import (
    ELECTION,
    QUAKE,
    QUAKE_TOO,
    article,
    clusterer,
    constraint,
    story,
)

FLOOD = ("Lower town of Ostermark flooded", "The river Wend left its bed in Ostermark on Sunday.")


def test_copies_of_a_text_that_is_pinned_elsewhere_copy_the_earliest_left() -> None:
    found = clusterer(*(article(name, QUAKE) for name in "abd"), article("c", ELECTION))
    found.constrain([constraint("pin", "a", story(found, "c"))])
    assert story(found, "a") == story(found, "c") != story(found, "b")
    assert [found.membership(name).copy_of for name in "abd"] == [None, None, "b"]
    assert {m.article_id for m in found.take_changes().memberships} == {"a", "b", "c", "d"}


def test_a_copy_that_is_pinned_elsewhere_copies_nothing_there() -> None:
    found = clusterer(article("a", QUAKE), article("b", QUAKE), article("c", ELECTION))
    found.constrain([constraint("pin", "b", story(found, "c"))])
    assert story(found, "b") == story(found, "c") != story(found, "a")
    assert found.membership("b").copy_of is None


def test_an_article_of_another_language_comes_over_and_stays() -> None:
    texts = {"g": "\n".join(FLOOD)}

    def read(ids: Sequence[str]) -> dict[str, str]:
        return {name: texts[name] for name in ids}

    found = Clusterer(texts=read)
    german = SignedArticle(id="g", title=FLOOD[0], text=FLOOD[1], language="de")
    found.add_many([article("a", QUAKE), german])
    found.constrain([constraint("together", "a", "g")])
    found.upkeep(whole=True)
    assert story(found, "g") == story(found, "a")
    assert found.membership("g").evidence.rule == "together"


def test_of_two_stories_that_may_not_meet_only_the_named_one_goes_over() -> None:
    found = clusterer(
        article("a", QUAKE), article("b", QUAKE_TOO), article("c", ELECTION), article("d", FLOOD)
    )
    found.constrain([constraint("together", "c", "d"), constraint("apart", "b", "d")])
    found.constrain([constraint("together", "a", "c")])
    assert story(found, "a") == story(found, "b") == story(found, "c") != story(found, "d")


def test_where_neither_may_come_nobody_moves() -> None:
    found = clusterer(
        article("a", QUAKE), article("b", QUAKE_TOO), article("c", ELECTION), article("d", FLOOD)
    )
    found.constrain([
        constraint("together", "c", "d"),
        constraint("apart", "b", "c"),
        constraint("apart", "a", "d"),
    ])  # fmt: skip
    before = [story(found, name) for name in "abcd"]
    found.constrain([constraint("together", "a", "c")])
    assert [story(found, name) for name in "abcd"] == before


def test_what_waits_for_its_articles_is_done_when_they_come() -> None:
    found = clusterer(article("a", QUAKE))
    found.constrain([constraint("together", "a", "c"), constraint("pin", "b", story(found, "a"))])
    found.add_many([article("c", ELECTION), article("b", FLOOD)])
    assert story(found, "a") == story(found, "b") == story(found, "c")
