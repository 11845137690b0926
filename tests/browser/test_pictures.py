"""The README's pictures are there, in the size that the command which takes them gives."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from tests.browser.pictures import FOLDER, PICTURES

README = Path(__file__).parents[2] / "README.md"


def test_every_picture_is_there_and_whole() -> None:
    for picture in PICTURES:
        image = (FOLDER / f"{picture.name}.png").read_bytes()
        assert image.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", image[16:24]) == (picture.width, picture.height)


def test_readme_shows_pictures_that_the_command_takes() -> None:
    shown = re.findall(r"!\[[^]]+\]\(docs/pictures/(\w+)\.png\)", README.read_text("utf-8"))
    assert shown
    assert set(shown) <= {picture.name for picture in PICTURES}
