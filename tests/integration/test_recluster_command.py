"""Clustering anew keeps what a person corrected, and the ids of what stays the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.integration.command import Program, program
from tests.integration.folder_server import folder_server
from tests.integration.test_poll_command import rss


@pytest.fixture
def app(tmp_path: Path) -> Program:
    made = program(tmp_path)
    documents = {
        "/a": rss(
            ("1", "Harbour of Port Ellery reopens", "Ships return to Port Ellery after the storm."),
            ("2", "Parliament passes the budget", "Ministers in Aldersund welcome the vote."),
            ("3", "Striker Brandt leaves Kell Athletic", "He signs for Lennemouth until 2029."),
        )
    }
    with folder_server(documents) as server:
        made.feeds([server.url("/a")])
        made.run("poll")
    return made


def places(app: Program) -> dict[str, str]:
    return {article["title"]: article["story"] for article in app.run("export").lines}


def test_what_stays_the_same_keeps_its_id(app: Program) -> None:
    before = places(app)
    assert "3 stories as they are, 0 split, 0 merged" in app.run("recluster").out
    assert places(app) == before


def test_corrections_hold(app: Program) -> None:
    before = places(app)
    harbour, parliament, striker = before.values()
    app.run("story", "merge", harbour, parliament)
    merged = places(app)
    assert len(set(merged.values())) == 2
    result = app.run("recluster", "--dry-run")
    assert "0 split, 0 merged" in result.out
    app.run("recluster")
    again = places(app)
    assert len(set(again.values())) == 2
    assert again["Harbour of Port Ellery reopens"] == again["Parliament passes the budget"]
    for old in (harbour, parliament, striker):
        app.run("story", "show", old)


def test_a_correction_is_taken_back_by_a_later_command(app: Program) -> None:
    before = places(app)
    harbour, parliament, _ = before.values()
    made = app.run("story", "merge", harbour, parliament).err
    key = re.search(r"story undo (\w+)", made)
    assert key
    assert "as before" in app.run("story", "undo", key[1]).err
    assert places(app) == before
    assert key[1] in app.run("story", "undo", key[1], status=1).err


def test_a_threshold_is_previewed_and_nothing_is_written(app: Program) -> None:
    before = places(app)
    strict = app.run("evaluate", "--threshold-preview", "0.999").out
    assert "3 stories as they are" in strict
    assert places(app) == before
    app.run("evaluate", "--threshold-preview", "1.5", status=2)
    app.run("evaluate", status=2)
