"""Commands whose input is closed, whose reader goes away, whose output has no room."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.integration.command import Program, program

FULL = Path("/dev/full")


@pytest.fixture
def app(tmp_path: Path) -> Program:
    made = program(tmp_path)
    made.feeds([])
    rows = [
        {"id": str(number), "title": f"Report {number} of the harbour wall", "text": "Tide. " * 900}
        for number in range(40)
    ]
    (made.home / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return made


def shell(app: Program, words: str) -> tuple[int, str]:
    """Runs a line of sh in which ``$A`` is the program; its status and standard error."""
    ended = subprocess.run(
        ["/bin/bash", "-c", f"set -o pipefail; A='{sys.executable} -m aggregator'; {words}"],
        cwd=app.home,
        env=dict(app.environ),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("words", ["parse -", "cluster", "evaluate -", "feeds import -"])
def test_a_closed_input_is_said_in_a_line(app: Program, words: str) -> None:
    status, said = shell(app, f"$A {words} <&-")
    assert status == 1
    assert "standard input is closed" in said


@pytest.mark.parametrize("words", ["cluster rows.jsonl", "schema"])
def test_a_reader_that_goes_away_is_no_failure(app: Program, words: str) -> None:
    assert shell(app, f"$A {words} | head -c 1 >/dev/null") == (0, "")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", ["cluster rows.jsonl", "digest", "schema"])
def test_output_without_room_is_said_in_a_line(app: Program, words: str) -> None:
    status, said = shell(app, f"$A {words} >/dev/full")
    assert (status, said) == (1, "Error: standard output: No space left on device\n")


@pytest.mark.parametrize("words", ["digest >&-", "status 2>&-", "config check >&- 2>&-"])
def test_a_closed_output_is_nobodys_fault(app: Program, words: str) -> None:
    assert shell(app, f"$A {words}") == (0, "")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_help_text_without_room_is_said_in_a_line(app: Program) -> None:
    assert shell(app, "$A --help >/dev/full")[0] == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("words", ["digest --json", "export", "feeds export"])
def test_a_pipe_is_written_to_and_stays_one(app: Program, words: str) -> None:
    pipe = app.home / "pipe"
    os.mkfifo(pipe)
    assert shell(app, f"cat pipe >taken & $A {words} --output pipe && wait") == (0, "")
    assert pipe.is_fifo()
    assert (app.home / "taken").stat().st_size > 0 or words == "export"


def test_a_link_stays_one(app: Program) -> None:
    (app.home / "elsewhere.json").write_text("old", "utf-8")
    link = app.home / "link.json"
    link.symlink_to("elsewhere.json")
    app.run("digest", "--json", "--output", str(link))
    assert link.is_symlink()
    assert '"stories"' in (app.home / "elsewhere.json").read_text("utf-8")


def test_a_password_may_be_piped_in(app: Program) -> None:
    told = app.run("config", "password", stdin="correct horse\n")
    assert told.err == ""
    assert PasswordHasher().verify(told.out.strip(), "correct horse")
    assert "no password" in app.run("config", "password", stdin="\n", status=2).err
