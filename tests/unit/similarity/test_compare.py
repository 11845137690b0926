from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.similarity.compare import Comparison, compare, opening_kept, prepare


@given(st.text(min_size=6), st.text(min_size=6))
def test_comparison_is_that_of_the_shingle_sets(one: str, other: str) -> None:
    a, b = prepare(one), prepare(other)
    first, second = set(a.shingles.tolist()), set(b.shingles.tolist())
    got = compare(a, b)
    assert got == compare(b, a)
    if first and second:
        assert got.resemblance == len(first & second) / len(first | second)
        assert got.containment == len(first & second) / min(len(first), len(second))
        assert got.coverage == pytest.approx(len(first & second) / max(len(first), len(second)))


def test_nothing_overlaps_nothing() -> None:
    assert compare(prepare(""), prepare("")) == Comparison(0.0, 0.0, 0.0)
    assert opening_kept(prepare("Title\n"), prepare("Title\n")) == 0.0


def test_an_opening_counts_only_near_the_beginning() -> None:
    opening = "Divers looking for a lost anchor found the damage under the pier last week."
    rest = "\n".join(f"Line {n} of the report has {n * n} things to say." for n in range(60))
    text = prepare(f"T\n{opening}\n{rest}")
    assert opening_kept(text, prepare(f"U\nSign up!\n{opening}\nAnd more.")) == 1.0
    assert opening_kept(text, prepare(f"U\n{rest}\n{opening}")) == 0.0
    assert opening_kept(text, prepare(f"U\n{rest}")) == 0.0


def test_names_and_numbers_are_told_from_other_words() -> None:
    names, words = prepare("T\nHe met Ada at 9.30. “Odd,” said Ada-Lee of ACME.").words()
    assert names == {"ada", "9.30", "ada-lee", "acme"}
    assert words == names | {"he", "met", "at", "odd", "said", "of"}
