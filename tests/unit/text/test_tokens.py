from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.text.terms import (
    BRIEF_BIT,
    LEAD,
    LEADING,
    NAMED,
    NUMBERED,
    TITLED,
    Terms,
    terms_of,
)
from aggregator.text.tokens import Tokeniser
from aggregator.text.wordbook import wordbook


@pytest.mark.parametrize(
    ("language", "text", "stems"),
    [
        ("en", "Floods hit 3,500 homes", ["flood", "hit", "3500", "home"]),
        ("en", "Brannock's ministers didn’t resign", ["brannock", "minist", "didn't", "resign"]),
        ("ru", "Выборы мэра", ["выбор", "мэр"]),
        ("vi", "Bão số 5", ["bão", "số", "5"]),
        ("zh", "地震造成", ["地震", "震造", "造成"]),
        ("zh", "北京 iPhone 热", ["北京", "iphone", "热"]),
        ("th", "ฝนตก", ["ฝน", "นต", "ตก"]),
        ("ko", "지진이", ["지진", "진이"]),
        (None, "Running late", ["running", "late"]),
        ("en", "— … !", []),
    ],
)
def test_words_of_any_script(language: str | None, text: str, stems: list[str]) -> None:
    assert [token.stem for token in Tokeniser(language).read(text)] == stems


def test_arabic_vowel_signs_and_tatweel_do_not_count() -> None:
    plain, written = "الرئيس", "الرَّئيـــس"
    stems = [[token.stem for token in Tokeniser("ar").read(text)] for text in (plain, written)]
    assert stems[0] == stems[1]


def test_a_name_is_a_capital_its_sentence_did_not_ask_for() -> None:
    told = Tokeniser("en").read("Yesterday Kessler resigned. Then Moorland fell")
    assert [token.stem for token in told if token.name] == ["kessler", "moorland"]


def spelt(terms: Terms, language: str | None) -> list[tuple[str | None, int, int]]:
    """The terms with their counts and flags; how short they are left out."""
    stems = wordbook(language).spelt(terms.keys.tolist())
    flags = terms.flags & ((1 << BRIEF_BIT) - 1)
    return list(zip(stems, terms.counts.tolist(), flags.tolist(), strict=True))


def test_a_shouted_headline_names_nothing() -> None:
    terms = terms_of("Man Bites Dog In Park", "A man bit a dog in Hillmoor.", "en")
    assert [stem for stem, _, flags in spelt(terms, "en") if flags & NAMED] == ["hillmoor"]


def test_terms_know_where_they_stand_and_how_often() -> None:
    terms = spelt(terms_of("Fire", "A fire at sea. The fire is out.", "en"), "en")
    assert ("fire", 3, TITLED | LEADING) in terms
    assert ("sea", 1, LEADING) in terms


def test_terms_know_how_short_they_are() -> None:
    terms = terms_of("A fire at 5, 火事, кот", "", "en")
    brief = (terms.flags >> BRIEF_BIT).tolist()
    assert [stem for stem, _, _ in spelt(terms, "en")] == ["a", "fire", "at", "5", "火事", "кот"]
    assert brief == [3, 1, 3, 0, 0, 2]


def by_token(title: str, text: str, language: str | None) -> dict[str, tuple[int, int]]:
    """What the terms are by definition: counts and flags of the tokens, one after the other."""
    heading, body = (list(Tokeniser(language).read(part)) for part in (title, text))
    shouted = sum(token.name for token in heading) > 0.6 * len(heading)
    found: dict[str, tuple[int, int]] = {}
    for place, token in enumerate((*heading, *body)):
        count, flags = found.get(token.stem, (0, 0))
        flags |= (NAMED | NUMBERED) if token.number else 0
        if place < len(heading):
            flags |= TITLED | (NAMED if token.name and not shouted else 0)
        else:
            flags |= (NAMED if token.name else 0) | (LEADING if place < len(heading) + LEAD else 0)
        found[token.stem] = (min(count + 1, 255), flags)
    return found


PIECES = st.lists(
    st.sampled_from(
        [
            "Kessler", "kessler's", "floods", "Flood", "U.S.", "3,500", "3.5-year", "(Then",
            ". ",
            "\n", " ", " ", ", ", "“", "”", "’", "'", "-", "—", ":", "…", "北京", "地震", "iPhone",
            "é",
            "A\u0301", "\u00ad", "हिन्दी", "الرَّئيـــس", "ⅷ", "½", "_", "Don’t", "a|b",
            "\u2028", "?!\"",
        ]
    )
    | st.text(max_size=4),
    max_size=160,
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(PIECES, PIECES, st.sampled_from(["en", "zh", "ar", None]))
def test_terms_are_what_the_tokens_say(title: str, text: str, language: str | None) -> None:
    terms = terms_of(title, text, language)
    expected = by_token(title, text, language)
    assert spelt(terms, language) == [(stem, *found) for stem, found in expected.items()]


def test_a_wordbook_that_is_full_begins_anew_and_says_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = spelt(terms_of("Floods hit Niš", "Rivers rose.", "hr"), "hr")
    monkeypatch.setattr("aggregator.text.wordbook._MOST", 3)
    assert spelt(terms_of("Floods hit Niš", "Rivers rose.", "hr"), "hr") == before
    assert spelt(terms_of("Floods hit Niš", "Rivers rose.", "hr"), "hr") == before
