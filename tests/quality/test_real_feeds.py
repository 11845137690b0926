"""Floors on what a reader's feeds hold: most entries are nobody else's event."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aggregator.cli import run
from tests.quality.real_feeds import rows

FLOORS = {"pair_f1": 0.76, "pair_precision": 0.76, "b3_f1": 0.935}


def test_strangers_in_a_readers_feeds_stay_apart(
    shared_data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "real.jsonl"
    with file.open("w") as lines:
        lines.writelines(f"{json.dumps(row)}\n" for row in rows(shared_data / "feeds" / "real"))
    assert run(["evaluate", str(file), "--shuffles", "2", "--json"]) == 0
    measured = json.loads(capfd.readouterr().out)
    assert {name: measured[name] for name in FLOORS if measured[name] < FLOORS[name]} == {}
