"""The text form, written and read back: nothing it carries is lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from aggregator.errors import InputError
from aggregator.model.article import Article, Image, Outlet, RelatedLink
from aggregator.normalise.textform import read_text_form
from aggregator.render.textform import write_text_form

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ZONES = [UTC, ZoneInfo("Europe/London"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")]

# What looks like something else in the form, beside any text at all.
LOOKALIKES = [
    "clear",
    "Share this",
    "READ: Another piece",
    "Read more: Another piece",
    "WATCH:",
    "OPINION: ",
    "January 31, 2024 at 1:58 pm",
    "31.01.2024",
    "A flag over the port [Jo Lee/Agency]",
    "[Jo Lee]",
    "[…]",
    "\\",
    "\\ literal",
    "\\>label: title",
    "\\[caption [credit]",
    "\\READ: x",
    "label: title",
    "…",
    "© 2024 The Herald",
    "The post A fire appeared first on The Herald.",
]
_words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\u00a0\x00"),
    min_size=1,
    max_size=40,
).map(lambda text: text.strip(" \t"))
lines = st.one_of(
    st.sampled_from(LOOKALIKES).map(str.strip),
    _words,
    st.text(" \\[]:>READclear0123456789./January,pm", min_size=1, max_size=24).map(str.strip),
)
filled = lines.filter(bool)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    paragraphs = tuple(draw(st.lists(lines, max_size=5)))
    places = sorted(draw(st.lists(st.integers(0, len(paragraphs)), max_size=4)))
    related = tuple(
        RelatedLink(label=draw(lines), title=draw(lines), after=place) for place in places
    )
    caption, credit = draw(st.none() | filled), draw(st.none() | filled)
    image = Image(caption=caption, credit=credit) if caption or credit else None
    return Article(
        id="a",
        outlet=Outlet(name="The Herald", tagline=draw(st.none() | lines)),
        title=draw(lines),
        published_at=draw(
            st.integers(631238400, 2145830400).map(lambda s: datetime.fromtimestamp(s, UTC))
        ),
        fetched_at=NOW,
        image=image,
        paragraphs=paragraphs,
        related=related,
    )


def carried(article: Article) -> object:
    image = article.image
    return (
        article.outlet.tagline,
        article.title,
        article.published_at.replace(second=0, microsecond=0),
        image.caption if image else None,
        image.credit if image else None,
        article.paragraphs,
        [(link.label, link.title, link.after) for link in article.related],
    )


@settings(deadline=None, max_examples=200)
@given(articles(), st.sampled_from(ZONES))
def test_an_article_survives_the_text_form(article: Article, zone: ZoneInfo) -> None:
    text = write_text_form(article, zone=zone)
    assert carried(read_text_form(text, fetched_at=NOW, zone=zone)) == carried(article)


@settings(deadline=None, max_examples=200)
@given(articles(), st.sampled_from(ZONES))
def test_canonical_text_survives_reading_and_writing(article: Article, zone: ZoneInfo) -> None:
    text = write_text_form(article, zone=zone)
    again = write_text_form(read_text_form(text, fetched_at=NOW, zone=zone), zone=zone)
    assert again == text


@settings(deadline=None, max_examples=200)
@given(st.lists(lines, min_size=1, max_size=9))
@example(["clear"] * 3 + ["x"])
def test_any_text_that_can_be_read_becomes_canonical_by_writing(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    try:
        once = write_text_form(read_text_form(text, fetched_at=NOW))
    except InputError:
        assume(False)
    assert write_text_form(read_text_form(once, fetched_at=NOW)) == once


def test_the_repeated_hour_keeps_its_instant() -> None:
    london = ZoneInfo("Europe/London")
    first = datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    for instant in (first, first + timedelta(hours=1)):
        article = Article(
            id="a",
            outlet=Outlet(name="x"),
            title="Clocks go back",
            published_at=instant,
            fetched_at=NOW,
        )
        text = write_text_form(article, zone=london)
        assert read_text_form(text, fetched_at=NOW, zone=london).published_at == instant


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_newlines_marks_and_no_break_spaces_are_borne(newline: str) -> None:
    text = "\ufeffclear\n\nA tagline\n\nA\u00a0title\n\nJanuary\u00a05, 2024 at 9:05 am\n\n"
    text += "One.\n\nTwo."
    article = read_text_form(text.replace("\n", newline), fetched_at=NOW)
    assert article.outlet.tagline == "A tagline"
    assert article.title == "A title"
    assert article.published_at == datetime(2024, 1, 5, 9, 5, tzinfo=UTC)
    assert article.paragraphs == ("One.", "Two.")
