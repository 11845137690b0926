"""gofeed's paired documents: at least 99 in 100 agree, and every other one is argued for."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.quality.gofeed import differences, pairs

FLOOR = 0.99


def test_documents_are_read_as_gofeed_expects(shared_data: Path) -> None:
    known = tomllib.loads(Path(__file__).with_name("gofeed_differences.toml").read_text("utf-8"))
    found = {
        name: differing
        for name, path, expected, form in pairs(shared_data / "feeds" / "gofeed")
        if (differing := differences(path, expected, form))
    }
    total = sum(1 for _ in pairs(shared_data / "feeds" / "gofeed"))
    assert total > 500
    assert found.keys() == known.keys()
    for name, differing in found.items():
        assert all(line.startswith(known[name]["field"] + ":") for line in differing), differing
        assert known[name]["right"] in ("ours", "theirs", "both")
    assert 1 - len(found) / total >= FLOOR
