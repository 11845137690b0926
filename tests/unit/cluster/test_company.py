from __future__ import annotations

import numpy as np
import pytest

from aggregator.cluster.company import Company, parted


def note(company: Company, row: int, near: np.ndarray, likely: np.ndarray) -> None:
    ends = np.array([0, len(near)])
    company.note(np.array([row], np.int32), ends, near.astype(np.int32), likely.astype(np.float32))


def noted(pairs: int, alone: int) -> Company:
    """A stream of so many pairs of articles, and so many that resemble a stranger a little."""
    company = Company()
    for row in range(0, 2 * pairs, 2):
        note(company, row, np.empty(0, np.int32), np.empty(0))
        note(company, row + 1, np.array([row], np.int32), np.array([0.9]))
    for row in range(2 * pairs, 2 * pairs + alone):
        note(company, row, np.array([0], np.int32), np.array([0.2]))
    return company


def test_among_pairs_little_is_asked_and_among_strangers_much() -> None:
    assert Company().least == pytest.approx(0.1)
    assert noted(200, 0).least == pytest.approx(0.1)
    assert 0.1 < noted(100, 200).least < noted(50, 300).least < 0.9


def test_what_is_forgotten_no_longer_counts() -> None:
    company = noted(100, 300)
    company.keep(np.arange(200, dtype=np.int32))
    assert company.least == pytest.approx(0.1)
    company.keep(np.arange(100, 100, dtype=np.int32))
    assert company.least == Company().least


def test_a_group_hangs_together_by_links_that_hold() -> None:
    labels = np.array([0, 0, 0, 0, 1, 1])
    links = [(0, 1), (2, 3), (1, 4), (4, 5)]
    a = np.array([one for one, _ in links] + [two for _, two in links])
    b = np.array([two for _, two in links] + [one for one, _ in links])
    assert parted(labels, a, b).tolist() == [0, 0, 2, 2, 4, 4]


def test_a_long_chain_hangs_together() -> None:
    rows = np.arange(200)
    order = np.random.default_rng(1).permutation(200)
    a, b = order[:-1], order[1:]
    labels = np.zeros(len(rows), np.int64)
    assert set(parted(labels, np.append(a, b), np.append(b, a)).tolist()) == {0}


def test_a_revised_row_may_have_neighbours_that_have_not_looked_around_yet() -> None:
    company = Company()
    note(company, 3, np.array([500], np.int32), np.array([0.9], np.float32))
    company.keep(np.array([3, 500], np.int32))
    assert company.least > Company().least * 0.9


def test_rows_that_have_not_looked_around_say_nothing() -> None:
    """A window taken up from the store holds thousands of them."""
    among_few, among_many = Company(), Company()
    for number in range(40):
        near = np.array([max(0, number - 1)], np.int32)
        note(among_few, number, near[: number > 0], np.full(int(number > 0), 0.9))
        note(among_many, 5000 + number, 5000 + near[: number > 0], np.full(int(number > 0), 0.9))
    assert among_many.least == among_few.least
    among_many.keep(np.arange(10, 5040, dtype=np.int32))
    assert among_many.least == among_few.least


def test_rows_never_reached_are_forgotten_too() -> None:
    company = Company()
    note(company, 3, np.array([1], np.int32), np.array([0.9]))
    company.keep(np.array([3, 400], np.int32))
    note(company, 1, np.array([], np.int32), np.array([]))
    assert 0.0 < company.least < 1.0
