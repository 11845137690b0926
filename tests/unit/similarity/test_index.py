from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from aggregator.model.signature import Signature
from aggregator.similarity.index import CopyIndex
from aggregator.similarity.sign import sign_text

CHANCE = random.Random(4)
WORDS = [
    "".join(CHANCE.choices("abcdefghijklmnoprstuvw", k=CHANCE.randint(2, 9))) for _ in range(4000)
]


def text(seed: int, words: int = 200) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def edited(whole: str, every: int) -> str:
    words = whole.split(" ")
    words[::every] = ["other"] * len(words[::every])
    return " ".join(words)


@pytest.fixture(scope="module")
def signatures() -> list[Signature]:
    return [sign_text(text(seed)) for seed in range(400)]


@pytest.fixture
def index(signatures: list[Signature]) -> CopyIndex:
    index = CopyIndex()
    for number, signature in enumerate(signatures):
        index.insert(str(number), signature, day=number // 100)
    return index


@pytest.mark.parametrize(
    "form",
    [
        lambda whole: whole,
        lambda whole: edited(whole, 10),
        lambda whole: edited(whole, 6),
        lambda whole: whole[: len(whole) // 3],
        lambda whole: f"{whole} {text(9001, 300)}",
        lambda whole: f"{whole[len(whole) // 2 :]} {whole[: len(whole) // 2]}",
        lambda whole: whole[:250],
    ],
    ids=["same", "tenth", "sixth", "third", "extended", "turned", "summary"],
)
def test_edited_forms_find_what_they_came_from(
    index: CopyIndex, form: Callable[[str], str]
) -> None:
    found = [
        [candidate.id for candidate in index.candidates(sign_text(form(text(seed))))]
        for seed in range(0, 400, 20)
    ]
    right = sum(str(seed) in ids for seed, ids in zip(range(0, 400, 20), found, strict=True))
    assert right >= 19
    assert sum(map(len, found)) <= right + 2


def test_strangers_find_nobody(index: CopyIndex) -> None:
    assert sum(len(index.candidates(sign_text(text(seed)))) for seed in range(1000, 1050)) <= 1


def test_what_cannot_be_sketched_is_neither_filed_nor_found() -> None:
    index = CopyIndex()
    for number in range(9):
        index.insert(str(number), sign_text("On air"))
    assert len(index) == 0
    assert index.candidates(sign_text("On air")) == []
    assert index.candidates(sign_text("")) == []


def test_whole_blocks_leave_with_their_days(signatures: list[Signature]) -> None:
    index = CopyIndex()
    for number in range(9000):
        index.insert(str(number), signatures[number % 400], day=number // 3000)
    index.drop_before(2)
    assert len(index) == 9000 - 4096
    assert all(int(c.id) >= 4096 for c in index.candidates(signatures[7]))
    index.drop_before(9)
    assert len(index) == 9000 % 4096
    assert index.candidates(signatures[7]) != []
    assert len(CopyIndex()) == 0


def test_undated_articles_never_leave(signatures: list[Signature]) -> None:
    index = CopyIndex()
    for number in range(5000):
        index.insert(str(number), signatures[number % 400])
    index.drop_before(99999)
    assert len(index) == 5000


def test_an_article_takes_less_than_three_kilobytes() -> None:
    index = CopyIndex()
    for seed in range(4096):
        index.insert(str(seed), sign_text(text(seed, 60)))
    assert index.nbytes / len(index) < 3000
