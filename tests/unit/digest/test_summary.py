from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.digest.summary import shortened


def test_whole_sentences_where_they_fill_half_the_room() -> None:
    assert shortened("One two three. Four five six seven.", 20) == "One two three."


def test_whole_words_and_an_ellipsis_where_no_sentence_ends_in_time() -> None:
    assert shortened("word " * 20, 18) == "word word word…"


def test_the_cut_marks_of_feeds_become_one_ellipsis() -> None:
    assert shortened("The minister said [...]") == "The minister said…"


@given(st.text(), st.integers(2, 60))
def test_never_longer_than_asked(text: str, limit: int) -> None:
    assert len(shortened(text, limit)) <= limit
