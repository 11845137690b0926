"""The kernels that find candidates, held to one promise and to each other."""

from __future__ import annotations

import numpy as np
import pytest

from aggregator.kernels import plain
from aggregator.kernels.lists import Lists
from aggregator.kernels.port import Kernels

# Machine code is made here where it is not kept yet.
pytestmark = pytest.mark.timeout(300)
compiled = pytest.importorskip("aggregator.kernels.compiled", reason="needs the extra [fast]")


# -- lists ---------------------------------------------------------------------------------
def test_lists_keep_what_is_put_on_them_in_order(kernels: Kernels) -> None:
    random_ = np.random.default_rng(5)
    spans, arena, end = np.zeros((40, 3), np.int64), np.zeros(3000, np.int32), 0
    held: dict[int, list[int]] = {key: [] for key in range(40)}
    for _ in range(12):
        keys = random_.integers(0, 40, 60).astype(np.int32)
        values = random_.integers(0, 1000, 60).astype(np.int32)
        done, end = kernels.append(keys, values, 0, spans, arena, end)
        assert done == 60
        for key, value in zip(keys.tolist(), values.tolist(), strict=True):
            held[key].append(value)
    for key, wanted in held.items():
        start, count, room = spans[key].tolist()
        assert arena[start : start + count].tolist() == wanted
        assert count <= room
    assert end <= len(arena)


def test_an_array_that_is_too_small_is_said_to_be(kernels: Kernels) -> None:
    spans, arena = np.zeros((2, 3), np.int64), np.zeros(3, np.int32)
    keys = np.array([0, 0, 0, 0, 1], np.int32)
    done, end = kernels.append(keys, keys, 0, spans, arena, 0)
    assert done < 5
    assert end <= 3
    assert int(spans[:, 1].sum()) == done


def test_lists_move_when_they_are_full() -> None:
    lists = Lists()
    random_ = np.random.default_rng(6)
    held: dict[int, list[int]] = {}
    for turn in range(40):
        keys = random_.integers(0, 3000, 2000).astype(np.int32)
        lists.append(keys, np.full(2000, turn, np.int32))
        for key in keys.tolist():
            held.setdefault(key, []).append(turn)
    assert all(lists[key].tolist() == wanted for key, wanted in held.items())
    assert not len(lists[10_000])
    key, values = next(iter(held.items()))
    lists.remove(key, values[0])
    lists.remove(key, 77)
    assert lists[key].tolist() == [value for value in values if value != values[0]]


# -- postings ------------------------------------------------------------------------------
@pytest.mark.parametrize("floor", [1, 150])
def test_buckets_are_filled_and_read_alike(floor: int) -> None:
    random_ = np.random.default_rng(floor)
    tables = [
        (np.zeros((8, 4), np.uint32), np.zeros((8, 4), np.uint32), np.zeros(8, np.uint8))
        for _ in range(2)
    ]
    for first in range(1, 400, 40):
        keys = np.sort(random_.choice(1 << 32, 20).astype(np.uint32).repeat(2))
        if first % 80 == 1:
            keys[:8] = 77
        numbers = np.arange(first, first + 40, dtype=np.uint32)
        counts = [
            each.filed(keys, numbers, *table, floor, 3)
            for each, table in zip((plain, compiled), tables, strict=True)
        ]
        assert counts[0] == counts[1]
        for one, other in zip(*tables, strict=True):
            assert one.tolist() == other.tolist()
        places, found = plain.looked_up(keys, *tables[0][:2], floor)
        also = compiled.looked_up(keys, *tables[0][:2], floor)
        assert (places.tolist(), found.tolist()) == (also[0].tolist(), also[1].tolist())
        assert (found >= floor).all()
    assert len(found)


def test_a_key_that_many_have_is_passed_over(kernels: Kernels) -> None:
    held, given = np.zeros((2, 8), np.uint32), np.zeros((2, 8), np.uint32)
    following = np.zeros(2, np.uint8)
    keys, numbers = np.full(5, 9, np.uint32), np.arange(1, 6, dtype=np.uint32)
    assert kernels.filed(keys, numbers, held, given, following, 1, 3) == 3
    assert kernels.looked_up(keys[:1], held, given, 1)[1].tolist() == [1, 2, 3]
    # What is too old to be answered makes room for others.
    assert kernels.filed(keys[:1], numbers[4:], held, given, following, 3, 3) == 1
    assert kernels.looked_up(keys[:1], held, given, 3)[1].tolist() == [3, 5]


