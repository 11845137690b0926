"""What an analyst gets: the same articles with their stories as JSON Lines, CSV and Parquet."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from aggregator.render.export import COLUMNS
from tests.integration.command import Program, program
from tests.integration.folder_server import folder_server
from tests.integration.test_poll_command import rss

WIRE = (
    "The council of Port Ellery voted on Tuesday to rebuild the harbour wall, nine years after the "
    "storm that broke it. Work starts in May and will cost forty million crowns, half of it from "
    "the state. Residents of the lower town say the wall comes too late for the market hall."
)


@pytest.fixture
def app(tmp_path: Path) -> Program:
    made = program(tmp_path)
    documents = {
        "/a": rss(("1", "Harbour wall to be rebuilt", WIRE)),
        "/b": rss(("2", "=Port Ellery gets its wall back", WIRE), ("3", "Bees return", "Hum.")),
    }
    with folder_server(documents) as server:
        made.feeds([server.url(path) for path in documents])
        made.run("poll")
    return made


def test_every_form_tells_story_copy_and_evidence(app: Program) -> None:
    told = {row["id"]: row for row in app.run("export").lines}
    assert len(told) == 3
    copies = [row for row in told.values() if row["copy_of"]]
    assert [told[copies[0]["copy_of"]]["story"]] == [row["story"] for row in copies]
    rows = list(csv.DictReader(io.StringIO(app.run("export", "--format", "csv").out)))
    assert tuple(rows[0]) == COLUMNS
    for row in rows:
        source = told[row["id"]]
        assert row["story"] == source["story"]
        assert row["copy_of"] == (source["copy_of"] or "")
        assert row["rule"] == source["evidence"]["rule"]
        assert json.loads(row["evidence"]) == source["evidence"]
    # A spreadsheet runs what begins with "=".
    assert "'=Port Ellery gets its wall back" in [row["title"] for row in rows]


def test_parquet_has_the_same_columns_and_numbers_that_are_numbers(app: Program) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    app.run("export", "--format", "parquet", "--output", str(app.home / "news.parquet"))
    table = parquet.read_table(app.home / "news.parquet")
    assert tuple(table.column_names) == COLUMNS
    told = {row["id"]: row for row in app.run("export").lines}
    for row in table.to_pylist():
        source = told[row["id"]]
        assert (row["story"], row["copy_of"]) == (source["story"], source["copy_of"])
        assert row["title"] == source["title"]
        assert isinstance(row["word_count"], int)
        assert row["score"] == source["evidence"]["score"]
