from __future__ import annotations

import pytest

from aggregator.text.outlet_names import shown_name


@pytest.mark.parametrize(
    ("title", "key", "expected"),
    [
        ("World - CBSNews.com", "cbsnews.com", "CBSNews.com"),
        ("NYT > World News", "nytimes.com", "NYT"),
        ("Dawn - World", "dawn.com", "Dawn"),
        ("Tech – TIME", "time.com", "TIME"),
        ("World news | The Guardian", "theguardian.com", "The Guardian"),
        ("World", "washingtonpost.com", "washingtonpost.com"),
        ("Rest of World -", "restofworld.org", "Rest of World"),
        ("TheWeek feed", "theweek.com", "TheWeek"),
        ("The Harbour Post - RSS Feed", "harbour.example", "The Harbour Post"),
        ("RSS feed", "harbour.example", "harbour.example"),
        ("The Harbour Post", "harbour.example", "The Harbour Post"),
        ("Notes on Bread, Wine: A Diary", "harbour.example", "Notes on Bread, Wine: A Diary"),
        ("Herald - World", "herald - world", "Herald - World"),
        ("World", "127.0.0.1:8000", "World"),
        ("World", "world", "World"),
        ("-", "harbour.example", "-"),
    ],
)
def test_an_outlet_is_shown_without_its_sections(title: str, key: str, expected: str) -> None:
    assert shown_name(title, key) == expected
