from __future__ import annotations

import pytest

from aggregator.text.terms import terms_of
from aggregator.text.tokens import Tokeniser


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


def test_a_shouted_headline_names_nothing() -> None:
    terms = terms_of("Man Bites Dog In Park", "A man bit a dog in Hillmoor.", Tokeniser("en"))
    assert [term.stem for term in terms if term.name] == ["hillmoor"]


def test_terms_know_where_they_stand_and_how_often() -> None:
    terms = {
        t.stem: t for t in terms_of("Fire", "A fire at sea. The fire is out.", Tokeniser("en"))
    }
    assert (terms["fire"].count, terms["fire"].title, terms["fire"].lead) == (3, True, True)
    assert (terms["sea"].count, terms["sea"].title) == (1, False)
