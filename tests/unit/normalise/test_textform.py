"""Reading the text form, the owner's own document first."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.errors import InputError
from aggregator.normalise.textform import looks_like_text_form, read_text_form
from aggregator.render.textform import write_text_form

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEEDS = Path(__file__).parents[3] / "seeds"


@pytest.fixture(scope="session")
def owners(shared_data: Path) -> str:
    found = sorted((shared_data.parent / "seeds").glob("000_*.txt"))
    if not found:
        pytest.skip("the owner's document is not here")
    return found[0].read_text(encoding="utf-8")


def test_the_owners_document_gives_what_stands_in_it(owners: str) -> None:
    article = read_text_form(owners, fetched_at=NOW)
    assert article.outlet.tagline == "Creating new perspectives since 2009"
    assert article.title.startswith("Iraq: Kataib Hezbollah suspends")
    assert article.published_at == datetime(2024, 1, 31, 13, 58, tzinfo=UTC)
    assert article.date_source == "text"
    assert article.image is not None
    assert article.image.caption == "Iraq flag on May 25, 2021 in Baghdad, Iraq"
    assert article.image.credit == "Taha Hussein Ali/Getty Images"
    assert len(article.paragraphs) == 8
    assert [(link.label, link.after) for link in article.related] == [("READ", 4), ("OPINION", 8)]
    assert article.related[0].title.startswith("US expects Iraq")
    assert article.related[1].title.startswith("The bombing of Arab capitals")
    assert "clear" not in article.paragraphs
    assert article.language == "en"


def test_its_traps_are_not_walked_into(owners: str) -> None:
    article = read_text_form(owners, fetched_at=NOW)
    assert article.place is None
    assert article.agency is None
    assert any("them [Iran] responsible" in paragraph for paragraph in article.paragraphs)
    assert any("responding [to] the war" in paragraph for paragraph in article.paragraphs)


def test_its_date_is_of_the_outlets_zone(owners: str) -> None:
    article = read_text_form(owners, fetched_at=NOW, zone=ZoneInfo("Asia/Baghdad"))
    assert article.published_at == datetime(2024, 1, 31, 10, 58, tzinfo=UTC)


def test_it_comes_back_as_canonical_text(owners: str) -> None:
    canonical = owners.replace("\u00a0", " ").removeprefix("clear").strip() + "\n"
    assert write_text_form(read_text_form(owners, fetched_at=NOW)) == canonical


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_seed_can_be_read_and_comes_back(seed: Path) -> None:
    with seed.open(encoding="utf-8", newline="") as file:
        article = read_text_form(file.read(), fetched_at=NOW, file=str(seed))
    assert len(article.title.split()) > 2
    assert article.date_source == "text"
    assert len(article.paragraphs) >= 2
    text = write_text_form(article)
    assert write_text_form(read_text_form(text, fetched_at=NOW)) == text


@pytest.mark.parametrize("text", ["", " \n\n ", "clear\n\nclear", "\ufeff"])
def test_a_text_without_an_article_says_so(text: str) -> None:
    with pytest.raises(InputError, match=r"story\.txt: holds no article"):
        read_text_form(text, fetched_at=NOW, file="story.txt")


def test_a_date_without_a_title_says_so() -> None:
    with pytest.raises(InputError, match="no title"):
        read_text_form("January 5, 2024 at 9:00 am\n\nBody.", fetched_at=NOW)


def test_without_a_date_the_time_of_reading_stands() -> None:
    article = read_text_form(
        "News for the coast\n\nHarbour reopens after storm\n\nShips returned today. More came.",
        fetched_at=NOW,
    )
    assert (article.outlet.tagline, article.title) == (
        "News for the coast",
        "Harbour reopens after storm",
    )
    assert (article.published_at, article.date_source) == (NOW, "fetched")


def test_a_single_short_line_before_the_body_is_the_title() -> None:
    article = read_text_form("Harbour reopens\n\nShips returned today.", fetched_at=NOW)
    assert (article.outlet.tagline, article.title) == (None, "Harbour reopens")
    assert article.paragraphs == ("Ships returned today.",)


def test_a_text_without_blank_lines_has_a_paragraph_a_line() -> None:
    article = read_text_form(
        "Harbour reopens\nJanuary 5, 2024 at 9:00 am\nOne.\nREAD: Other\nTwo.", fetched_at=NOW
    )
    assert article.paragraphs == ("One.", "Two.")
    assert [(link.title, link.after) for link in article.related] == [("Other", 1)]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    article = read_text_form(
        "Harbour reopens\n\nJanuary 5, 2024\n\nShips returned\nto the bay.", fetched_at=NOW
    )
    assert article.paragraphs == ("Ships returned to the bay.",)


def test_brackets_that_cut_a_text_off_are_no_credit() -> None:
    text = "Title of it\n\nJanuary 5, 2024\n\nThe ministry said on Monday that […]\n\nMore."
    article = read_text_form(text, fetched_at=NOW)
    assert article.image is None
    assert article.paragraphs[0] == "The ministry said on Monday that […]"


def test_the_same_file_has_the_same_id_and_another_has_not() -> None:
    text = "Title of it\n\nJanuary 5, 2024\n\nBody."
    later = NOW.replace(year=2027)
    assert read_text_form(text, fetched_at=NOW).id == read_text_form(text, fetched_at=later).id
    other = text.replace("January", "March")
    assert read_text_form(text, fetched_at=NOW).id != read_text_form(other, fetched_at=NOW).id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A title\n\nJanuary 5, 2024 at 9:00 am\n\nBody.", True),
        ("clear\n\nA tagline\n\nA title\n\n5 January 2024\n\nBody.", True),
        ("<rss><channel><pubDate>5 January 2024</pubDate></channel></rss>", False),
        ('{"version": "https://jsonfeed.org/version/1.1"}', False),
        ("Just a note of no form.", False),
    ],
)
def test_the_form_is_known_by_its_date_line(text: str, expected: bool) -> None:
    assert looks_like_text_form(text) is expected


def test_an_article_is_the_same_however_its_date_is_spelt() -> None:
    def read(date: str, zone: str = "UTC") -> str:
        text = f"The paper\n\nFerry aground\n\n{date}\n\nIt ran aground."
        return read_text_form(text, fetched_at=NOW, zone=ZoneInfo(zone)).id

    first = read("January 31, 2024 at 1:58 pm")
    for date in ("31 January 2024, 13:58", "2024-01-31 13:58", "Jan 31, 2024 1:58 PM"):
        assert read(date) == first, date
    assert read("January 31, 2024 at 1:58 pm", "Europe/Oslo") == first
    assert read("January 31, 2024 at 1:59 pm") != first