# -- neighbours ----------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3, 40, 600])
@pytest.mark.parametrize("dated", [False, True])
def test_the_rows_nearest_by_the_lists_of_terms_are_found(
    kernels: Kernels, count: int, dated: bool
) -> None:
    random_ = np.random.default_rng(count)
    held = np.array([random_.choice(60, 8, False) for _ in range(400)], np.int32)
    lists = Lists()
    for row, terms in enumerate(held):
        lists.append(terms, np.full(8, row, np.int32))
    asking = np.array([random_.choice(60, 12, False) for _ in range(5)], np.int32)
    # Quarters make sums that are equal: then the smaller row has to come first.
    worth = random_.choice([0.25, 0.5, 1.0], asking.shape).astype(np.float32)
    wanted = random_.random(asking.shape) < 0.8
    wanted[4] = False
    rows = np.array([7, 200, 399, 0, 1], np.int32)
    below = np.array([400, 200, 400, 0, 400], np.int32)
    hours = random_.integers(0, 200, 400).astype(np.float32) if dated else np.full(400, np.nan)
    hours = hours.astype(np.float32)
    hours[::7] = np.nan
    scratch = np.zeros(400, np.float32)
    ends, found = kernels.nearest(
        asking, worth, wanted, *lists.arrays, rows, below, hours, 96.0, count, scratch
    )
    assert not scratch.any()
    assert found.dtype == np.int32
    for place, row in enumerate(rows.tolist()):
        sums = [
            float(
                sum(
                    worth[place, k]
                    for k in range(12)
                    if wanted[place, k] and asking[place, k] in terms
                )
            )
            for terms in held
        ]
        apart = (hours - hours[row]) / 96
        by = np.where(np.isnan(apart), 1.0, np.exp(-0.5 * apart * apart))
        worths = {
            other: sums[other] * float(by[other])
            for other in range(below[place])
            if sums[other] and other != row
        }
        mine = found[ends[place] : ends[place + 1]].tolist()
        assert len(mine) == len(set(mine)) == min(count, len(worths))
        best = sorted(worths, key=lambda other: (-worths[other], other))[:count]
        if dated:
            assert [worths[o] for o in mine] == pytest.approx([worths[o] for o in best], rel=1e-5)
        else:
            assert mine == best


def test_nobody_asking_finds_nobody(kernels: Kernels) -> None:
    none, whole = np.zeros((0, 12), np.int32), np.zeros(0, np.int32)
    scratch = np.zeros(9, np.float32)
    given = none, none.astype(np.float32), none > 0, *Lists().arrays, whole, whole
    ends, found = kernels.nearest(*given, scratch, 96.0, 4, scratch)
    assert (ends.tolist(), found.tolist()) == ([0], [])


def test_common_terms_are_found(kernels: Kernels) -> None:
    terms = np.array([[5, 2, 9, 0], [9, 5, 0, 0], [7, 0, 0, 0]], np.int32)
    sizes, marked = np.array([3, 2, 1], np.int32), np.zeros(10, np.bool_)
    rows, others = np.array([0, 1, 2], np.int32), np.array([1, 0, 0], np.int32)
    ends, places = kernels.common(rows, others, terms, sizes, marked)
    assert ends.tolist() == [0, 2, 4, 4]
    assert places.tolist() == [0, 2, 0, 1]
    assert not marked.any()


def test_the_best_of_each_run_come_first(kernels: Kernels) -> None:
    values = np.array([0.5, 2.0, 0.5, 3.0, 1.0, 0.0], np.float32)
    places = np.array([9, 5, 3, 1, 2, 4], np.int32)
    ends = np.array([0, 3, 3, 6])
    kept_ends, kept = kernels.best(values, places, ends, 2)
    assert kept_ends.tolist() == [0, 2, 2, 4]
    assert kept.tolist() == [5, 3, 1, 2]


def test_what_rows_share_is_summed_alike() -> None:
    random_ = np.random.default_rng(9)
    sizes = random_.integers(0, 30, 50).astype(np.int32)
    terms = np.zeros((50, 30), np.int32)
    for row, size in enumerate(sizes):
        terms[row, :size] = random_.choice(np.arange(1, 60), size, False)
    counts = random_.integers(1, 200, terms.shape).astype(np.uint8)
    flags = random_.integers(0, 16, terms.shape).astype(np.uint8)
    asking = np.array([3, 8, 20])
    idf = random_.random((3, 30)).astype(np.float32)
    worth = random_.random((3, 30)).astype(np.float32)
    telling = (terms[asking] > 0) & (idf > 0.1)
    ends = np.array([0, 20, 20, 50])
    others = random_.integers(0, 50, 50).astype(np.int32)
    weight = np.log1p(np.arange(256)).astype(np.float32)
    counted = random_.integers(0, 32, 256).astype(np.uint8)
    found = []
    for each in (plain, compiled):
        places = np.zeros(60, np.int16)
        given = terms[asking], idf, worth, telling, flags[asking], ends, others
        found.append(each.shared(*given, terms, counts, flags, sizes, weight, counted, 1, places))
        assert not places.any()
    assert found[0].any()
    np.testing.assert_allclose(found[0], found[1], rtol=1e-5, atol=1e-6)


def test_what_rows_share_is_measured_alike() -> None:
    random_ = np.random.default_rng(13)
    sums = random_.random((60, 7)).astype(np.float32)
    sums[::5] = 0.0
    lengths = random_.random((50, 6)).astype(np.float32)
    lengths[random_.random((50, 6)) < 0.2] = 0.0
    rows = np.array([3, 8, 20], np.int32)
    others = random_.integers(0, 50, 60).astype(np.int32)
    sources = random_.integers(0, 4, 50).astype(np.uint32)
    hours = random_.integers(0, 200, 50).astype(np.float32)
    hours[::6] = np.nan
    ends = np.array([0, 20, 20, 60])
    given = sums, ends, rows, others, lengths, lengths[rows], sources, hours, 96.0, 3, 0.1
    one, other = (each.facets(*given) for each in (plain, compiled))
    assert one.shape == (60, 6)
    assert not one[::5].any()
    assert 0 < one.max() <= 1
    np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_lists_of_a_size_take_that_many_and_more() -> None:
    lists = Lists.of_size(np.array([3, 0, 2]))
    for value in range(5):
        lists.append(np.array([0, 2, 1], np.int32), np.full(3, value, np.int32))
    assert [lists[key].tolist() for key in range(3)] == [[0, 1, 2, 3, 4]] * 3
