"""Large documents wait in files, of which none is left behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from aggregator.workers.handing import handed

LARGE = b"x" * 300_000


def test_a_large_document_lies_in_a_file_for_as_long_as_it_is_on_its_way() -> None:
    with handed(LARGE) as document:
        assert document.file is not None
        assert document.file.read_bytes() == LARGE
        assert document.file.stat().st_mode & 0o077 == 0
        assert (document.body, document.size) == (b"", len(LARGE))
    assert not document.file.exists()


def test_a_small_one_is_handed_over_as_it_is() -> None:
    with handed(b"<rss/>") as document:
        assert (document.body, document.file, document.size) == (b"<rss/>", None, 6)


def test_where_no_file_can_be_written_it_is_handed_over_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "is not there"))
    with handed(LARGE) as document:
        assert (document.body, document.file) == (LARGE, None)
