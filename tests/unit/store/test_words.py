"""What search sees as words, in every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.store.words import LONGEST, MOST, Clause, clauses, fold, indexed, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zürich: 2 Tote", ["zurich", "2", "tote"]),
        ("Größe STRASSE Straße", ["grosse", "strasse", "strasse"]),
        ("Łódź İstanbul Việt Nam", ["lodz", "istanbul", "viet", "nam"]),
        ("Москва, ёлка", ["москва", "елка"]),
        ("الحَرب", ["الحرب"]),
        ("हिन्दी समाचार", ["हिन्दी", "समाचार"]),
        ("한국어 뉴스", ["한국어", "뉴스"]),
        ("東京都", ["東京", "京都", "都"]),
        ("GPT-4で東京", ["gpt", "4", "で東", "東京", "京"]),
        ("ข่าว", ["ข่", "่า", "าว", "ว"]),
        ("ﬁne ① ＡＢＣ", ["fine", "1", "abc"]),
        ("U.S. don't", ["u", "s", "don", "t"]),
        ("", []),
        ("— … !", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("flood", [Clause(("flood",))]),
        ('"north sea" -gas', [Clause(("north", "sea")), Clause(("gas",), wanted=False)]),
        ("inunda*", [Clause(("inunda",), prefix=True)]),
        ("in*", [Clause(("in",))]),
        ("U.S.", [Clause(("u", "s"))]),
        ("東京都", [Clause(("東京", "京都"))]),
        ("京", [Clause(("京",), prefix=True)]),
        ('"unclosed phrase', [Clause(("unclosed", "phrase"))]),
        ("- ! \"\" ''", []),
        ("", []),
    ],
)
def test_clauses(query: str, expected: list[Clause]) -> None:
    assert list(clauses(query)) == expected


@given(st.text(max_size=200))
def test_words_are_their_own_words(text: str) -> None:
    """What was folded once is folded: the index may be made anew from its own words."""
    found = words(text)
    assert fold(" ".join(found)) == " ".join(found)
    assert all(word and len(word) <= LONGEST for word in found)


@given(st.text(alphabet="東京都大阪ข่าว", min_size=1, max_size=12))
def test_any_part_of_unspaced_writing_is_a_phrase_of_it(text: str) -> None:
    held = words(text)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            for clause in clauses(text[start:end]):
                assert _holds(held, clause), (held, clause)


def _holds(held: list[str], clause: Clause) -> bool:
    size = len(clause.words)
    return any(
        held[at : at + size - 1] == list(clause.words[:-1])
        and (
            held[at + size - 1].startswith(clause.words[-1])
            if clause.prefix
            else held[at + size - 1] == clause.words[-1]
        )
        for at in range(len(held) - size + 1)
    )


def test_an_index_is_bounded() -> None:
    title, summary, body = indexed("x" * 999, None, ["word " * (MOST + 5)])
    assert (title, summary) == ("x" * LONGEST, "")
    assert len(body.split()) == MOST
