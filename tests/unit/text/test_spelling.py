from __future__ import annotations

from aggregator.text.spelling import spelt


def test_a_stem_is_written_as_the_texts_write_it_most_often() -> None:
    texts = ["Military talks", "The military’s talks, the militaries of both", "military aid"]
    assert spelt({"militari", "talk"}, texts, language="en-GB") == {
        "militari": "military",
        "talk": "talks",
    }


def test_what_no_text_says_is_left_out() -> None:
    assert spelt({"ferri"}, ["A ship"], language="en") == {}
    assert spelt((), ["A ship"], language=None) == {}


def test_words_without_spaces_are_found_by_their_pairs() -> None:
    assert spelt({"地震"}, ["北海道で地震"], language="ja") == {"地震": "地震"}
