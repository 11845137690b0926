from __future__ import annotations

from datetime import UTC, timedelta

from aggregator.digest.assemble import assemble
from aggregator.render.pieces import mix
from aggregator.render.sections import Section, front_page
from aggregator.render.view import clock, counts, view, views
from tests.unit.digest.builders import DAWN, stored
from tests.unit.render import sample


def test_counts_name_articles_only_where_that_tells_more() -> None:
    assert counts(assemble("s", [stored("a")])) == "1 outlet"
    two = [stored("a", outlet="One"), stored("b", outlet="Two")]
    assert counts(assemble("s", two)) == "2 outlets, 2 independent texts"
    three = [*two, stored("c", outlet="Two", copy_of="a")]
    assert counts(assemble("s", three)) == "2 outlets, 2 independent texts, 3 articles"


def test_also_names_an_outlet_once_and_never_the_leads() -> None:
    members = [
        stored("a", outlet="One"),
        stored("b", outlet="Two", minutes=1),
        stored("c", outlet="Two", minutes=2),
        stored("d", outlet="One", minutes=3),
    ]
    assert [row.id for row in view(assemble("s", members)).also] == ["b"]


def test_a_text_without_agency_is_called_after_its_outlet() -> None:
    shown = view(assemble("s", [stored("a", outlet="One"), stored("b", copy_of="a", minutes=1)]))
    assert [group.text_name for group in shown.folded] == ["One"]


def test_weights_follow_score_and_outlets() -> None:
    assert [shown.weight for shown in views(sample.ferry())] == ["top", "major", "brief"]


def test_every_story_stands_on_the_page_once() -> None:
    digest = sample.hostile()
    page = front_page(digest)
    placed = [shown.story.id for shown in page.front]
    for section in page.sections:
        placed += [shown.story.id for shown in (*section.stories, *section.briefs)]
    assert sorted(placed) == sorted(story.id for story in digest.stories)


def test_a_section_of_little_content_takes_less_than_the_page() -> None:
    one = view(assemble("s", [stored("a")]), "brief")
    widths = [
        Section(name="x", filed=True, stories=(one,) * stories, briefs=(one,) * briefs).width
        for stories, briefs in ((0, 1), (1, 0), (1, 1), (0, 6), (1, 6), (9, 9))
    ]
    assert widths == [1, 1, 2, 2, 3, 3]


def test_squares_show_the_shares_of_a_large_story() -> None:
    members = [stored("a"), *(stored(f"c{n}", minutes=n + 1, copy_of="a") for n in range(29))]
    members += [stored(f"r{n}", minutes=60 + n) for n in range(10)]
    assert mix(assemble("s", members)) == '<i class="mix t4 c12"></i> '
    assert mix(assemble("s", members[:3])) == '<i class="mix t1 c2"></i> '
    assert mix(assemble("s", members[:1])) == ""


def test_clock_says_no_more_than_needed() -> None:
    now = DAWN + timedelta(hours=5)
    assert clock(DAWN, now, UTC) == "06:00"
    assert clock(DAWN - timedelta(days=1), now, UTC) == "Tue 06:00"
    assert clock(DAWN - timedelta(days=20), now, UTC) == "12 Feb"
    assert clock(DAWN - timedelta(days=20), now, UTC, timed=True) == "12 Feb 06:00"
    assert clock(DAWN - timedelta(days=400), now, UTC) == "28 Jan 2025"


def test_reprints_of_texts_of_one_name_are_told_together() -> None:
    members = [
        stored("a", agency="AFP"),
        stored("a1", outlet="Two", minutes=1, copy_of="a"),
        stored("a2", outlet="Three", minutes=2, copy_of="a"),
        stored("b", agency="AFP", minutes=3),
        stored("b1", outlet="Two", minutes=4, copy_of="b"),
        stored("c", outlet="Four", minutes=5),
        stored("c1", outlet="Five", minutes=6, copy_of="c"),
    ]
    shown = view(assemble("s", members))
    assert shown.reprints == ("3 copies of 2 AFP texts", "1 copy of the Four text")
