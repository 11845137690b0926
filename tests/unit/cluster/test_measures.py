from __future__ import annotations

import math

import pytest

from aggregator.cluster import measures

TRUE = ["a", "a", "a", "b", "b", "c"]
FOUND = [1, 1, 2, 2, 2, 3]


def test_pairs_count_pairs() -> None:
    # Joined: 1 + 3; truly one: 3 + 1; both: 1 + 1.
    agreement = measures.pairs(TRUE, FOUND)
    assert agreement.precision == pytest.approx(2 / 4)
    assert agreement.recall == pytest.approx(2 / 4)
    assert agreement.f1 == pytest.approx(0.5)


def test_nothing_joined_and_nothing_to_join_is_no_fault() -> None:
    assert measures.pairs(["a", "b"], [1, 2]).f1 == 1.0
    assert measures.pairs([], []).f1 == 1.0


def test_b_cubed_by_hand() -> None:
    # Rows: precision 1, 1, 1/3, 2/3, 2/3, 1; recall 2/3, 2/3, 1/3, 1, 1, 1.
    precision = (1 + 1 + 1 / 3 + 2 / 3 + 2 / 3 + 1) / 6
    recall = (2 / 3 + 2 / 3 + 1 / 3 + 1 + 1 + 1) / 6
    expected = 2 * precision * recall / (precision + recall)
    assert measures.b_cubed(TRUE, FOUND) == pytest.approx(expected)


def test_the_same_partition_under_other_names_is_perfect() -> None:
    renamed = [{"a": 7, "b": 8, "c": 9}[label] for label in TRUE]
    assert measures.b_cubed(TRUE, renamed) == pytest.approx(1.0)
    assert measures.adjusted_rand(TRUE, renamed) == pytest.approx(1.0)
    assert measures.mutual_information(TRUE, renamed) == pytest.approx(1.0)


def test_adjusted_rand_by_hand() -> None:
    # Right 2, wanted 4, joined 4 of 15 pairs: (2 - 16/15) / (4 - 16/15).
    assert measures.adjusted_rand(TRUE, FOUND) == pytest.approx((2 - 16 / 15) / (4 - 16 / 15))


def test_one_heap_tells_nothing() -> None:
    assert measures.adjusted_rand(TRUE, [0] * 6) == pytest.approx(0.0)
    assert measures.mutual_information(TRUE, [0] * 6) == pytest.approx(0.0)
    assert math.isfinite(measures.b_cubed(TRUE, [0] * 6))
