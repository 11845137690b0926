"""Large documents wait in files, of which none is left behind, not even by a killed process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.workers.handing import Shelf

LARGE = b"x" * 300_000


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    made = Shelf()
    yield made
    made.close()


def test_a_large_document_lies_in_a_file_for_as_long_as_it_is_on_its_way(shelf: Shelf) -> None:
    with shelf.handed(LARGE) as document:
        assert document.file is not None
        assert document.file.read_bytes() == LARGE
        assert document.file.stat().st_mode & 0o077 == 0
        assert document.file.parent.stat().st_mode & 0o077 == 0
        assert (document.body, document.size) == (b"", len(LARGE))
    assert not document.file.exists()


def test_a_small_one_is_handed_over_as_it_is(shelf: Shelf, place: Path) -> None:
    with shelf.handed(b"<rss/>") as document:
        assert (document.body, document.file, document.size) == (b"<rss/>", None, 6)
    assert list(place.iterdir()) == []


def test_where_no_file_can_be_written_it_is_handed_over_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "is not there"))
    with Shelf().handed(LARGE) as document:
        assert (document.body, document.file) == (LARGE, None)


def test_a_closed_shelf_leaves_nothing(place: Path) -> None:
    shelf = Shelf()
    with shelf.handed(LARGE):
        assert len(list(place.iterdir())) == 1
    shelf.close()
    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_is_cleared_away_and_a_living_ones_is_not(
    shelf: Shelf, place: Path
) -> None:
    program = (
        "import os, signal, sys, tempfile\n"
        "from aggregator.workers.handing import Shelf\n"
        "tempfile.tempdir = sys.argv[1]\n"
        "with Shelf().handed(b'x' * 300_000):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    others = [place / "aggregator-parse-of-something-else", place / "another.feed"]
    others[0].mkdir()
    others[1].write_bytes(b"")
    with shelf.handed(LARGE) as mine:
        assert mine.file is not None
        ended = subprocess.run([sys.executable, "-c", program, str(place)], check=False)
        assert ended.returncode < 0
        assert len(list(place.glob("*/*.feed"))) == 2
        Shelf()
        assert list(place.glob("*/*.feed")) == [mine.file]
        assert all(path.exists() for path in others)
