from __future__ import annotations

from types import MappingProxyType

from aggregator.model.story import Evidence
from aggregator.render.why import explain


def test_an_event_is_explained_by_what_both_speak_of() -> None:
    evidence = Evidence(
        rule="event",
        score=0.93,
        parts=MappingProxyType({"title": 0.6, "name": 0.5, "all": 0.1}),
        terms=("valdoria", "earthquake", "brannock"),
        compared_with="a",
    )
    told = explain(evidence, {"a": "Quake in Valdoria"}.get)
    assert told == (
        "It reports the same event as “Quake in Valdoria”. "
        "Both speak of valdoria, earthquake and brannock. "
        "They are close in their headlines and the names and numbers in them. "
        "The likelihood was put at 93 %."
    )


def test_terms_are_written_as_the_articles_write_them() -> None:
    evidence = Evidence(rule="event", terms=("u", "minist", "talk"))
    told = explain(evidence, spelling={"minist": "Minister"})
    assert "Both speak of Minister and talk." in told
    assert "speak of" not in explain(Evidence(rule="event", terms=("u",)))


def test_a_copy_says_how_much_is_shared() -> None:
    evidence = Evidence(rule="copy", resemblance=0.82, compared_with="a")
    assert explain(evidence) == (
        "It shares its text with another report. 82 % of the passages are shared."
    )


def test_a_rule_without_words_is_still_named() -> None:
    assert "“later-rule”" in explain(Evidence(rule="later-rule"))
