"""The kernels that decide, held to one promise and to each other."""

from __future__ import annotations

import numpy as np
import pytest

from aggregator.cluster.weights import shipped
from aggregator.kernels import plain
from aggregator.kernels.plain.standing import worth
from aggregator.kernels.port import Branches, Growth, Kernels, Telling, Weighing

# Machine code is made here where it is not kept yet.
pytestmark = pytest.mark.timeout(300)
compiled = pytest.importorskip("aggregator.kernels.compiled", reason="needs the extra [fast]")


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


def test_boosted_trees_answer_alike() -> None:
    model = shipped().gather
    rows = np.random.default_rng(13).normal(size=(1100, len(model.names)))
    given = rows, model.column, model.bound, model.leaves, model.bias
    one, other = (each.boosted(*given) for each in (plain, compiled))
    assert one.std() > 0.1
    np.testing.assert_allclose(one, other, rtol=1e-12)
    assert not len(plain.boosted(rows[:0], *given[1:]))
    assert not len(compiled.boosted(rows[:0], *given[1:]))
