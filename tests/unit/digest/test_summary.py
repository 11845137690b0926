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
