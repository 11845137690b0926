"""The kernels that sign an article, held to one promise and to each other."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from datasketch import MinHash

from aggregator.kernels import plain
from aggregator.kernels.port import CHUNK_FACTOR, Kernels
from aggregator.kernels.table import KeyTable
from aggregator.similarity.minhash import PERMUTATIONS, SCHEME, SEED
from aggregator.text.terms import _FLAGS, _MARKS
from aggregator.text.wordbook import BITS, CAPITAL, ENDS, NO_WORD, NUMBER, OPENS

# Machine code is made here where it is not kept yet.
pytestmark = pytest.mark.timeout(300)
compiled = pytest.importorskip("aggregator.kernels.compiled", reason="needs the extra [fast]")


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


def test_hashes_roll_and_mix_alike() -> None:
    values = np.random.default_rng(14).integers(0, 1 << 32, 300, np.uint32)
    for step, times in ((1, 4), (5, 3), (1, 0)):
        one, other = (each.rolled(values, step, times, 0x9E3779B1) for each in (plain, compiled))
        assert one.tolist() == other.tolist()
        assert len(one) == 300 - step * times
    assert plain.mixed(values).tolist() == compiled.mixed(values).tolist()
    assert not len(compiled.mixed(values[:0]))
