from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.digest.assemble import assemble, choose_lead
from aggregator.model.article import Image
from tests.unit.digest.builders import DAWN, stored


def test_counts_keep_copies_and_independent_texts_apart() -> None:
    story = assemble(
        "s1",
        [
            stored("a", outlet="Harbour Times"),
            stored("b", outlet="Coast Radio", minutes=5, copy_of="a"),
            stored("c", outlet="Coast Radio", minutes=9),
            stored("d", outlet="Island Post", minutes=12, copy_of="a"),
        ],
    )
    assert (story.outlets, story.articles, story.independent_texts) == (3, 4, 2)
    assert story.first_reporter == "Harbour Times"


def test_coverage_lists_texts_with_their_copies_lead_first() -> None:
    story = assemble(
        "s1",
        [
            stored("late", minutes=30),
            stored("teaser", minutes=0, words=12),
            stored("copy2", minutes=20, copy_of="main"),
            stored("main", minutes=10),
            stored("copy1", minutes=15, copy_of="main"),
        ],
    )
    assert [row.id for row in story.coverage] == ["main", "copy1", "copy2", "teaser", "late"]
    assert [row.relation for row in story.coverage] == ["lead", "copy", "copy", "report", "report"]


def test_lead_is_the_earliest_independent_text_of_substance_not_the_longest() -> None:
    members = [
        stored("teaser", minutes=0, words=15),
        stored("report", minutes=10, words=180),
        stored("essay", minutes=90, words=2400),
    ]
    choice = choose_lead(members)
    assert choice.article_id == "report"
    assert "teasers" in choice.reason


def test_among_teasers_the_earliest_leads() -> None:
    members = [stored("first", words=30), stored("second", minutes=1, words=40)]
    assert choose_lead(members).article_id == "first"


def test_what_was_withdrawn_leads_only_where_nothing_else_stands() -> None:
    members = [stored("first", withdrawn=True), stored("second", minutes=1)]
    assert choose_lead(members).article_id == "second"
    assert choose_lead(members[:1]).article_id == "first"
    rows = {row.id: row.withdrawn_at is not None for row in assemble("s1", members).coverage}
    assert rows == {"first": True, "second": False}


def test_a_full_copy_leads_for_a_text_that_began_as_a_teaser_and_stays_marked_a_copy() -> None:
    story = assemble(
        "s1",
        [
            stored("teaser", outlet="Wire Desk", words=20),
            stored("full", outlet="Island Post", minutes=2, words=400, copy_of="teaser"),
            stored("other", minutes=40, words=300),
        ],
    )
    assert [(row.id, row.relation, row.copy_of) for row in story.coverage] == [
        ("full", "lead", "teaser"),
        ("teaser", "report", None),
        ("other", "report", None),
    ]
    assert story.independent_texts == 2
    assert story.first_reporter == "Wire Desk"


def test_image_is_the_first_that_can_be_shown() -> None:
    shown = Image(url="https://example.org/a.jpg", caption="The ferry", credit="A. Photographer")
    story = assemble(
        "s1", [stored("a", image=Image(caption="No address")), stored("b", minutes=1, image=shown)]
    )
    assert story.image == shown


def test_topics_are_ordered_by_outlets_and_keep_their_first_spelling() -> None:
    story = assemble(
        "s1",
        [
            stored("a", outlet="One", topics=("Shipping", "Weather")),
            stored("b", outlet="Two", minutes=1, topics=("weather",)),
            stored("c", outlet="One", minutes=2, topics=("Shipping",)),
        ],
    )
    assert story.topics == ("Weather", "Shipping")


def test_new_articles_are_those_fetched_since_the_reader_looked() -> None:
    members = [stored("a"), stored("b", minutes=50)]
    assert assemble("s1", members).new_articles is None
    seen = DAWN + timedelta(minutes=30)
    assert assemble("s1", members, seen_at=seen).new_articles == 1


def test_categories_come_from_the_feeds() -> None:
    story = assemble(
        "s1",
        [stored("a", feed_id="f1"), stored("b", feed_id="f2"), stored("c", feed_id="f2")],
        categories={"f1": "World", "f2": "Sea"},
    )
    assert story.categories == ("Sea", "World")


def test_a_summary_that_repeats_the_title_yields_to_the_body() -> None:
    story = assemble(
        "s1",
        [
            stored(
                "a",
                title="Ferry runs aground off Skerry Point this morning in fog",
                summary="Ferry runs aground off Skerry Point this morning in fog",
                paragraphs=("All 212 passengers were brought ashore by noon, it was said.",),
            )
        ],
    )
    assert story.summary == "All 212 passengers were brought ashore by noon, it was said."


def test_a_story_without_articles_is_refused() -> None:
    with pytest.raises(ValueError, match="s1"):
        assemble("s1", [])


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 500), st.booleans()), min_size=1, max_size=12
    ),
    st.randoms(use_true_random=False),
)
def test_one_lead_and_the_same_story_whatever_the_order(
    shape: list[tuple[int, int, bool]], shuffle: random.Random
) -> None:
    members = [
        stored(
            f"a{number}", minutes=minutes, words=words, copy_of="a0" if copy and number else None
        )
        for number, (minutes, words, copy) in enumerate(shape)
    ]
    story = assemble("s1", members)
    assert [row.relation for row in story.coverage].count("lead") == 1
    assert story.coverage[0].relation == "lead"
    assert story.independent_texts == sum(row.copy_of is None for row in story.coverage)
    shuffle.shuffle(members)
    assert assemble("s1", members) == story


def test_outlets_are_shown_without_the_sections_of_their_feeds() -> None:
    member = replace(stored("a", outlet="World - CBSNews.com"), outlet_key="cbsnews.com")
    told = assemble("s", [member])
    assert (told.first_reporter, told.coverage[0].outlet) == ("CBSNews.com", "CBSNews.com")
