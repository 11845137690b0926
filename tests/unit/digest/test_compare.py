from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.digest.compare import Piece, change_words, compare

OLD = ("The ferry ran aground at dawn.", "Nobody was hurt.", "A tug has been called.")


def side(paragraphs: tuple[tuple[Piece, ...], ...], without: str) -> list[str]:
    texts = ["".join(p.text for p in each if p.kind != without) for each in paragraphs]
    return [text for text in texts if text]


def test_words_within_a_paragraph_and_paragraphs_that_came_and_went() -> None:
    new = ("The big ferry ran aground at dawn.", "A tug has been called.", "Divers look at it.")
    assert compare(OLD, new) == (
        (Piece("same", "The"), Piece("added", " big"), Piece("same", OLD[0][3:])),
        (Piece("dropped", "Nobody was hurt."),),
        (Piece("same", "A tug has been called."),),
        (Piece("added", "Divers look at it."),),
    )


@given(st.lists(st.text(min_size=1), max_size=6), st.lists(st.text(min_size=1), max_size=6))
def test_both_texts_can_be_read_out_of_the_comparison(old: list[str], new: list[str]) -> None:
    paragraphs = compare(old, new)
    assert side(paragraphs, "added") == old
    assert side(paragraphs, "dropped") == new


def test_changes_in_words() -> None:
    assert change_words(OLD, OLD) == "the same text"
    assert change_words(OLD, OLD[:1]) == "shortened to 43 %, 1 passage changed"
    assert change_words(OLD[:1], OLD) == "8 words longer, 1 passage changed"
    assert change_words(OLD, (*OLD[:2], "A crane has been called.")) == "1 passage changed"
