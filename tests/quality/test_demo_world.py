"""Floors on the demo's world: what everybody sees first must be right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aggregator.cli import run
from tests.quality.demo_world import rows

FLOORS = {"pair_f1": 0.94, "pair_precision": 0.96, "b3_f1": 0.94, "copy_recall": 0.95}


def test_the_demo_is_grouped_as_a_person_would(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "demo.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows()))
    assert run(["evaluate", str(file), "--shuffles", "5", "--json"]) == 0
    measured = json.loads(capfd.readouterr().out)
    assert {name: measured[name] for name in FLOORS if measured[name] < FLOORS[name]} == {}
