from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aggregator.cluster.clusterer import Clusterer, ClusterOptions
from aggregator.model.signature import Signature, SignedArticle
from aggregator.model.store import ClusterWindow
from aggregator.model.story import Constraint
from aggregator.similarity.sign import sign

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


def test_corrections_outlast_upkeep_over_everything() -> None:
    found = clusterer(article("a", QUAKE), article("b", QUAKE_TOO), article("c", ELECTION))
    found.constrain([constraint("apart", "a", "b"), constraint("together", "a", "c")])
    found.upkeep(whole=True)
    assert story(found, "a") == story(found, "c") != story(found, "b")


def test_a_pin_holds_and_names_the_story() -> None:
    found = clusterer(article("a", QUAKE), article("c", ELECTION))
    target = story(found, "a")
    found.constrain([constraint("pin", "c", target)])
    found.upkeep(whole=True)
    assert story(found, "c") == target
    assert found.membership("c").evidence.rule == "pinned"


def test_a_restored_clusterer_goes_on_as_the_first_would() -> None:
    first = clusterer(article("a", QUAKE), article("c", ELECTION))
    window = ClusterWindow(
        articles=(article("a", QUAKE), article("c", ELECTION)),
        memberships=tuple(first.membership(name) for name in ("a", "c")),
        constraints=(),
    )
    second = Clusterer(texts=no_texts)
    second.restore(window)
    assert second.take_changes().memberships == ()
    for one in (first, second):
        one.add(article("b", QUAKE_TOO))
        one.upkeep(whole=True)
    assert [story(first, name) for name in "abc"] == [story(second, name) for name in "abc"]
    assert story(second, "a") == story(second, "b")


def test_what_was_read_long_ago_is_forgotten_by_the_day() -> None:
    def read(name: str, words: tuple[str, str], day: int) -> SignedArticle:
        when = datetime(2026, 3, day, 12, tzinfo=UTC)
        return replace(article(name, words), published_at=when, fetched_at=when)

    found = clusterer(read("a", QUAKE, 1), read("c", ELECTION, 8), read("b", QUAKE_TOO, 20))
    assert story(found, "b")
    with pytest.raises(KeyError):
        found.membership("a")
    with pytest.raises(KeyError):
        found.membership("c")
    found.add(read("d", QUAKE, 20))
    found.upkeep(whole=True)
    assert story(found, "d") == story(found, "b")


def test_a_revision_stays_where_it_is() -> None:
    found = clusterer(article("a", QUAKE), article("b", QUAKE_TOO), article("c", ELECTION))
    before = story(found, "b")
    found.take_changes()
    found.add(article("b", ("Valdoria hit by quake", "Eleven died in Valdoria, officials said.")))
    assert story(found, "b") == before
    assert [m.article_id for m in found.take_changes().memberships] == ["b"]


def test_languages_never_share_a_story() -> None:
    german = SignedArticle(id="g", title=QUAKE[0], text=QUAKE[1], language="de")
    found = clusterer(article("a", QUAKE), german)
    assert story(found, "a") != story(found, "g")


def test_empty_items_stand_alone() -> None:
    found = clusterer(article("a", ("", "")), article("b", ("", "")), article("c", ("Live", "")))
    found.upkeep(whole=True)
    assert len({story(found, name) for name in "abc"}) == 3


def test_ids_follow_from_the_founder() -> None:
    one, two = clusterer(article("a", QUAKE)), clusterer(article("a", ELECTION))
    assert story(one, "a") == story(two, "a")


def test_upkeep_of_a_part_minds_ties_to_stories_outside_it() -> None:
    found = clusterer(article("a", QUAKE), article("c", ELECTION))
    found.constrain([constraint("apart", "a", "c")])
    found.upkeep()
    found.constrain([constraint("together", "b", "a"), constraint("together", "b", "c")])
    found.add(article("b", QUAKE_TOO))
    found.upkeep()
    found.upkeep(whole=True)
    assert story(found, "b") in {story(found, "a"), story(found, "c")}
    assert story(found, "a") != story(found, "c")


def test_upkeep_goes_in_short_steps_until_nothing_is_left() -> None:
    made = Clusterer(texts=no_texts, options=ClusterOptions(upkeep_rows=4))
    towns = ["Arnsdale", "Brimholt", "Cawdry", "Dunsley", "Elmscott", "Farnworth"]
    for town in towns:
        made.add_many(
            article(f"{town}{n}", (f"Fire in {town} {n}", f"A fire broke out in {town}, {town}."))
            for n in range(3)
        )
    made.take_changes()
    steps = 1
    while made.upkeep():
        steps += 1
    assert steps >= 4
    assert not made.upkeep()
    assert len({story(made, f"{town}0") for town in towns}) == len(towns)


def test_articles_placed_together_stand_where_they_would_one_by_one() -> None:
    reports = [
        article(f"{name}{n}", (f"{words[0]} {n}", f"{words[1]} Report number {n}."))
        for n in range(150)
        for name, words in (("a", QUAKE), ("b", QUAKE_TOO), ("c", ELECTION))
    ]
    together, alone = clusterer(*reports), Clusterer(texts=no_texts)
    for one in reports:
        alone.add(one)
    for name in ("a", "b", "c"):
        assert len({story(together, one.id) for one in reports if one.id[0] == name}) == len(
            {story(alone, one.id) for one in reports if one.id[0] == name}
        )


def test_a_revision_among_new_articles_finds_its_first_form_placed() -> None:
    found = clusterer(
        article("a", QUAKE),
        article("b", QUAKE_TOO),
        article("a", ("Valdoria hit by quake", "Eleven died in Valdoria, officials said.")),
        article("c", ELECTION),
    )
    assert story(found, "a") == story(found, "b") != story(found, "c")
    assert found.membership("a").evidence.rule == "revision"


def test_a_window_of_signed_articles_is_taken_up_without_a_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reports = [article("a", QUAKE), article("c", ELECTION)]
    first = clusterer(*reports)
    signed = [replace(one, text="", signature=sign(one)) for one in reports]
    late = article("b", QUAKE_TOO)
    late = replace(late, signature=sign(late))

    def unread(*_: object) -> None:
        raise AssertionError("words were signed: there is no need to read them again")

    monkeypatch.setattr("aggregator.cluster.clusterer.terms_of", unread)
    second = Clusterer(texts=no_texts)
    second.restore(
        ClusterWindow(
            articles=tuple(signed),
            memberships=tuple(first.membership(name) for name in ("a", "c")),
            constraints=(),
        )
    )
    second.add(late)
    assert story(second, "b") == story(first, "a")
    assert "valdoria" in second.membership("b").evidence.terms


def test_words_signed_in_another_way_are_read_from_the_text() -> None:
    stale = Signature(recipe="of old", features=b"0 en\nno longer understood")
    found = clusterer(
        replace(article("a", QUAKE), signature=stale),
        replace(article("b", QUAKE_TOO), signature=stale),
        replace(article("c", ELECTION), signature=stale),
    )
    assert story(found, "a") == story(found, "b") != story(found, "c")
