"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aggregator.store.files import replacing


def test_the_file_takes_its_name_when_all_is_written(tmp_path: Path) -> None:
    target = tmp_path / "new" / "file.db"
    with replacing(target) as part:
        part.write_text("whole")
        assert not target.exists()
    assert target.read_text() == "whole"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "pipe"
    os.mkfifo(target)
    with pytest.raises(OSError, match="is no file"), replacing(target):
        pass
    assert target.is_fifo()


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "file.db"
    target.write_text("old")

    def fail() -> None:
        with replacing(target) as part:
            part.write_text("half")
            Path(f"{part}-wal").write_text("log")
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        fail()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere nobody can be asked for by number")
def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    left = tmp_path / f".file.db.{dead}.part"
    alive = tmp_path / f".file.db.{os.getppid()}.part"
    other = tmp_path / ".file.db.mine.part"
    for path in (left, alive, other):
        path.write_text("half")
    with replacing(tmp_path / "file.db") as part:
        part.write_text("whole")
    assert not left.exists()
    assert alive.exists()
    assert other.exists()
