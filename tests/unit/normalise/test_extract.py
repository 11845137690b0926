"""Full text out of pages: twenty shapes written by hand, each with its expectation beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aggregator.model.article import Article, NormalisedEntry, Outlet
from aggregator.model.instants import rfc3339
from aggregator.normalise.extract import Page, extract_page, with_full_text
from aggregator.text.words import word_count

pytest.importorskip("trafilatura", reason="the extra fulltext is not installed")

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PAGES = Path(__file__).parents[2] / "data" / "pages"
CASES = sorted(PAGES.glob("*.html"))


def expected_of(case: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))
    return expected


def extracted(case: Path) -> Page:
    expected = expected_of(case)
    page = extract_page(
        case.read_bytes(),
        url=expected["url"],
        fetched_at=NOW,
        zone=ZoneInfo(expected.get("zone", "UTC")),
        outlet=expected["outlet"],
    )
    assert page is not None
    return page


def test_there_are_twenty_shapes() -> None:
    assert len(CASES) == 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_page_gives_what_stands_on_it(case: Path) -> None:
    expected, page = expected_of(case), extracted(case)
    found = {
        "title": page.title,
        "published": rfc3339(page.published_at) if page.published_at else None,
        "caption": page.image.caption if page.image else None,
        "credit": page.image.credit if page.image else None,
        "paragraphs": list(page.body.paragraphs),
        "related": [[link.label, link.title, link.after] for link in page.body.related],
    }
    assert found == {key: expected[key] for key in found}
    if "authors" in expected:
        assert list(page.authors) == expected["authors"]


def entry_with(text: str, *, title: str = "") -> NormalisedEntry:
    article = Article(
        id="a1",
        url="https://herald.example/news/x",
        outlet=Outlet(name="The Calder Herald"),
        title=title,
        published_at=NOW,
        fetched_at=NOW,
        summary=text,
        paragraphs=(text,),
        date_source="fetched",
        word_count=word_count([text]),
    )
    return NormalisedEntry(article=article, entry_digest="d", outlet_key="herald.example")


def test_a_full_text_takes_the_place_of_a_teaser() -> None:
    case = PAGES / "02_structured_data.html"
    page = extracted(case)
    teaser = entry_with(page.body.paragraphs[0], title="Three rescued from sawmill roof")
    full = with_full_text(teaser, page).article
    assert full.paragraphs == page.body.paragraphs
    assert full.word_count > teaser.article.word_count
    assert (full.id, full.title, full.summary) == (
        "a1",
        teaser.article.title,
        teaser.article.summary,
    )
    assert full.authors == ("Petra Sole", "Jan Wirt")
    assert full.image is not None
    assert full.image.credit == "Jan Wirt"
    assert (full.published_at, full.date_source) == (page.published_at, "text")


def test_a_teaser_behind_a_paywall_keeps_the_feeds_own_text() -> None:
    case = PAGES / "03_paywall.html"
    entry = entry_with(expected_of(case)["worse_than"])
    assert with_full_text(entry, extracted(case)) is entry


def test_a_page_about_something_else_changes_nothing() -> None:
    entry = entry_with(
        "The regional court will decide in May whether the glass factory may dig for sand.",
        title="Court to decide on sand pit",
    )
    assert with_full_text(entry, extracted(PAGES / "10_several_pictures.html")) is entry


def test_a_date_the_feed_gave_is_kept() -> None:
    page = extracted(PAGES / "02_structured_data.html")
    entry = entry_with(page.body.paragraphs[0])
    dated = replace(entry, article=replace(entry.article, date_source="published"))
    assert with_full_text(dated, page).article.published_at == NOW


@pytest.mark.parametrize(
    "body",
    [b"", b"<html></html>", b"\x00\xff\xfe", b"<html><body><nav>Home</nav></body></html>"],
)
def test_a_page_without_text_is_none(body: bytes) -> None:
    page = extract_page(body, url="https://herald.example/", fetched_at=NOW)
    assert page is None
    entry = entry_with("What the feed said.")
    assert with_full_text(entry, page) is entry


def test_its_html_is_harmless() -> None:
    text = "<p>" + "The council met on Monday and talked about the bridge for hours. " * 9 + "</p>"
    body = f"<article>{text}<img src=x onerror=alert(1)><script>alert(1)</script></article>"
    page = extract_page(body.encode(), url="https://herald.example/", fetched_at=NOW)
    assert page is not None
    assert "onerror" not in page.html
    assert "alert" not in page.html
