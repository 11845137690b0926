"""What a reader does, in a real browser: by mouse, by keys alone, and without script."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def titles(page: Page) -> list[str]:
    found: list[str] = page.locator("main [data-story]:visible").evaluate_all(
        "stories => stories.map(s => s.dataset.story)"
    )
    return found


def test_read_fold_out_and_come_back(page: Page) -> None:
    page.get_by_role("link", name="Ferry runs aground off Skerry Point").first.click()
    page.get_by_text("2 copies of the AFP text").click()
    page.get_by_role("link", name="212 rescued from stranded ferry").last.wait_for()
    page.get_by_text("Why here?").first.click()
    page.get_by_text("It was the first report of this story").wait_for()
    page.get_by_role("link", name="Digest", exact=True).click()
    # A story that was opened has been read.
    assert titles(page) == ["school", "bees"]


def test_everything_by_keys_alone(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator(".current").get_attribute("data-story") == "school"
    page.keyboard.press("k")
    page.keyboard.press("s")
    page.locator(".toast", has_text="Starred").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("m")
    page.locator(".toast", has_text="Marked as read").wait_for()
    page.reload()
    assert titles(page) == ["ferry", "bees"]
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/starred")
    assert titles(page) == ["ferry"]
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/stories/ferry")
    page.keyboard.press("u")
    page.wait_for_url("**/")
    page.keyboard.press("/")
    page.keyboard.type("seafarers")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=seafarers")
    assert titles(page) == ["ferry"]
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_text("next and previous story").wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0


def test_reading_all_above_and_taking_it_back(page: Page) -> None:
    for _ in range(2):
        page.keyboard.press("j")
    page.keyboard.press("M")
    page.locator(".toast", has_text="2 stories").wait_for()
    assert page.locator(".is-read").count() == 2
    with page.expect_response("**/marks"):
        page.get_by_role("button", name="Undo").click()
    assert page.locator(".is-read").count() == 0
    page.reload()
    assert titles(page) == ["ferry", "school", "bees"]


def test_mending_a_story(page: Page, site: str) -> None:
    page.goto(f"{site}/stories/ferry")
    page.get_by_label("Choose “Union wants inquiry into ferry” for a correction").check()
    page.get_by_role("button", name="Split them off").click()
    page.get_by_text("1 article split off.").wait_for()
    assert "Union wants inquiry" not in page.locator("main").inner_text()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Union wants inquiry into ferry").first.wait_for()


def test_adding_a_feed(page: Page, site: str, feeds_file: Path) -> None:
    page.goto(f"{site}/feeds")
    page.get_by_label("Add a feed").fill("new.example/rss")
    page.keyboard.press("Enter")
    page.get_by_label("Category").fill("Coast")
    page.get_by_role("button", name="Add this feed").click()
    page.get_by_text("Nothing is written yet").wait_for()
    assert "new.example" not in feeds_file.read_text(encoding="utf-8")
    page.get_by_role("button", name="Write it").click()
    page.get_by_text("Add a feed: done.").wait_for()
    written = feeds_file.read_text(encoding="utf-8")
    assert written.startswith("# mine\n")
    assert "new.example/rss" in written


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until what is called so has the focus: by its text, its label or its value."""
    for _ in range(120):
        page.keyboard.press("Tab")
        called = page.evaluate(
            """() => {
                const at = document.activeElement;
                const label = at.labels?.[0]?.textContent ?? at.getAttribute("aria-label");
                return (label || at.textContent || at.value || "").trim();
            }"""
        )
        if called == name:
            return
    raise AssertionError(f"no Tab leads to {name!r}")


def test_the_other_journeys_by_keys_alone(page: Page, site: str, feeds_file: Path) -> None:
    # Fold out, and put a story right.
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories/ferry")
    tab_to(page, "2 copies of the AFP text")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="212 rescued from stranded ferry").last.wait_for()
    tab_to(page, "Choose “Union wants inquiry into ferry” for a correction")
    page.keyboard.press("Space")
    tab_to(page, "Split them off")
    page.keyboard.press("Enter")
    page.get_by_text("1 article split off.").wait_for()
    tab_to(page, "Undo")
    page.keyboard.press("Enter")
    page.get_by_text("Union wants inquiry into ferry").first.wait_for()
    # Another dress.
    tab_to(page, "dark")
    page.keyboard.press("Enter")
    page.locator("html[data-theme=dark].has-keys").wait_for()
    # A new feed.
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/feeds")
    tab_to(page, "Add a feed: its address, or a site’s")
    page.keyboard.type("new.example/rss")
    page.keyboard.press("Enter")
    page.get_by_text("It will not be asked before").wait_for()
    tab_to(page, "Add this feed")
    page.keyboard.press("Enter")
    page.get_by_text("Nothing is written yet").wait_for()
    tab_to(page, "Write it")
    page.keyboard.press("Enter")
    page.get_by_text("Add a feed: done.").wait_for()
    assert "new.example/rss" in feeds_file.read_text(encoding="utf-8")


def test_a_story_swept_aside_is_read(chromium: Browser, site: str) -> None:
    context = chromium.new_context(has_touch=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.route(lambda url: not url.startswith(site), lambda route: route.abort())
    page.goto(site)
    box = page.locator("[data-story=school]").bounding_box()
    assert box
    finger = context.new_cdp_session(page)
    y = box["y"] + 20
    for kind, points in (
        ("touchStart", [{"x": 300, "y": y}]),
        ("touchMove", [{"x": 180, "y": y}]),
        ("touchMove", [{"x": 90, "y": y}]),
        ("touchEnd", []),
    ):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.locator(".toast", has_text="Marked as read").wait_for()
    assert page.locator(".is-read").get_attribute("data-story") == "school"
    page.reload()
    assert "school" not in titles(page)
    context.close()


def test_a_picture_that_does_not_come_leaves_no_hole(chromium: Browser, site: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.route(lambda url: not url.startswith(site), lambda route: route.abort())
    page.goto(f"{site}/stories/ferry")
    page.locator("figure").wait_for(state="detached")
    context.close()


def test_changing_the_colours(page: Page) -> None:
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_without_script_all_of_it_works(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(8000)
    page = context.new_page()
    page.route(lambda url: not url.startswith(site), lambda route: route.abort())
    page.goto(site)
    page.get_by_role("button", name="Mark read").first.click()
    page.get_by_text("1 story marked as read.").wait_for()
    assert page.get_by_text("Ferry runs aground").count() == 0
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Ferry runs aground").first.wait_for()
    page.get_by_role("searchbox", name="Search all articles").fill("bees")
    page.keyboard.press("Enter")
    page.get_by_text("1 story.").wait_for()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
def test_no_page_is_wider_than_its_window(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in (
        "/",
        "/stories/ferry",
        "/search?q=ferry",
        "/feeds",
        "/tastes",
        "/articles/f1",
        "/statistics",
    ):
        page.goto(site + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, path


def test_nothing_jumps_while_pictures_load(page: Page, site: str) -> None:
    page.goto(site)
    moved = page.evaluate(
        """() => new Promise(done => {
            let sum = 0;
            new PerformanceObserver(list => {
                for (const entry of list.getEntries()) sum += entry.value;
            }).observe({type: "layout-shift", buffered: true});
            setTimeout(() => done(sum), 500);
        })"""
    )
    assert moved < 0.02
