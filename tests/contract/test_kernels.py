"""Both sets of kernels, held to one promise and to each other."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from datasketch import MinHash

from aggregator.cluster.weights import shipped
from aggregator.kernels import plain
from aggregator.kernels.lists import Lists
from aggregator.kernels.plain.standing import worth
from aggregator.kernels.port import CHUNK_FACTOR, Branches, Growth, Kernels, Telling, Weighing
from aggregator.kernels.table import KeyTable
from aggregator.similarity.minhash import PERMUTATIONS, SCHEME, SEED
from aggregator.text.terms import _FLAGS, _MARKS
from aggregator.text.wordbook import BITS, CAPITAL, ENDS, NO_WORD, NUMBER, OPENS

# Machine code is made here where it is not kept yet.
pytestmark = pytest.mark.timeout(300)
compiled = pytest.importorskip("aggregator.kernels.compiled", reason="needs the extra [fast]")


@pytest.fixture(params=["plain", "compiled"])
def kernels(request: pytest.FixtureRequest) -> Kernels:
    return plain if request.param == "plain" else compiled


def points(text: str) -> np.ndarray:
    return np.array([ord(character) for character in text], np.uint32)


# -- sketches ------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 2, 7, 5000])
def test_a_sketch_is_the_least_of_every_permutation(kernels: Kernels, count: int) -> None:
    hashes = np.random.default_rng(count).integers(0, 1 << 32, count, np.uint32)
    hashes = np.concatenate([hashes, hashes[: count // 2]])
    a, b = MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme=SCHEME).permutations
    a, b = np.asarray(a, np.uint32), np.asarray(b, np.uint32)
    with np.errstate(over="ignore"):
        wanted = [int((a[k] * hashes + b[k]).min()) for k in range(PERMUTATIONS)]
    assert kernels.least_permuted(hashes, a, b).tolist() == wanted


# -- words ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "one",
        " one  two\tthree ",
        "a\u2003b\u00a0c\u3000d\x1fe",
        "Ünï 東京 \U0001f600!",
    ],
)
def test_chunks_are_what_split_gives(kernels: Kernels, text: str) -> None:
    hashes, starts, ends = kernels.chunks(points(text))
    chunks = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    assert chunks == text.split()
    assert hashes.tolist() == [
        sum(ord(c) * pow(CHUNK_FACTOR, at, 1 << 64) for at, c in enumerate(chunk)) % (1 << 64)
        for chunk in chunks
    ]


@pytest.mark.parametrize("count", [1, 2000, 20_000])
def test_a_table_finds_what_was_filed(kernels: Kernels, count: int) -> None:
    keys = np.unique(np.random.default_rng(1).integers(0, 1 << 63, 2 * count).astype(np.uint64))
    room = 1 << (2 * count).bit_length()
    held, values = np.zeros(room, np.uint64), np.zeros(room, np.int32)
    given = np.arange(1, count + 1, dtype=np.int32)
    for part in np.array_split(np.arange(count), 3):
        kernels.insert(keys[:count][part], given[part], held, values)
    assert kernels.find(keys[:count], held, values).tolist() == given.tolist()
    assert not kernels.find(keys[count:], held, values).any()


def test_a_table_grows_and_holds_nought_as_well() -> None:
    table = KeyTable()
    keys = np.arange(9000, dtype=np.uint64)
    for start in range(0, 9000, 100):
        some = keys[start : start + 100]
        table.insert(some, (some + 1).astype(np.int32))
    assert len(table) == 9000
    assert table.find(keys).tolist() == list(range(1, 9001))
    assert table.find(np.array([9000], np.uint64)).tolist() == [0]


def test_values_unfold_into_the_runs_behind_them(kernels: Kernels) -> None:
    runs = np.array([0, 2, 7, 8, 0, 3, 4, 5, 6], np.int32)  # at 1: 7 8; at 4: none; at 5: 4 5 6
    values = np.array([11, -1, 12, -4, -5, -1], np.int32)
    assert kernels.unfolded(values, runs).tolist() == [11, 7, 8, 12, 4, 5, 6, 7, 8]
    assert not len(kernels.unfolded(values[:0], runs))


@pytest.mark.parametrize("seed", range(8))
def test_words_are_counted_alike(seed: int) -> None:
    chance = random.Random(seed)
    bits = [0, 0, 0, CAPITAL, CAPITAL | ENDS, NUMBER, OPENS, NO_WORD | ENDS]
    words = np.array(
        [
            chance.randint(1, 1500 if seed % 2 else 30) << BITS | chance.choice(bits)
            for _ in range(chance.choice([0, 1, 40, 4000]))
        ],
        np.int32,
    )
    heading = min(len(words), chance.choice([0, 6]))
    one, two = (each.counted(words, heading, _MARKS, _FLAGS) for each in (plain, compiled))
    for ours, theirs in zip(one, two, strict=True):
        assert ours.dtype == theirs.dtype
        assert ours.tolist() == theirs.tolist()
    counted = Counter((word >> BITS) for word in words.tolist() if not word & NO_WORD)
    stems = list(counted)[: _MARKS.most]  # in the order of their first standing
    assert one[0].tolist() == stems
    assert one[1].tolist() == [min(counted[stem], 255) for stem in stems]


# -- trees ---------------------------------------------------------------------------------
def forest(seed: int, count: int, columns: int) -> tuple[Branches, np.ndarray, np.ndarray]:
    random_ = np.random.default_rng(seed)
    terms = [np.sort(random_.choice(columns, random_.integers(1, 30), False)) for _ in range(count)]
    ends = np.cumsum([0, *map(len, terms)]).astype(np.int32)
    weights = random_.random(ends[-1]).astype(np.float32)
    for k in range(count):
        weights[ends[k] : ends[k + 1]] /= np.linalg.norm(weights[ends[k] : ends[k + 1]])
    one, two = np.triu_indices(count, 1)
    linked = random_.random(len(one)) < 0.4
    mass = random_.random(count) * 5
    leaves = Branches(
        random_.integers(1, 4, count),
        random_.random(count) * 4,
        random_.random(count),
        mass,
        ends,
        np.concatenate(terms).astype(np.int32),
        weights,
    )
    return leaves, one[linked], two[linked]


def test_products_are_those_of_the_vectors(kernels: Kernels) -> None:
    leaves, one, two = forest(3, 300, 500)
    dense = np.zeros((300, 500))
    owner = np.repeat(np.arange(300), np.diff(leaves.ends))
    dense[owner, leaves.terms] = leaves.weights
    found = kernels.products(*leaves[4:], 500, one, two)
    np.testing.assert_allclose(found, (dense[one] * dense[two]).sum(axis=1), atol=1e-6)
    assert not len(kernels.products(*leaves[4:], 500, one[:0], two[:0]))


@pytest.mark.parametrize(("seed", "most"), [(0, 400), (1, 400), (2, 12), (3, 400), (4, 25)])
def test_trees_grow_alike(seed: int, most: int) -> None:
    leaves, one, two = forest(seed, 120, 90)
    links = np.zeros((len(one), 5))
    links[:, 0] = plain.products(*leaves[4:], 90, one, two)
    links[:, 1] = np.random.default_rng(seed).random(len(one))
    links[:, 2] = links[:, 1]
    apart = np.array([(0, 1), (2, 5), (7, 40)], np.int64)[: seed % 4]
    growth = Growth(90, 0.05, most, 12.0, 0.7, 0.6)
    one_tree = plain.branched(leaves, one, two, links, apart, growth)
    other = compiled.branched(leaves, one, two, links, apart, growth)
    assert len(one_tree[0]) > 60
    assert one_tree[0].tolist() == other[0].tolist()
    assert one_tree[1].tolist() == other[1].tolist()
    np.testing.assert_allclose(one_tree[2], other[2], rtol=2e-5, atol=1e-6)


def test_branches_apart_never_meet(kernels: Kernels) -> None:
    leaves = Branches(
        np.ones(3, np.int64),
        np.ones(3),
        np.zeros(3),
        np.ones(3),
        np.arange(4, dtype=np.int32),
        np.zeros(3, np.int32),
        np.ones(3, np.float32),
    )
    one, two = np.array([0, 0, 1]), np.array([1, 2, 2])
    links = np.tile([1.0, 0.9, 0.9, 0.0, 0.0], (3, 1))
    growth = Growth(1, 0.05, 400, 12.0, 0.7, 0.6)
    free = kernels.branched(leaves, one, two, links, np.empty((0, 2), np.int64), growth)
    assert (free[0].tolist(), free[1].tolist()) == ([0, 2], [1, 3])
    apart = np.array([(0, 1)], np.int64)
    held = kernels.branched(leaves, one, two, links, apart, growth)
    assert (held[0].tolist(), held[1].tolist()) == ([0], [2])


def test_nothing_makes_no_tree(kernels: Kernels) -> None:
    empty = np.zeros(0)
    leaves = Branches(
        empty.astype(np.int64), empty, empty, empty,
        np.zeros(1, np.int32), empty.astype(np.int32), empty.astype(np.float32),
    )  # fmt: skip
    nothing = np.empty((0, 2), np.int64)
    growth = Growth(1, 0.05, 400, 12.0, 0.7, 0.6)
    none = nothing[:, 0]
    first, second, _ = kernels.branched(leaves, none, none, np.empty((0, 5)), nothing, growth)
    assert not len(first)
    assert not len(second)


def test_articles_are_laid_out_with_their_worthiest_terms(kernels: Kernels) -> None:
    random_ = np.random.default_rng(3)
    sizes = np.array([2, 0, 9, 4, 7], np.int64)
    numbers = np.arange(1, sizes.sum() + 1, dtype=np.int32)
    counts, flags = (random_.integers(1, 9, len(numbers)).astype(np.uint8) for _ in range(2))
    worth = random_.choice([0.0, 0.5, 1.0], len(numbers)).astype(np.float32)
    lines = np.full((5, 4), 7, np.int32), np.full((5, 4), 7, np.uint8), np.full((5, 4), 7, np.uint8)
    held = kernels.laid(numbers, counts, flags, worth, sizes, *lines)
    assert held.tolist() == [2, 0, 4, 4, 4]
    start = 0
    for line, size in enumerate(sizes.tolist()):
        places = sorted(range(start, start + size), key=lambda at: (-worth[at], at))[:4]
        filling = [0] * (4 - len(places))
        assert lines[0][line].tolist() == numbers[sorted(places)].tolist() + filling
        assert lines[1][line].tolist() == counts[sorted(places)].tolist() + filling
        assert lines[2][line].tolist() == flags[sorted(places)].tolist() + filling
        start += size


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


# -- stories -------------------------------------------------------------------------------
_WEIGHING = Weighing(deep=3, most=2, worthy=0.2)


def test_stories_are_weighed_by_the_links_to_them(kernels: Kernels) -> None:
    story = np.array([1, 1, 1, 2, 3, 0, 4], np.int32)
    sizes = np.array([0, 4, 1, 2, 1], np.int32)
    near = np.array([2, 0, 1, 3, 4, 5], np.int32)
    likely = np.array([0.5, 0.75, 0.75, 0.5, 0.125, 1.0], np.float32)
    holds = np.array([False, True, False, True, True, True])
    none = np.zeros(0, np.int32)
    numbers, nearest, table = kernels.weighed(near, likely, holds, story, sizes, none, _WEIGHING)
    assert numbers.tolist() == [1, 2]  # the third one's link is too weak beside theirs
    assert nearest.tolist() == [0, 3]  # of two that are as likely the earlier
    assert table[0].tolist() == pytest.approx([(2 / 3 + 2 / 4) / 2, 0.5, 0.75, 2 / 3, 0.5, 0.0])
    assert table[1].tolist() == pytest.approx([0.5, 0.5, 0.5, 0.5, (2 / 3 + 2 / 4) / 2, 0.0])
    barred = np.array([1], np.int32)
    assert kernels.weighed(near, likely, holds, story, sizes, barred, _WEIGHING)[0].tolist() == [2]
    unheld = kernels.weighed(near, likely, holds & False, story, sizes, none, _WEIGHING)
    assert [part.shape for part in unheld] == [(0,), (0,), (0, 6)]


@pytest.mark.parametrize("seed", range(20))
def test_stories_are_weighed_alike(seed: int) -> None:
    random_ = np.random.default_rng(seed)
    story = random_.integers(0, 14, 100).astype(np.int32)
    sizes = np.bincount(story, minlength=14).astype(np.int32)
    near = random_.permutation(100)[: random_.integers(0, 40)].astype(np.int32)
    likely = random_.choice([0.1, 0.3, 0.5, 0.9], len(near)).astype(np.float32)
    holds = random_.random(len(near)) < 0.5
    barred = random_.integers(1, 14, 2).astype(np.int32)
    weighing = Weighing(deep=3, most=8, worthy=0.2)
    given = near, likely, holds, story, sizes, barred, weighing
    one, other = (each.weighed(*given) for each in (plain, compiled))
    for mine, theirs in zip(one, other, strict=True):
        assert mine.dtype == theirs.dtype
        assert mine.tolist() == theirs.tolist()


# -- standing ------------------------------------------------------------------------------
def test_rows_are_measured_alike() -> None:
    random_ = np.random.default_rng(11)
    sizes = random_.integers(0, 20, 30).astype(np.int32)
    terms = np.where(np.arange(20) < sizes[:, None], random_.integers(1, 80, (30, 20)), 0)
    counts = random_.integers(1, 256, terms.shape).astype(np.uint8) * (terms > 0)
    flags = random_.integers(0, 16, terms.shape).astype(np.uint8)
    df = random_.integers(1, 300, 80).astype(np.float32)
    prior = random_.random(80).astype(np.float32)
    weight = np.concatenate([[0], 1 + np.log(np.arange(1, 256))]).astype(np.float32)
    counted = random_.integers(0, 32, 256).astype(np.uint8)
    rows = np.array([3, 4, 17, 29], np.int32)
    for faith in (0.0, 0.7):
        given = terms.astype(np.int32), counts.astype(np.uint8), flags * (terms > 0), sizes
        telling = Telling(200.0, faith)
        ready = np.arange(0 if faith else 100, dtype=np.float32)
        rest = df, prior, telling, worth(ready, ready, telling), weight, counted, 1
        one, other = (each.measured(rows, *given, *rest) for each in (plain, compiled))
        assert one.any()
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_what_is_around_rows_is_noted_alike() -> None:
    random_ = np.random.default_rng(12)
    rows = np.array([50, 51, 52, 51], np.int32)
    ends = np.array([0, 40, 40, 45, 50])
    near = np.concatenate([random_.permutation(50)[:n] for n in np.diff(ends)]).astype(np.int32)
    near[0] = 52  # a revised row has later ones around it
    some = random_.random(50).astype(np.float32)
    found = []
    for each in (plain, compiled):
        best, usual = np.zeros(60, np.float32), np.zeros(60, np.float32)
        each.stood(rows, ends, near, some, best, usual)
        likeliest, known = np.zeros(60, np.float32), np.zeros(60, np.bool_)
        known[:20] = True
        told = each.noted(rows, ends, near, some, likeliest, known, 0.5)
        assert told[0] == 3
        found.append([best, usual, likeliest, known, told])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)
    best, _, likeliest, known, (_, paired) = found[0]
    assert best[50] == some[:40].max()
    assert paired == int(((likeliest > 0.5) & known).sum())


# -- learned -------------------------------------------------------------------------------
def test_boosted_trees_answer_alike() -> None:
    model = shipped().gather
    rows = np.random.default_rng(13).normal(size=(1100, len(model.names)))
    given = rows, model.column, model.bound, model.leaves, model.bias
    one, other = (each.boosted(*given) for each in (plain, compiled))
    assert one.std() > 0.1
    np.testing.assert_allclose(one, other, rtol=1e-12)
    assert not len(plain.boosted(rows[:0], *given[1:]))
    assert not len(compiled.boosted(rows[:0], *given[1:]))


def test_hashes_roll_and_mix_alike() -> None:
    values = np.random.default_rng(14).integers(0, 1 << 32, 300, np.uint32)
    for step, times in ((1, 4), (5, 3), (1, 0)):
        one, other = (each.rolled(values, step, times, 0x9E3779B1) for each in (plain, compiled))
        assert one.tolist() == other.tolist()
        assert len(one) == 300 - step * times
    assert plain.mixed(values).tolist() == compiled.mixed(values).tolist()
    assert not len(compiled.mixed(values[:0]))


def test_lists_of_a_size_take_that_many_and_more() -> None:
    lists = Lists.of_size(np.array([3, 0, 2]))
    for value in range(5):
        lists.append(np.array([0, 2, 1], np.int32), np.full(3, value, np.int32))
    assert [lists[key].tolist() for key in range(3)] == [[0, 1, 2, 3, 4]] * 3
