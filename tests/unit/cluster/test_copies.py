"""Copies: which texts are the same, in any order of arrival."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.cluster.copies import CopyFinder, CopyVerdict
from aggregator.model.signature import SignedArticle
from aggregator.model.story import Evidence, Membership
from aggregator.similarity.sign import sign, sign_text
from tests.unit.cluster.copy_desk import MONDAY, OTHER, PARAGRAPHS, REPORT, Desk, rule


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_same_text_in_another_typography_is_the_same_text(desk: Desk) -> None:
    desk.read("a")
    verdict = desk.read("b", REPORT.replace("'", "’").replace(" ", "\u00a0", 9), source="two")
    assert verdict == CopyVerdict(
        article_id="a",
        copy_of="a",
        evidence=Evidence(
            rule="same-text",
            parts={"containment": 1.0, "proportion": 1.0},
            resemblance=1.0,
            compared_with="a",
        ),
    )


@pytest.mark.parametrize(
    ("edited", "title"),
    [
        (REPORT, "Islay cut off as ferry pier cracks"),
        ("\n".join(reversed(PARAGRAPHS)), "Ferry terminal stays shut"),
        ("\n".join(PARAGRAPHS[:2]), "Ferry terminal at Port Ellen stays shut"),
        (f"{REPORT}\n{OTHER}", "Ferry terminal at Port Ellen stays shut"),
        (f"Sign up for our letters.\n{REPORT}\nShare this with friends.", "Terminal shut"),
        (PARAGRAPHS[0], "Islay cut off"),
    ],
    ids=["retitled", "shuffled", "cut", "extended", "furniture", "summary"],
)
@pytest.mark.parametrize("edited_first", [False, True])
def test_edited_forms_are_copies_in_either_order(
    desk: Desk, edited: str, title: str, edited_first: bool
) -> None:
    readings = [("a", REPORT, "Ferry terminal at Port Ellen stays shut"), ("b", edited, title)]
    first, second = reversed(readings) if edited_first else readings
    assert desk.read(first[0], first[1], first[2], source="one") is None
    verdict = desk.read(second[0], second[1], second[2], source="two")
    assert rule(verdict) == "copy"
    assert verdict is not None
    assert verdict.copy_of == first[0]


def test_every_fifth_word_changed_leaves_a_copy(desk: Desk) -> None:
    words = REPORT.split(" ")
    words[::5] = ["elsewhere"] * len(words[::5])
    desk.read("a")
    verdict = desk.read("b", " ".join(words), source="two")
    assert rule(verdict) == "copy"
    assert verdict is not None
    assert 0.4 < (verdict.evidence.resemblance or 0) < 0.8
    assert set(verdict.evidence.parts) == {"containment", "proportion", "estimate"}


LANGUAGES = json.loads((Path(__file__).parent / "ferry_reports.json").read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_copies_are_copies_in_every_script(desk: Desk, language: str) -> None:
    text, title = LANGUAGES[language]["text"], LANGUAGES[language]["title"]
    desk.read("a", text, title)
    assert rule(desk.read("cut", text[: len(text) * 2 // 5], title, source="two")) == "copy"
    third = len(text) // 3
    changed = f"{text[: third - 9]}—{text[third:-third]}…{text[9 - third :]}"
    assert rule(desk.read("changed", changed, "1", source="three")) == "copy"
    assert desk.finder.family("changed") == ("a", "cut", "changed")
    assert desk.read("other", text[::-1], title[::-1], source="four") is None


def test_a_text_put_under_another_is_no_copy_of_it(desk: Desk) -> None:
    desk.read("bees", OTHER, title="Beekeepers count their losses", source="two")
    assert desk.read("both", f"{REPORT}\n{OTHER}") is None
    assert rule(desk.read("ferry", source="three")) == "copy"
    assert desk.finder.family("bees") == ("bees",)
    assert desk.finder.family("ferry") == ("both", "ferry")


def test_copy_of_names_the_earliest_even_after_two_families_turn_out_to_be_one(
    desk: Desk,
) -> None:
    desk.read("head", "\n".join(PARAGRAPHS[:2]))
    assert desk.read("tail", "\n".join(PARAGRAPHS[3:]), title="Council to meet", source="2") is None
    assert rule(desk.read("tail again", "\n".join(PARAGRAPHS[3:]), title="Meeting")) == "copy"
    most = "\n".join((PARAGRAPHS[3], PARAGRAPHS[4], PARAGRAPHS[2]))
    whole = desk.read("most", most, title="Council to meet", source="4")
    assert whole is not None
    assert whole.copy_of == "tail"
    assert desk.finder.family("most") == ("tail", "tail again", "most")


def test_families_that_one_text_shows_to_be_one_are_joined_under_the_earliest(desk: Desk) -> None:
    words = REPORT.split(" ")
    thinned = words.copy()
    thinned[::4] = ["elsewhere"] * len(thinned[::4])
    changed = words.copy()
    changed[2::4] = ["meanwhile"] * len(changed[2::4])
    desk.read("a", " ".join(thinned), title="Shut")
    assert desk.read("b", " ".join(changed), title="Closed", source="two") is None
    verdict = desk.read("c", REPORT, title="Pier", source="three")
    assert verdict is not None
    assert verdict.copy_of == "a"
    assert verdict.rebased == ("b",)
    assert set(desk.finder.family("c")) == {"a", "b", "c"}


def test_a_bare_headline_is_no_text_of_its_own(desk: Desk) -> None:
    desk.read("a", REPORT, "Ferry terminal at Port Ellen stays shut")
    bare = desk.read("b", "", "Ferry Terminal at Port Ellen Stays Shut", source="links")
    assert rule(bare) == "same-title"
    desk.read("c", OTHER, "What we read", source="one")
    assert desk.read("d", "", "What we read", source="links") is None


FORMS = (
    REPORT,
    "\n".join(PARAGRAPHS[:2]),
    "\n".join(PARAGRAPHS[2:]),
    "\n".join(reversed(PARAGRAPHS)),
    f"{REPORT}\n{OTHER}",
    OTHER,
    OTHER[:200],
    f"{OTHER}\n{REPORT}",
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(range(len(FORMS))), min_size=2, max_size=10))
def test_in_any_order_copy_of_is_the_earliest_and_no_copy_itself(order: list[int]) -> None:
    desk = Desk()
    copy_of: dict[str, str] = {}
    for place, form in enumerate(order):
        name = f"{place}"
        verdict = desk.read(name, FORMS[form], title=f"Title {form}", source=f"source {place}")
        if verdict is not None:
            copy_of |= dict.fromkeys((name, *verdict.rebased), verdict.copy_of)
    for name, head in copy_of.items():
        assert head not in copy_of
        assert int(head) < int(name)
        family = desk.finder.family(name)
        assert family[0] == head == min(family, key=int)


def test_texts_a_person_put_apart_are_not_copies(desk: Desk) -> None:
    desk.read("a")
    assert desk.read("b", source="two", apart=("a",)) is None
    assert rule(desk.read("c", source="three")) == "same-text"


def test_texts_are_asked_for_only_where_the_index_names_someone(desk: Desk) -> None:
    desk.read("a")
    desk.read("b", OTHER, title="Beekeepers count their losses", source="two")
    assert desk.calls == 0


def test_what_is_too_old_is_forgotten(desk: Desk) -> None:
    for number in range(5000):
        desk.read(str(number), f"{number} {number * 7} is all there is to {number * 13} say", "n")
    desk.read("a", at=MONDAY)
    assert rule(desk.read("b", source="two", at=MONDAY)) == "same-text"
    desk.finder.drop_before((MONDAY + timedelta(days=1) - datetime(1970, 1, 1, tzinfo=UTC)).days)
    assert desk.read("c", source="two", at=MONDAY + timedelta(days=2)) is None


def test_furniture_is_known_again_after_a_restart(desk: Desk) -> None:
    line = "Thank you for reading. Tell your friends about us, and come back on Sunday evening."
    articles = [
        SignedArticle(id=f"{n}", title=f"Entry {n}", text=f"{n * 77} words.\n{line}", source="one")
        for n in range(10)
    ]
    desk.finder.restore(articles, ())
    assert desk.read("a", f"Rain.\n{line}", "Rain", source="one") is None
    assert desk.read("b", f"Snow.\n{line}", "Snow", source="one") is None


def test_furniture_is_counted_after_a_restart_once_its_source_publishes() -> None:
    line = "Thank you for reading. Tell your friends about us, and come back on Sunday evening."
    stored = {f"{n}": f"Entry {n}\n{n * 77} words.\n{line}" for n in range(60)}
    asked: list[str] = []

    def texts(ids: Sequence[str]) -> Mapping[str, str]:
        asked.extend(ids)
        return {name: stored[name] for name in ids if name in stored}

    finder = CopyFinder(texts=texts)
    articles = [
        SignedArticle(
            id=name, title=f"Entry {name}", text="", source="one", signature=sign_text(text)
        )
        for name, text in stored.items()
    ]
    finder.restore(articles, ())
    assert asked == []
    for name, weather in (("a", "Rain"), ("b", "Snow")):
        article = SignedArticle(id=name, title=weather, text=f"{weather}.\n{line}", source="one")
        assert finder.add(article) is None
    assert asked[:40] == [str(n) for n in range(20, 60)], "the latest of them, once"
    assert len(set(asked)) == len(asked)


def test_a_finder_goes_on_where_another_stopped() -> None:
    desk = Desk()
    articles = [
        SignedArticle(id="a", title="Ferry terminal shut", text=REPORT, source="one"),
        SignedArticle(id="b", title="Ferry terminal", text=REPORT, source="two"),
        SignedArticle(id="bees", title="Bees", text=OTHER, source="one", url="https://x.test/b"),
    ]
    signed = [
        SignedArticle(
            id=article.id,
            title=article.title,
            text="",
            source=article.source,
            url=article.url,
            signature=sign(article),
        )
        for article in articles
    ]
    memberships = [
        Membership(article_id="b", story_id="s", copy_of="a", evidence=Evidence(rule="copy"))
    ]
    desk.texts |= {article.id: f"{article.title}\n{article.text}" for article in articles}
    desk.finder.restore(signed, memberships)
    assert desk.finder.family("b") == ("a", "b")
    cut = desk.read("c", "\n".join(PARAGRAPHS[:2]), title="Pier cracks", source="three")
    assert cut is not None
    assert cut.copy_of == "a"
    assert rule(desk.read("d", "", "Bees in the valley", "one", "https://x.test/b")) == "revision"


def test_a_sources_short_form_filled_in_again_is_no_copy(desk: Desk) -> None:
    form = "{} was newly added to the list of games and is now shown there as {}"
    first = form.format("Deep Harbour", "running")
    assert desk.read("a", first, "Deep Harbour", source="list") is None
    second = form.format("Iron Meadow", "denied")
    assert desk.read("b", second, "Iron Meadow", source="list") is None
    assert rule(desk.read("c", first, "Now playable: Deep Harbour", source="mirror")) == "copy"
