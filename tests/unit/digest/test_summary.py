from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.digest.summary import shortened, summary_of
from tests.unit.digest.builders import stored


def test_whole_sentences_where_they_fill_half_the_room() -> None:
    assert shortened("One two three. Four five six seven.", 20) == "One two three."


def test_whole_words_and_an_ellipsis_where_no_sentence_ends_in_time() -> None:
    assert shortened("word " * 20, 18) == "word word word…"


def test_the_cut_marks_of_feeds_become_one_ellipsis() -> None:
    assert shortened("The minister said [...]") == "The minister said…"


@given(st.text(), st.integers(2, 60))
def test_never_longer_than_asked(text: str, limit: int) -> None:
    assert len(shortened(text, limit)) <= limit


@pytest.mark.parametrize(
    "dateline", ["PORT ELLERY (Coastwire) - ", "Port Ellery, March 3 (AFP) — ", "PORT ELLERY – "]
)
def test_the_dateline_is_left_out(dateline: str) -> None:
    said = "A 366-metre ship ran aground early on Saturday, the coast guard said."
    article = replace(stored("a", summary=dateline + said).article, place="PORT ELLERY")
    assert summary_of(article) == said
    unknown = summary_of(replace(article, place=None))
    assert unknown == (said if "PORT ELLERY (" in dateline else dateline + said)
    assert summary_of(replace(article, summary="Port Ellery has a well-known port, and no ships."))


SAID = "Nobody was badly hurt when the ferry ran aground, the coastguard said."


@pytest.mark.parametrize(
    "summary",
    [
        f"Ferry runs aground off Skerry Point {SAID}",
        f"FERRY RUNS AGROUND OFF SKERRY POINT. {SAID}",
        "Nobody was badly hurt&nbsp;when the ferry ran aground, the coastguard said.",
        'Nobody was badly hurt when <a href="/f">the ferry</a> ran aground, the coastguard said.',
        f"[vc_row gap=\u201d0\u201d][vc_column_text]{SAID}[/vc_column_text]",
        f"{SAID} [fusion_text columns=\u201d1\u201d rule_st",
    ],
)
def test_what_is_no_part_of_the_text_is_left_out(summary: str) -> None:
    assert summary_of(stored("a", summary=summary).article) == SAID


@pytest.mark.parametrize("summary", ["[allAfrica]", "https://paper.example/news/1", "&nbsp;"])
def test_a_summary_that_says_nothing_yields_to_the_body(summary: str) -> None:
    assert summary_of(stored("a", summary=summary).article) is None
    assert summary_of(stored("a", summary=summary, paragraphs=(SAID,)).article) == SAID


@pytest.mark.parametrize(
    "summary",
    [
        "Ferry runs aground off Skerry Point in thick fog, and all aboard are safe.",
        "Ferry runs aground off Skerry Point. So what?",
        "[Under repair] The old lighthouse of Skerry Point opens its doors in May.",
        "In HTML5 a <section> has a heading, [as here] and in most of our pages.",
    ],
)
def test_what_is_part_of_the_text_stays(summary: str) -> None:
    assert summary_of(stored("a", summary=summary).article) == summary
