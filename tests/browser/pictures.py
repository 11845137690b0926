"""The README's pictures: ``python -m tests.browser.pictures [FOLDER]``.

Starts ``aggregator demo``, opens its page in Debian's Chromium, and writes what is seen there.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a picture shows: a window of this size on the digest, or on its first story."""

    name: str
    width: int
    height: int
    story: bool = False
    scheme: Literal["light", "dark"] = "light"


PICTURES = (
    Picture(name="digest", width=1280, height=960),
    Picture(name="story", width=1280, height=1000, story=True),
    Picture(name="phone", width=390, height=844, scheme="dark"),
)


@contextlib.contextmanager
def demo() -> Iterator[str]:
    """The address of a running demo."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "aggregator", "demo", "--port", "0", "--every", "3600"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if found := re.search(r"http://\S+", line):
                    yield found[0]
                    return
            raise RuntimeError("the demo ended before it named its page")
        finally:
            process.terminate()
            process.wait(20)


def take(folder: Path) -> None:
    """Writes every picture into the folder."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    program = shutil.which("chromium")
    if program is None:
        sys.exit("Chromium is not installed (Debian's package chromium).")
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for picture in PICTURES:
            size = {"width": picture.width, "height": picture.height}
            context = browser.new_context(viewport=size, color_scheme=picture.scheme)  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(address)
            if picture.story:
                page.locator("[data-story] h2 a").first.click()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"{picture.name}.png")
            context.close()
            print(folder / f"{picture.name}.png")
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
