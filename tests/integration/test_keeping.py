"""The daily upkeep: bounds held, backups made and rotated."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator import bootstrap
from aggregator.model.instants import Instant
from aggregator.model.store import Retention
from aggregator.model.story import ClusterChanges
from aggregator.service.keeping import LOCK, Keeper, KeepingOptions
from aggregator.settings.load import load
from aggregator.store import SqlStore
from tests.contract.store_values import NOON, article, entry, member

DAY = timedelta(days=1)


class Days:
    """A clock that stands until the test moves it."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> Instant:
        return self.at


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = SqlStore(f"sqlite:///{tmp_path}/news.db")
    await opened.open()
    old = article("old", fetched_at=NOON - 10 * DAY)
    await opened.import_articles([entry("old", old), entry("new")])
    await opened.apply(ClusterChanges(memberships=(member("old", "old"), member("new", "new"))))
    yield opened
    await opened.aclose()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_the_backup_holds_what_is_then_taken_out(store: SqlStore, tmp_path: Path) -> None:
    options = KeepingOptions(retention=Retention(age=DAY), backups=tmp_path / "backups")
    await Keeper(store=store, clock=Days(), options=options).run()
    assert (await store.statistics()).articles == 1
    (name,) = names(tmp_path / "backups")
    assert name == "aggregator-20240131-120000.db"
    backup = SqlStore(f"sqlite:///{tmp_path}/backups/{name}")
    assert (await backup.statistics()).articles == 2
    await backup.aclose()


async def test_old_backups_go_and_other_files_stay(store: SqlStore, tmp_path: Path) -> None:
    folder, clock = tmp_path / "backups", Days()
    folder.mkdir()
    (folder / "aggregator-precious--mine!.db").write_text("mine")
    keeper = Keeper(
        store=store, clock=clock, options=KeepingOptions(backups=folder, backups_kept=2)
    )
    for _ in range(4):
        await keeper.run()
        clock.at += DAY
    assert names(folder) == [
        "aggregator-20240202-120000.db",
        "aggregator-20240203-120000.db",
        "aggregator-precious--mine!.db",
    ]


async def test_of_two_processes_one_does_it(store: SqlStore, tmp_path: Path) -> None:
    options = KeepingOptions(backups=tmp_path / "backups")
    async with store.hold(LOCK):
        await Keeper(store=store, clock=Days(), options=options).run()
    assert not (tmp_path / "backups").exists()


def test_settings_say_what_is_kept(tmp_path: Path, store: SqlStore) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "aggregator.toml").write_text("")
    assert bootstrap.keeper(load(config, {}), store, config).idle
    (config / "aggregator.toml").write_text(
        '[database]\nkeep = "30d"\nmax_size = 5\nbackup_folder = "b"\n'
    )
    keeper = bootstrap.keeper(load(config, {}), store, config)
    assert not keeper.idle
    assert keeper._options == KeepingOptions(
        retention=Retention(age=30 * DAY, size=5_000_000), backups=config / "b"
    )
