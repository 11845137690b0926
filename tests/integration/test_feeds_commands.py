"""``aggregator feeds`` and ``config`` against real servers on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator import bootstrap
from aggregator.cli import run
from aggregator.demo.server import DemoServer
from aggregator.demo.world import load_world
from aggregator.settings.feeds_file import read

SETTINGS = (
    '[database]\nurl = "sqlite:///news.db"\n[fetch]\nallow_private_networks = ["127.0.0.0/8"]\n'
)
LIST = "# mine\n\n# the end\n"


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(load_world(), now=lambda: datetime.now(UTC)) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "aggregator.toml").write_text(SETTINGS)
    (tmp_path / "feeds.toml").write_text(LIST)
    return tmp_path


def address(server: DemoServer, title: str) -> str:
    return next(feed.url for feed in server.feeds() if feed.title == title)


def site(server: DemoServer, title: str) -> str:
    return address(server, title).rpartition("/")[0] + "/"


def test_a_sites_address_adds_the_feed_it_declares(
    folder: Path, server: DemoServer, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["--config", str(folder), "feeds", "add", site(server, "The Harbour Post")]) == 0
    (feed,) = read(folder / "feeds.toml")
    assert feed.url == address(server, "The Harbour Post")
    assert feed.title == "The Harbour Post"
    assert (folder / "feeds.toml").read_text().startswith(LIST)
    assert run(["--config", str(folder), "feeds", "add", feed.url]) == 1
    assert "already" in capfd.readouterr().err


def test_a_moved_feed_is_added_at_its_new_address(folder: Path, server: DemoServer) -> None:
    options = ["--category", "Isles", "--interval", "30m", "--json"]
    old = address(server, "Island Gazette")
    assert run(["--config", str(folder), "feeds", "add", old, *options]) == 0
    (feed,) = read(folder / "feeds.toml")
    assert feed.url == site(server, "Island Gazette") + "feed.xml"
    assert feed.category == "Isles"


def test_what_is_no_feed_is_refused_unless_unchecked(
    folder: Path, server: DemoServer, capfd: pytest.CaptureFixture[str]
) -> None:
    for url in (
        address(server, "Old Quarry News"),
        site(server, "The Harbour Post") + "strait-harbour",
        "http://127.0.0.1:1/feed",
    ):
        assert run(["--config", str(folder), "feeds", "add", url]) == 1
        assert url in capfd.readouterr().err
    assert (folder / "feeds.toml").read_text() == LIST
    dead = address(server, "Old Quarry News")
    assert run(["--config", str(folder), "feeds", "add", "--no-check", dead]) == 0
    assert [feed.url for feed in read(folder / "feeds.toml")] == [dead]


def test_discover_lists_and_adds_nothing(
    folder: Path, server: DemoServer, capfd: pytest.CaptureFixture[str]
) -> None:
    page = site(server, "Civic Ledger")
    assert run(["--config", str(folder), "feeds", "discover", "--json", page]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["url"] == address(server, "Civic Ledger")
    assert found["format"] == "cdf"
    assert found["entries"] > 0
    assert (folder / "feeds.toml").read_text() == LIST


def test_check_names_what_does_not_answer(
    folder: Path, server: DemoServer, capfd: pytest.CaptureFixture[str]
) -> None:
    for title in ("The Harbour Post", "Old Quarry News"):
        url = address(server, title)
        assert run(["--config", str(folder), "feeds", "add", "--no-check", url]) == 0
    capfd.readouterr()
    assert run(["--config", str(folder), "feeds", "check", "--json"]) == 1
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert {line["feed"]: line["ok"] for line in lines} == {
        address(server, "The Harbour Post"): True,
        address(server, "Old Quarry News"): False,
    }
    good = address(server, "The Harbour Post")
    assert run(["--config", str(folder), "feeds", "check", good]) == 0


def test_health_tells_how_feeds_fare(
    folder: Path, server: DemoServer, capfd: pytest.CaptureFixture[str]
) -> None:
    for title in ("The Harbour Post", "Old Quarry News"):
        url = address(server, title)
        assert run(["--config", str(folder), "feeds", "add", "--no-check", url]) == 0
    assert run(["--config", str(folder), "poll"]) == 0
    capfd.readouterr()
    assert run(["--config", str(folder), "feeds", "health", "--json"]) == 0
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    good, dead = sorted(lines, key=lambda line: bool(line["needs_care"]))
    assert good["condition"] == "ok"
    assert good["last_success_at"]
    assert good["articles"] > 0
    assert dead["failures"] == 1
    assert "404" in dead["error"]
    assert any("failed once" in word for word in dead["words"])
    assert run(["--config", str(folder), "feeds", "health", "--care"]) == 0
    assert "quarry" in capfd.readouterr().out


def test_pause_resume_remove_and_list(
    folder: Path, server: DemoServer, capfd: pytest.CaptureFixture[str]
) -> None:
    config = ["--config", str(folder), "feeds"]
    url = address(server, "The Harbour Post")
    assert run([*config, "add", "--no-check", "--title", "Post", url]) == 0
    assert run([*config, "pause", "post"]) == 0
    capfd.readouterr()
    assert run([*config, "list", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["paused"] is True
    assert run([*config, "resume", url]) == 0
    assert not read(folder / "feeds.toml")[0].paused
    assert run([*config, "remove", url]) == 0
    assert (folder / "feeds.toml").read_text() == LIST
    assert run([*config, "remove", url]) == 1
    assert "there is no feed" in capfd.readouterr().err


def test_opml_goes_in_and_out(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    config = ["--config", str(folder), "feeds"]
    (folder / "list.opml").write_text(
        '<opml><outline text="A & B" xmlUrl="https://a.example/feed"/>'
        '<outline text="bad" xmlUrl="file:///etc/passwd"/></opml>'
    )
    assert run([*config, "import", str(folder / "list.opml")]) == 0
    captured = capfd.readouterr()
    assert "Imported 1 feed." in captured.out
    assert "read tag by tag" in captured.err
    assert run([*config, "import", str(folder / "list.opml")]) == 0
    assert "1 were in the list already" in capfd.readouterr().out
    assert run([*config, "export"]) == 0
    assert 'xmlUrl="https://a.example/feed"' in capfd.readouterr().out
    assert run([*config, "import", str(folder / "none.opml")]) == 1


def test_a_list_on_a_server_is_fetched_under_guard(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "aggregator.toml").write_text("")
    url = "http://127.0.0.1:9/list.opml"
    assert run(["--config", str(folder), "feeds", "import", url]) == 1
    assert "127.0.0.1" in capfd.readouterr().err


def test_wrong_usage_and_wrong_config_end_with_2(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config = ["--config", str(folder)]
    url = "https://a.example/"
    assert run([*config, "feeds", "add", "--no-check", url, "--interval", "1m"]) == 2
    assert "--interval" in capfd.readouterr().err
    assert run([*config, "feeds", "add", "--no-check", "ftp://a.example/"]) == 2
    (folder / "feeds.toml").write_text("[[feeds]]\nurl = 3\n")
    assert run([*config, "feeds", "list"]) == 2
    assert "feeds.toml:2:7: " in capfd.readouterr().err
    assert run([*config, "config", "check"]) == 2
    assert run(["--config", str(tmp_path / "none"), "feeds", "list"]) == 2
    assert "config init" in capfd.readouterr().err


def test_init_writes_once_and_check_is_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["config", "init"]) == 0
    (tmp_path / "config" / "aggregator.toml").write_text("[web]\nport = 81\n")
    assert run(["config", "init"]) == 0
    assert (tmp_path / "config" / "aggregator.toml").read_text() == "[web]\nport = 81\n"
    assert run(["config", "check"]) == 0
    capfd.readouterr()
    monkeypatch.setenv("AGGREGATOR_DATABASE_URL", "postgresql://me:hush@db/news")
    assert run(["config", "show", "--json"]) == 0
    shown = json.loads(capfd.readouterr().out)
    assert shown["database"]["url"] == "postgresql://me:***@db/news"
    assert shown["origins"]["web.port"].endswith("aggregator.toml:2")
    assert run(["config", "path"]) == 0
    assert capfd.readouterr().out.strip() == str(tmp_path / "config")


def test_check_names_secrets_that_stand_in_clear_and_shows_none(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "feeds.toml").write_text(
        '[[feeds]]\nurl = "https://me:hush@a.example/rss"\n\n'
        '[[feeds]]\nurl = "https://b.example/rss?token=hush"\n\n'
        '[[feeds]]\nurl = "https://c.example/rss"\nheaders = {Authorization = "Bearer hush"}\n\n'
        '[[feeds]]\nurl = "https://d.example/rss"\nheaders = {Authorization = "Bearer ${d}"}\n\n'
        '[[feeds]]\nurl = "https://e.example/rss"\nheaders = {Accept = "text/xml"}\n'
    )
    assert run(["--config", str(tmp_path), "config", "check"]) == 0
    said = capfd.readouterr()
    assert "5 feeds are valid" in said.out
    assert [line.partition(": ")[0] for line in said.err.splitlines() if "holds a" in line] == [
        f"feeds.toml, line {line}" for line in (1, 4, 7)
    ]
    assert "hush" not in said.err + said.out


def test_check_shows_what_differs_from_what_is_followed(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config = ["--config", str(folder)]
    assert run([*config, "feeds", "add", "--no-check", "https://a.example/feed"]) == 0
    assert run([*config, "feeds", "health"]) == 0
    assert run([*config, "feeds", "pause", "https://a.example/feed"]) == 0
    assert run([*config, "feeds", "add", "--no-check", "https://b.example/feed"]) == 0
    capfd.readouterr()
    assert run([*config, "config", "check", "--against-running"]) == 0
    out = capfd.readouterr().out
    assert "feed changed (paused): https://a.example/feed" in out
    assert "feed added: https://b.example/feed" in out
    assert "No service runs" in out


async def _say_it_moved(folder: Path, url: str, *, days: int) -> None:
    """What so many days of permanent redirects would have taught the store."""
    settings, feeds = bootstrap.load_config(folder)
    async with bootstrap.opened_store(settings) as store:
        now = bootstrap.clock().now()
        await store.sync_feeds(feeds, now=now)
        (record,) = await store.feeds()
        state = replace(
            record.state, condition="ok", moved_to=url, moved_since=now - timedelta(days=days)
        )
        await store.save_state(record.id, state)


def test_a_moved_feed_is_adopted_with_its_articles(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config = ["--config", str(folder), "feeds"]
    old, new = "https://old.example/feed", "https://new.example/feed"
    assert run([*config, "add", "--no-check", old]) == 0
    asyncio.run(_say_it_moved(folder, new, days=2))
    assert run([*config, "health", "--adopt"]) == 1
    asyncio.run(_say_it_moved(folder, new, days=4))
    capfd.readouterr()
    assert run([*config, "health"]) == 0
    assert f"--adopt {old}" in capfd.readouterr().out
    assert run([*config, "health", "--adopt"]) == 0
    assert [feed.url for feed in read(folder / "feeds.toml")] == [new]
    capfd.readouterr()
    assert run([*config, "health", "--json"]) == 0
    (line,) = capfd.readouterr().out.splitlines()
    assert json.loads(line)["feed"] == new
    assert json.loads(line)["moved_to"] is None
    assert run([*config, "health", "--adopt"]) == 1


def test_a_person_may_take_a_new_address_at_its_word(folder: Path) -> None:
    config = ["--config", str(folder), "feeds"]
    old, new = "https://old.example/feed", "https://new.example/feed"
    assert run([*config, "add", "--no-check", old]) == 0
    asyncio.run(_say_it_moved(folder, new, days=0))
    assert run([*config, "health", "--adopt", old]) == 0
    assert [feed.url for feed in read(folder / "feeds.toml")] == [new]
