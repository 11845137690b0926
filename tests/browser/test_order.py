"""Feeds put in order by dragging and by keys, shown as one change before it is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.settings import feeds_file as lists
from tests.integration.web.world import FEEDS, feed_url

if TYPE_CHECKING:
    from playwright.sync_api import Page

COAST = [name for name, category in FEEDS.items() if category == "Coast"]


@pytest.fixture
def listed(feeds_file: Path) -> Path:
    """The file with the feeds of the coast, a comment at each."""
    entry = '[[feeds]]\nurl = "{}"  # {}\ntitle = "{}"\ncategory = "Coast"\n'
    feeds_file.write_text("\n".join(entry.format(feed_url(n), n, n) for n in COAST), "utf-8")
    return feeds_file


def order(path: Path) -> list[str | None]:
    return [feed.title for feed in lists.read(path)]


def shown(page: Page) -> list[str]:
    return page.locator("[data-feed] h3").all_text_contents()


def test_dragging_a_feed_to_another_place(page: Page, site: str, listed: Path) -> None:
    first, second, third = COAST
    page.goto(f"{site}/feeds")
    grip = page.locator("[data-feed] .grip").first
    start, end = grip.bounding_box(), page.locator("[data-feed]").last.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 8, end["y"] + end["height"], steps=6)
    page.mouse.up()
    assert shown(page) == [second, third, first]
    page.get_by_text(f"{first} is now 3 of 3.").wait_for()
    page.get_by_role("button", name="Show the change").click()
    page.get_by_text("Nothing is written yet").wait_for()
    assert order(listed) == COAST
    page.get_by_role("button", name="Write it").click()
    page.get_by_text("Put the feeds in another order: done.").wait_for()
    assert order(listed) == [second, third, first]
    assert f"# {first}" in listed.read_text("utf-8")


def test_the_arrows_move_by_keys_alone(page: Page, site: str, listed: Path) -> None:
    first, second, third = COAST
    page.goto(f"{site}/feeds")
    page.get_by_role("button", name=f"Move {third} up").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_text(f"{third} is now 1 of 3.").wait_for()
    assert page.evaluate("document.activeElement.value") == "up"
    page.get_by_role("button", name="Show the change").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Write it").press("Enter")
    page.get_by_text("Put the feeds in another order: done.").wait_for()
    assert order(listed) == [third, first, second]


def test_a_list_changed_by_hand_meanwhile_is_left_alone(
    page: Page, site: str, listed: Path
) -> None:
    page.goto(f"{site}/feeds")
    page.get_by_role("button", name=f"Move {COAST[2]} up").click()
    page.get_by_role("button", name="Show the change").click()
    by_hand = "# by hand\n" + listed.read_text("utf-8")
    listed.write_text(by_hand, "utf-8")
    page.get_by_role("button", name="Write it").click()
    page.get_by_role("heading", name="That did not work").wait_for()
    assert listed.read_text("utf-8") == by_hand
