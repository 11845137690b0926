"""HTML made to stall a parser is read in time, and its text is kept."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from aggregator.text.blocks import blocks
from aggregator.text.markup import plain_text, sanitise, title_text
from aggregator.text.taming import tamed

FLOODS: dict[str, Callable[[int], str]] = {
    "nested": lambda n: "<div>" * n + "news" + "</div>" * n,
    "never closed": lambda n: "<section><b>" * n + "news",
    "attributes": lambda n: "<a " + " ".join(f"a{i}=1" for i in range(n)) + ">news</a>",
    "comments": lambda n: "<!--" * n + "--> news",
    "tags": lambda n: "<p>a" * n + "news",
    "brackets": lambda n: "<" * n + " news",
    "entities": lambda n: "&amp;" * n + " news",
    "ampersands": lambda n: "&" * (10 * n) + " news",
    "references to nothing": lambda n: "&ab; " * (8 * n) + " news",
    "boxes": lambda n: "<div class='wp-caption'><img src=x>" * min(n, 4000) + "news",
}


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("read", [plain_text, title_text, lambda html: sanitise(html, None)])
def test_a_flood_is_read_in_time(flood: str, read: Callable[[str], str]) -> None:
    html = FLOODS[flood](40_000)
    started = time.process_time()
    read(html)
    assert time.process_time() - started < 3


@pytest.mark.parametrize("flood", FLOODS)
def test_its_text_is_kept(flood: str) -> None:
    text = " ".join(block.text for block in blocks(FLOODS[flood](20_000), None))
    assert text.endswith("news")


def test_what_pages_hold_is_left_alone() -> None:
    html = "<div><p>One <b>two</b></p>" + "<ul>" + "<li>three" * 400 + "</ul></div>"
    assert tamed(html) == html


@pytest.mark.parametrize("text", ["R&amp;D x&#38;y ", "&eacute;&lt; & ", "&ab;&notin;&copy 2 "])
def test_a_text_of_ampersands_says_the_same_when_it_is_parted(text: str) -> None:
    (one,), (parted,) = blocks(text * 3000, None), blocks(text * 30_000, None)
    assert parted.text.split() == (one.text + " ").split() * 10


def test_flattened_pages_keep_their_paragraphs_and_lose_their_scripts() -> None:
    html = "<div>" * 1000 + "<p>One<p>Two<script>alert(1)</script>" + "</div>" * 1000
    assert [block.text for block in blocks(html, None)] == ["One", "Two"]
    assert "alert" not in sanitise(html, None)
