"""WCAG 2.2 AA, as far as a program can see it, and the keys' way through a page.

axe-core is used where AXE_CORE names its file, npm's axe-core/axe.min.js, which .ci/run fetches;
the checks below it are our own and always run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATHS = (
    "/",
    "/?show=all",
    "/starred",
    "/stories/ferry",
    "/articles/f1",
    "/compare?a=f1&b=f3",
    "/search?q=ferry",
    "/feeds",
    "/feeds/edit?url=https://harbour-times.example/rss",
    "/tastes",
    "/statistics",
    "/nowhere",
)

CHECKS = Path(__file__).with_name("access.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_our_own_checks_find_nothing(chromium: Browser, site: str, scheme: Any) -> None:
    context = chromium.new_context(color_scheme=scheme)
    page = context.new_page()
    page.route(lambda url: not url.startswith(site), lambda route: route.abort())
    found = {}
    for path in PATHS:
        page.goto(site + path)
        if faults := page.evaluate(CHECKS):
            found[path] = faults
    context.close()
    assert found == {}


def test_axe_finds_no_violation(chromium: Browser, site: str) -> None:
    script = Path(os.environ.get("AXE_CORE", "/nowhere"))
    if not script.is_file():
        pytest.skip("AXE_CORE names no file: axe-core (npm) is not here; .ci/run fetches it")
    # The policy stands aside for axe alone: it is put in by the test, not by the page.
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    page.route(lambda url: not url.startswith(site), lambda route: route.abort())
    found: dict[str, list[str]] = {}
    for path in PATHS:
        page.goto(site + path)
        page.add_script_tag(path=script)
        for violation in page.evaluate("axe.run()")["violations"]:
            nodes = [node["html"][:100] for node in violation["nodes"][:3]]
            found.setdefault(path, []).append(f"{violation['id']}: {nodes}")
    context.close()
    assert found == {}


def test_the_first_tab_stop_leads_to_the_stories(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the stories"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")


def test_focus_can_always_be_seen(page: Page) -> None:
    for _ in range(25):
        page.keyboard.press("Tab")
        drawn = page.evaluate(
            """() => {
                const style = getComputedStyle(document.activeElement);
                return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
            }"""
        )
        assert drawn, page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
