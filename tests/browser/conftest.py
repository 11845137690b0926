"""A real browser on the real site: Debian's Chromium, driven over its own protocol.

Nothing leaves the machine: what is not the site's own is answered here.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from aggregator.store import SqlStore
from aggregator.web.app import create_app
from aggregator.web.options import WebOptions
from tests.integration.web.world import FixedClock, fill

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page

playwright_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: no browser to drive"
)

PIXEL = (
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 3 2'>"
    b"<rect width='3' height='2' fill='#789'/></svg>"
)
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for one module's tests: while its driver runs, no other event loop can."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed (Debian's package chromium)")
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def feeds_file(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.toml"
    path.write_text(
        '# mine\n[[feeds]]\nurl = "https://harbour-times.example/rss"\ncategory = "Coast"\n',
        encoding="utf-8",
    )
    return path


@pytest.fixture
def site(tmp_path: Path, feeds_file: Path) -> Iterator[str]:
    """The address of the site, served over a filled store."""
    started, stopping = threading.Event(), threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    async def serve() -> None:
        store = SqlStore(f"sqlite:///{tmp_path}/news.db")
        await store.open()
        await fill(store)
        app = create_app(store=store, clock=FixedClock(), options=WebOptions(feeds_file=feeds_file))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        running = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn sets a flag, no event
            await asyncio.sleep(0.01)
        started.set()
        await asyncio.to_thread(stopping.wait)
        server.should_exit = True
        await running
        await store.aclose()

    # Signals belong to the main thread: uvicorn leaves them alone in this one.
    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(20)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    stopping.set()
    thread.join(20)


def _is_fault(said: ConsoleMessage) -> bool:
    # A page that is not there and a refusal are answered 4xx, which the browser reports as errors.
    return said.type == "error" and not re.search("status of 40[04]", said.text)


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A page that fails its test on any script error or broken policy."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(8000)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if _is_fault(said) else None)

    def dismiss(dialog: Dialog) -> None:
        faults.append("a dialog")
        dialog.dismiss()

    opened.on("dialog", dismiss)
    opened.route(
        lambda url: not url.startswith(site),
        lambda route: route.fulfill(body=PIXEL, content_type="image/svg+xml"),
    )
    opened.goto(site)
    yield opened
    context.close()
    assert faults == []
