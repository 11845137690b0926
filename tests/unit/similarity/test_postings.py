from __future__ import annotations

import doctest
from collections import defaultdict

import numpy as np

from aggregator.similarity import postings
from aggregator.similarity.postings import EACH, Postings


def keys(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2**32, count, dtype=np.uint32)


def found(table: Postings, wanted: np.ndarray) -> set[tuple[int, int]]:
    positions, numbers = table.look_up(wanted)
    return {(int(wanted[at]), int(number)) for at, number in zip(positions, numbers, strict=True)}


def test_the_example_in_the_docs_holds() -> None:
    assert doctest.testmod(postings).failed == 0


def test_nearly_everything_filed_is_found_again_through_every_growth() -> None:
    table = Postings()
    filed = [(number, keys(number, 60)) for number in range(1, 3001)]
    for number, some in filed:
        table.file(some, number)
    kept = sum(
        len(found(table, some) & {(int(key), number) for key in some}) for number, some in filed
    )
    assert kept / (60 * 3000) > 0.97
    assert table.nbytes < 60 * 3000 * 30


def test_only_what_was_filed_is_answered() -> None:
    table = Postings()
    filed: dict[int, set[int]] = defaultdict(set)
    for number in range(1, 2000):
        some = keys(number % 700, 30)  # some keys come again
        table.file(some, number)
        for key in some:
            filed[int(key)].add(number)
    for number in range(1, 2000):
        assert all(got in filed[key] for key, got in found(table, keys(number % 700, 30)))
    assert found(table, keys(5000, 50)) == set()


def test_a_common_key_is_filed_a_few_times_and_again_when_those_are_forgotten() -> None:
    table = Postings()
    key = keys(1, 1)
    for number in range(1, 101):
        table.file(key, number)
    assert sorted(table.look_up(key)[1].tolist()) == list(range(1, EACH + 1))
    table.forget_before(EACH)
    for number in range(101, 201):
        table.file(key, number)
    assert sorted(table.look_up(key)[1].tolist()) == [EACH, *range(101, 100 + EACH)]


def test_common_keys_push_out_no_others() -> None:
    table = Postings()
    common = keys(1, 3000)
    for number in range(1, 401):
        table.file(np.concatenate((common[(number * 40) % 3000 :][:40], keys(number, 20))), number)
    assert sum(len(found(table, keys(number, 20))) for number in range(1, 401)) > 0.98 * 20 * 400


def test_what_is_forgotten_makes_room_instead_of_growth() -> None:
    table = Postings()
    size = table.nbytes
    for number in range(1, 20_001):
        table.file(keys(number, 20), number)
        table.forget_before(number - 1000)
    assert table.nbytes == size
    assert found(table, keys(18_000, 20)) == set()
    assert len(found(table, keys(19_900, 20))) >= 19


def test_keys_of_many_numbers_are_filed_at_once_as_they_are_one_by_one() -> None:
    one, many = Postings(), Postings()
    batches = [
        [keys((number * 7) % 900, 40) for number in range(s, s + 50)] for s in range(1, 1000, 50)
    ]
    for start, batch in zip(range(1, 1000, 50), batches, strict=True):
        for number, some in enumerate(batch, start=start):
            one.file(some, number)
        numbers = np.repeat(np.arange(start, start + 50, dtype=np.uint32), 40)
        many.file(np.concatenate(batch), numbers)
    wanted = np.concatenate([some for batch in batches for some in batch])
    assert len(found(one, wanted) ^ found(many, wanted)) < 0.01 * len(found(one, wanted))
