"""Feed lists as people publish them: third-party data, skipped where it is absent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aggregator.cli import run
from aggregator.settings.feeds_file import read
from aggregator.settings.opml import read_opml, write_opml
from tests.bench.feed_lists import kite_opml


def test_every_list_of_a_collection_imports(
    shared_data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    files = sorted((shared_data / "lists" / "awesome-rss-feeds").rglob("*.opml"))
    assert len(files) == 118
    mended = 0
    for file in files:
        body = file.read_bytes()
        found = read_opml(body)
        # Not one outline is lost, and no title has swallowed what stands behind it.
        assert len(found.feeds) == body.lower().count(b"xmlurl="), file
        assert all("xmlUrl" not in (feed.title or "") for feed in found.feeds)
        mended += bool(found.notes)
    assert mended == 80
    config = tmp_path / "config"
    assert run(["config", "init", str(config)]) == 0
    assert run(["--config", str(config), "feeds", "import", *map(str, files)]) == 0
    assert len(read(config / "feeds.toml")) > 700
    assert "read tag by tag" in capfd.readouterr().err


def test_a_list_of_ten_thousand_is_imported_edited_and_kept_whole(
    shared_data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    feeds, document = kite_opml(shared_data)
    (tmp_path / "list.opml").write_text(document)
    (tmp_path / "feeds.toml").write_text("# the list of lists\n")
    config = ["--config", str(tmp_path), "feeds"]
    assert run([*config, "import", str(tmp_path / "list.opml")]) == 0
    assert capfd.readouterr().out == f"Imported {feeds} feeds.\n"

    path = tmp_path / "feeds.toml"
    commented = path.read_text().replace("[[feeds]]", "# kept\n[[feeds]]  # kept too")
    path.write_text(commented)
    assert run([*config, "add", "--no-check", "https://new.example/feed"]) == 0
    assert path.read_text().startswith(commented)
    capfd.readouterr()
    assert run([*config, "list", "--json"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert len(lines) == feeds + 1
    assert json.loads(lines[-1])["url"] == "https://new.example/feed"
    assert run([*config, "remove", "https://new.example/feed"]) == 0
    assert path.read_text() == commented
    again = read_opml(write_opml(read(path)).encode())
    assert len(again.feeds) == feeds
    assert again.notes == ()
