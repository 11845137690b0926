"""``aggregator db``, as a person calls it: what it prints, where, and its exit status."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.cli import run
from aggregator.model.article import Article
from aggregator.model.feed import Feed
from aggregator.model.story import ClusterChanges
from aggregator.store import SqlStore
from tests.contract.store_values import NOON, article, entry, member, polled

FEED = "https://a.example/rss"


class Shell:
    """The command line over a config folder of its own, whose database is news.db in it."""

    def __init__(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.config = config
        self.out = self.err = ""
        self._capsys = capsys

    def __call__(self, *arguments: str) -> int:
        status = run(["--config", str(self.config), "db", *arguments])
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.err
        return status

    def store(self, work: Callable[[SqlStore], Awaitable[object]], name: str = "news.db") -> None:
        async def do() -> None:
            store = SqlStore(f"sqlite:///{self.config}/{name}")
            await store.open()
            await work(store)
            await store.aclose()

        asyncio.run(do())


@pytest.fixture
def db(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    config = tmp_path / "config"
    config.mkdir()
    (config / "aggregator.toml").write_text("")
    monkeypatch.setenv("AGGREGATOR_DATABASE_URL", "sqlite:///news.db")
    return Shell(config, capsys)


async def fill(store: SqlStore) -> None:
    await store.sync_feeds([Feed(url=FEED, title="Morning")], now=NOON)
    (feed,) = await store.feeds()
    old = article("old", fetched_at=NOON - timedelta(days=900))
    await store.save_poll(feed.id, polled(), [entry("old", old), entry("new")])
    await store.apply(ClusterChanges(memberships=(member("old", "old"), member("new", "new"))))


def test_upgrade_makes_a_database_and_says_where(db: Shell) -> None:
    assert db("upgrade") == 0
    assert "news.db: from nothing to" in db.err
    assert db("upgrade") == 0
    assert "is at the newest form" in db.err
    assert db.out == ""


def test_without_a_config_folder_the_status_is_two(db: Shell) -> None:
    db.config = db.config / "nowhere"
    assert db("upgrade") == 2
    assert "nowhere" in db.err


def test_check_finds_a_whole_database_whole(db: Shell) -> None:
    db.store(fill)
    assert db("check") == 0
    assert db.out.startswith("ok: 2 articles, 2 stories, 1 feed,")
    assert db("check", "--json") == 0
    assert json.loads(db.out) == {"problems": []}


def test_check_says_what_is_wrong(db: Shell) -> None:
    db.store(fill)
    with closing(sqlite3.connect(db.config / "news.db")) as connection, connection:
        connection.execute("UPDATE story SET articles = 7")
    assert db("check", "--json") == 1
    assert json.loads(db.out) == {"problems": ["2 stories count their articles wrongly"]}
    assert "db restore" in db.err


def test_a_backup_is_restored_and_what_was_there_is_kept(db: Shell, tmp_path: Path) -> None:
    db.store(fill)
    backup = tmp_path / "backups" / "one.db"
    assert db("backup", str(backup)) == 0
    assert db.out == f"{backup}\n"
    db.store(lambda store: store.import_articles([entry("since")]))
    assert db("restore", str(backup)) == 0
    assert f"{db.config}/news.db.replaced-1" in db.err
    assert db("check") == 0
    assert db.out.startswith("ok: 2 articles")


def test_what_is_no_backup_is_not_restored(db: Shell, tmp_path: Path) -> None:
    db.store(fill)
    (tmp_path / "words.db").write_text("just words " * 99)
    assert db("restore", str(tmp_path / "words.db")) == 1
    assert db("restore", str(tmp_path / "missing.db")) == 1
    assert "there is no such file" in db.err
    assert db("check") == 0
    assert db.out.startswith("ok: 2 articles")


def test_copy_counts_paths_from_the_config_folder(db: Shell) -> None:
    db.store(fill)
    assert db("copy", "sqlite:///news.db", "sqlite:///copy.db") == 0
    assert f"rows from {db.config}/news.db to {db.config}/copy.db" in db.err
    assert db("copy", "sqlite:///news.db", "sqlite:///copy.db") == 1
    assert "holds feeds or articles already" in db.err
    assert db("copy", "sqlite:///missing.db", "sqlite:///other.db") == 1
    assert not (db.config / "missing.db").exists()
    assert db("copy", "nonsense", "sqlite:///other.db") == 2


def test_prune_takes_what_it_is_told_to(db: Shell) -> None:
    db.store(fill)
    assert db("prune") == 2
    assert "--keep-days" in db.err
    assert db("prune", "--keep-articles", "1") == 0
    assert "1 article taken out" in db.err
    assert db("check") == 0
    assert db.out.startswith("ok: 1 article,")


@pytest.mark.parametrize(
    "bound",
    [
        ("--keep-days", "0"),
        ("--keep-days", "nan"),
        ("--keep-days", "1e300"),
        ("--keep-articles", "0"),
        ("--keep-per-feed", "0"),
        ("--max-size", "0"),
        ("--max-size", "inf"),
    ],
)
def test_prune_takes_nothing_by_a_bound_that_is_none(db: Shell, bound: tuple[str, str]) -> None:
    db.store(fill)
    assert db("prune", *bound) == 2
    assert db("check") == 0
    assert db.out.startswith("ok: 2 articles,")


def test_forget_takes_articles_and_feeds(db: Shell) -> None:
    db.store(fill)
    assert db("forget", "--yes", "old", "Morning") == 0
    assert f"{FEED}: 1 article deleted" in db.err
    assert db("forget", "--yes", "Morning") == 1
    assert "there is no feed 'Morning'" in db.err


def test_sizes_lists_feeds(db: Shell) -> None:
    db.store(fill)
    assert db("sizes", "--json") == 0
    assert db.out == ""  # both articles are older than the span
    now = article("now", fetched_at=NOON + timedelta(days=365 * 900))
    db.store(lambda store: _save(store, now))
    assert db("sizes", "--json") == 0
    row = json.loads(db.out)
    assert (row["feed"], row["articles"]) == (FEED, 1)
    assert db("sizes") == 0
    assert FEED in db.out


async def _save(store: SqlStore, made: Article) -> None:
    feed = await store.feed(FEED)
    await store.save_poll(feed.id, polled(), [entry("now", made)])
