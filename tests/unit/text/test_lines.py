"""Labels, furniture, months, words: what a line is."""

from __future__ import annotations

import pytest

from aggregator.text.furniture import is_furniture, without_tail
from aggregator.text.labels import labelled
from aggregator.text.months import month_number
from aggregator.text.words import word_count


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("READ: Two ministers resign", "READ"),
        ("ALSO READ: Two ministers resign", "ALSO READ"),
        ("READ MORE : Two ministers resign", "READ MORE"),
        ("OPINION: What it means", "OPINION"),
        ("WATCH: The night in pictures", "WATCH"),
        ("Read more: Two ministers resign", "Read more"),
        ("See also: Two ministers resign", "See also"),
        ("Lesen Sie auch: Zwei Minister treten zurück", "Lesen Sie auch"),
        ("À lire aussi : Deux ministres", "À lire aussi"),
        ("Lea también: Dos ministros", "Lea también"),
        ("Читайте также: Два министра", "Читайте также"),
        ("اقرأ أيضا: وزيران", "اقرأ أيضا"),
        ("関連記事：橋が開く", "関連記事"),
    ],
)
def test_labels_of_many_pages(line: str, label: str) -> None:
    found = labelled(line)
    assert found is not None
    assert found[0] == label


@pytest.mark.parametrize(
    "line",
    [
        "Iraq: Kataib Hezbollah suspends operations",
        "Opinion: the bank must act, says its former head",
        "UN: Council votes on Monday",
        "BREAKING: Council votes",
        "The minister said: read it again",
        "READ it again: the minister's words",
        "EXCLUSIVE: The minister visited a hairdresser on Monday.",
        "VIDEO: " + "The council talked for nine hours of nothing but the new bridge. " * 4,
        "12:45",
        "",
    ],
)
def test_other_lines_with_a_colon(line: str) -> None:
    assert labelled(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "clear",
        "Share this:",
        "Advertisement",
        "Continue reading →",
        "Read the full story here",
        "The post A fire in town appeared first on The Herald.",
        "This article originally appeared on The Herald.",
        "La entrada Un puente aparece primero en El Faro.",
        "L’article Un pont est apparu en premier sur Le Phare.",
        "Der Beitrag Eine Brücke erschien zuerst auf Nordblatt.",
        "Subscribe to our newsletter",
        "Follow us on Facebook and Twitter",
        "© 2024 The Herald. All rights reserved.",
        "Published in Herald, February 17th, 2026",
        "Tags: sea, bridge",
        "[caption id=7]",
        "[time-video not-tgx=”true”]",
        "The views expressed in this article belong to the author.",
        "Listen to this article",
        "* * *",
        "",
    ],
)
def test_furniture_of_many_pages(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Clear skies over the coast on Monday",
        "Copyright law is changing, and nobody has noticed.",
        "Comments by the minister have angered the unions.",
        "(c) is used for the carriage of passengers",
        "Share prices fell by a tenth on Tuesday.",
        "The post was vacant for two years.",
        "Continue, said the judge.",
        "Follow the money, she said, and find the bridge.",
        "Category: how the token is grouped",
        "[Iran]",
        "More than 30 aftershocks followed.",
    ],
)
def test_news_is_no_furniture(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize(
    ("paragraph", "kept"),
    [
        ("It opened. The post It opened appeared first on The Herald.", "It opened."),
        ("It opened on Monday… Continue reading It opened →", "It opened on Monday…"),
        ("It opened on Monday. Read more", "It opened on Monday."),
        ("Those who read more live longer", "Those who read more live longer"),
        ("The post was vacant.", "The post was vacant."),
    ],
)
def test_furniture_at_the_end_of_a_paragraph(paragraph: str, kept: str) -> None:
    assert without_tail(paragraph) == kept


@pytest.mark.parametrize(
    ("word", "number"),
    [
        *(("Jan", 1), ("Févr.", 2), ("März", 3), ("abril", 4), ("мая", 5), ("červen", 6)),
        *(("temmuz", 7), ("aout", 8), ("Set", 9), ("lokakuu", 10), ("noviembre", 11)),
        *(("dez", 12), ("Marathon", None)),
    ],
)
def test_months_in_many_languages(word: str, number: int | None) -> None:
    assert month_number(word) == number


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("Two words", 2), ("東京 news", 3), ("don't stop-gap", 2)]
)
def test_words_are_counted_as_their_readers_do(text: str, count: int) -> None:
    assert word_count([text]) == count
