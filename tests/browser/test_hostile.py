"""Texts that try to become markup, in a browser that would run them: not one dialog."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.store import SqlStore
from tests.integration.web.world import Piece, fill

if TYPE_CHECKING:
    from playwright.sync_api import Page

CORPUS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "' onfocus=alert(1) autofocus tabindex=1 x='",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<iframe src=javascript:alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<style>@import 'javascript:alert(1)'</style>",
    "<base href=//evil.example>",
    "{{constructor.constructor('alert(1)')()}}",
    '<a href="javascript:alert(1)">x</a>',
    "<form action=javascript:alert(1)><button>x</button></form>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>",
    "\u2028<script>alert(1)</script>\u2029",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
)


def test_no_dialog_on_any_page(page: Page, site: str, tmp_path: Path) -> None:
    async def poison() -> None:
        store = SqlStore(f"sqlite:///{tmp_path}/news.db")
        await store.open()
        await fill(
            store,
            [
                Piece(
                    id=f"h{number}",
                    story=f"hostile{number // 4}",
                    outlet=text,
                    title=text,
                    text=(text, f"{text} and more of the same for good measure"),
                    minutes=number,
                    agency=text,
                    topics=(text,),
                    url="javascript:alert(1)",
                )
                for number, text in enumerate(CORPUS)
            ],
        )
        await store.aclose()

    # Playwright keeps a loop in this thread.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: asyncio.run(poison())).result()
    paths = ["/", "/feeds", "/search?q=alert", *(f"/stories/hostile{n}" for n in range(5))]
    paths += [f"/articles/h{n}" for n in range(len(CORPUS))]
    paths += ["/search?q=<script>alert(1)</script>", "/stories/<script>alert(1)</script>"]
    paths += ["/?done=mended x <script>alert(1)</script>", "/compare?a=h0&b=h1"]
    for path in paths:
        answer = page.goto(site + path)
        assert answer is not None
        page.mouse.move(300, 300)
        assert page.evaluate("[...document.scripts].every(s => s.src.includes('/static/'))")
        hrefs = page.evaluate("[...document.links].map(a => a.protocol)")
        assert set(hrefs) <= {"http:", "https:"}
    # Dialogs and script errors are collected by the fixture, which fails the test by them.
