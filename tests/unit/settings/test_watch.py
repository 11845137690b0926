from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from aggregator.settings.watch import ConfigChange, changes, read_config

ONE = '[[feeds]]\nurl = "https://a.example/"\n'
TWO = ONE + '\n[[feeds]]\nurl = "https://b.example/"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feeds.toml").write_text(ONE)
    return tmp_path


class Watcher:
    """Asks for the next change ahead, so that the first look is taken before a test saves."""

    def __init__(self, stream: AsyncGenerator[ConfigChange]) -> None:
        self._stream = stream
        self._pending = self._ask()

    async def next(self) -> ConfigChange:
        async with asyncio.timeout(2):
            change = await self._pending
        self._pending = self._ask()
        return change

    async def aclose(self) -> None:
        self._pending.cancel()
        await asyncio.wait({self._pending})
        await self._stream.aclose()

    def _ask(self) -> asyncio.Task[ConfigChange]:
        async def ask() -> ConfigChange:
            return await anext(self._stream)

        return asyncio.create_task(ask())


@asynccontextmanager
async def watching(
    folder: Path,
    wake: asyncio.Event | None = None,
    *,
    environ: Mapping[str, str] = MappingProxyType({}),
    feeds: bool = True,
) -> AsyncIterator[Watcher]:
    config = read_config(folder, environ, feeds=feeds)
    stream = changes(folder, environ, config, every=0.05, wake=wake, feeds=feeds)
    async with aclosing(Watcher(stream)) as watcher:
        await asyncio.sleep(0.05)
        yield watcher


async def test_a_saved_list_is_taken_over_within_two_seconds(folder: Path) -> None:
    async with watching(folder) as watcher:
        (folder / "feeds.toml").write_text(TWO)
        change = await watcher.next()
    assert change.error is None
    assert len(change.config.feeds) == 2
    assert change.differences == ("feed added: https://b.example/",)


async def test_a_wrong_list_leaves_the_last_good_one_in_force(folder: Path) -> None:
    async with watching(folder) as watcher:
        (folder / "feeds.toml").write_text(ONE + "url = 3\n")
        change = await watcher.next()
        assert change.error is not None
        assert "feeds.toml:3:" in str(change.error)
        assert [feed.url for feed in change.config.feeds] == ["https://a.example/"]
        (folder / "feeds.toml").write_text(TWO)
        assert len((await watcher.next()).config.feeds) == 2


async def test_a_list_that_is_gone_leaves_the_last_good_one_in_force(folder: Path) -> None:
    (folder / "aggregator.toml").write_text("")
    async with watching(folder) as watcher:
        (folder / "feeds.toml").unlink()
        change = await watcher.next()
    assert "gone" in str(change.error)
    assert len(change.config.feeds) == 1


async def test_settings_are_watched_and_secrets_stay_secret(folder: Path) -> None:
    async with watching(folder) as watcher:
        (folder / "aggregator.toml").write_text(
            '[web]\nport = 81\n[mail]\npassword = "hush"\n[database]\nurl = "postgresql://u:p@h/d"\n'
        )
        change = await watcher.next()
    assert change.config.settings.web.port == 81
    assert "[web] port: 8080 → 81" in change.differences
    assert '[mail] password: "" → "***"' in change.differences
    assert "hush" not in str(change.differences)
    assert "u:p@" not in str(change.differences)


async def test_a_changed_secret_is_a_change_though_it_looks_the_same(folder: Path) -> None:
    settings = folder / "aggregator.toml"
    settings.write_text('[mail]\npassword = "hush"\n')
    async with watching(folder) as watcher:
        settings.write_text('[mail]\npassword = "whisper"\n')
        change = await watcher.next()
    assert change.differences == ("[mail] password: the secret in it changed",)
    assert change.settings_differ


async def test_a_secret_in_a_file_is_watched_as_well(folder: Path) -> None:
    secret = folder / "secret"
    secret.write_text("postgresql://u:hush@h/d\n")
    environ = {"AGGREGATOR_DATABASE_URL_FILE": str(secret), "AGGREGATOR_MAIL__AT": '["06:00"]'}
    async with watching(folder, environ=environ) as watcher:
        secret.write_text("postgresql://u:whisper@h/d\n")
        change = await watcher.next()
    assert change.config.settings.database.url == "postgresql://u:whisper@h/d"
    assert change.differences == ("[database] url: the secret in it changed",)


async def test_without_feeds_only_the_settings_are_looked_at(folder: Path) -> None:
    async with watching(folder, feeds=False) as watcher:
        (folder / "feeds.toml").write_text("wrong")
        (folder / "aggregator.toml").write_text("[digest]\nlimit = 9\n")
        change = await watcher.next()
        while not change.differences:
            change = await watcher.next()
    assert change.error is None
    assert change.differences == ("[digest] limit: 50 → 9",)
    assert change.config.feeds == ()


async def test_a_file_saved_as_it_was_is_no_change(folder: Path) -> None:
    async with watching(folder) as watcher:
        os.utime(folder / "feeds.toml", (1, 1))
        await asyncio.sleep(0.3)
        (folder / "feeds.toml").write_text(TWO)
        assert (await watcher.next()).differences == ("feed added: https://b.example/",)


async def test_a_signal_has_the_files_read_at_once(folder: Path) -> None:
    wake = asyncio.Event()
    async with watching(folder, wake) as watcher:
        wake.set()
        change = await watcher.next()
    assert change.differences == ()
    assert change.error is None


async def test_what_changed_in_a_feed_is_named(folder: Path) -> None:
    async with watching(folder) as watcher:
        (folder / "feeds.toml").write_text(
            ONE + 'paused = true\nheaders = { Authorization = "hush" }\n'
        )
        change = await watcher.next()
    assert change.differences == ("feed changed (paused, headers): https://a.example/",)
