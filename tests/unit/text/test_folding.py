from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text import folding, shingles
from aggregator.text.folding import content_tokens, fold
from aggregator.text.shingles import passage_hashes, shingle_hash, shingle_hashes


def test_examples_in_the_docs_hold() -> None:
    for module in (folding, shingles):
        assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﬁnal ①", "final 1"),
        ("العَرَبِيَّة", "العربية"),
        ("مـــرحبا", "مرحبا"),
        ("a\u3000b\u00a0\n c", "A B C"),
    ],
)
def test_forms_of_one_text_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text())
def test_spaces_come_single_and_inside_only(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("a b", 0), ("Letters to the editor", 3), ("日本銀行が利上げ", 4), ("3 to 1 win", 3)],
)
def test_content_is_words_numbers_and_pairs_of_unspaced_letters(text: str, count: int) -> None:
    assert content_tokens(fold(text), 9) == count


@given(st.text(max_size=60))
def test_each_window_hashes_as_it_does_alone(text: str) -> None:
    size = min(5, len(text))
    windows = [text[at : at + size] for at in range(len(text) - size + 1)] if text else []
    assert shingle_hashes(text).tolist() == [shingle_hash(window) for window in windows]


@given(st.text(min_size=20, max_size=60), st.text(max_size=9), st.text(max_size=9))
def test_a_text_keeps_its_passages_wherever_it_stands(text: str, head: str, tail: str) -> None:
    alone = passage_hashes(shingle_hashes(text))
    within = passage_hashes(shingle_hashes(head + text + tail))
    assert np.array_equal(within[len(head) : len(head) + len(alone)], alone)


def test_different_windows_rarely_collide() -> None:
    letters = [f"{number:05x}" for number in range(200_000)]
    hashes = {shingle_hash(window) for window in letters}
    assert len(letters) - len(hashes) < 40  # chance alone would make about 5
