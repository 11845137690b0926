"""Noticing that a config file was saved, and taking it over only if it is right."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import xxhash

from aggregator.errors import ConfigError
from aggregator.model.feed import Feed
from aggregator.settings.feed_entry import same_address
from aggregator.settings.feeds_file import read
from aggregator.settings.load import FEEDS_FILE, SETTINGS_FILE, load, secret_files
from aggregator.settings.masking import (
    secret_differences,
    setting_differences,
    shown,
)
from aggregator.settings.schema import Settings
from aggregator.text.secrets import masked_address


@dataclass(frozen=True, slots=True)
class Config:
    """What both files say, the environment applied."""

    settings: Settings
    feeds: tuple[Feed, ...]


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """A saved change: ``config`` is what is in force now.

    ``error`` is set where the files are wrong: then ``config`` is the last good one, and
    ``differences`` is empty.
    """

    config: Config
    error: ConfigError | None = None
    differences: tuple[str, ...] = ()
    settings_differ: bool = False


def read_config(config_dir: Path, environ: Mapping[str, str], *, feeds: bool = True) -> Config:
    """Both files; less the feed list where it is somebody else's. Raises `ConfigError`."""
    settings = load(config_dir, environ)
    return Config(settings, read(config_dir / FEEDS_FILE) if feeds else ())


def config_files(config_dir: Path, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """What a config is read from: the two files, and those of secrets that the environment names.

    A change of any of them is a change of the config.
    """
    return (config_dir / SETTINGS_FILE, config_dir / FEEDS_FILE, *secret_files(environ))


Look = tuple[tuple[int, int, int, int] | None, ...]
"""Of each file: device, inode, size and time of change; None where it is not there."""


def look(files: Sequence[Path]) -> Look:
    """How the files look from outside; costs a call of stat for each."""
    return tuple(_stat(file) for file in files)


async def changes(
    config_dir: Path,
    environ: Mapping[str, str],
    config: Config,
    *,
    every: float = 0.5,
    wake: asyncio.Event | None = None,
    feeds: bool = True,
) -> AsyncGenerator[ConfigChange]:
    """Each change of the files as it is saved, within some 1.5 s (``every``: seconds).

    A change counts once two looks agree: an editor may be half way through a save. ``wake``
    (a SIGHUP, say) has the files read at once, changed or not. ``feeds``: as for `read_config`.
    """
    files = config_files(config_dir, environ)
    seen = settled = look(files)
    digest = await asyncio.to_thread(_digest, files)
    while True:
        forced = await _woken(wake, every)
        now = look(files)
        stable, seen = now == seen, now
        if not forced and (now == settled or not stable):
            continue
        settled = now
        found = await asyncio.to_thread(_digest, files)
        if found == digest and not forced:
            continue  # touched, or saved as it was
        digest = found
        try:
            if config.feeds and not (config_dir / FEEDS_FILE).exists():
                # Gone is not the same as emptied: somebody is moving files about.
                raise ConfigError("the file is gone", file=config_dir / FEEDS_FILE)  # noqa: TRY301
            fresh = await asyncio.to_thread(read_config, config_dir, environ, feeds=feeds)
        except ConfigError as error:
            yield ConfigChange(config, error)
            continue
        said, differ = differences(config, fresh), config.settings != fresh.settings
        config = fresh
        yield ConfigChange(config, differences=said, settings_differ=differ)


def differences(old: Config, new: Config) -> tuple[str, ...]:
    """What a change means, a line each, secrets masked."""
    lines = setting_differences(shown(old.settings), shown(new.settings))
    secrets = secret_differences(old.settings, new.settings)
    return (*lines, *secrets, *feed_differences(old.feeds, new.feeds))


def feed_differences(old: Sequence[Feed], new: Sequence[Feed]) -> tuple[str, ...]:
    """What became of the feeds, a line each."""
    before = {same_address(feed.url): feed for feed in old}
    after = {same_address(feed.url): feed for feed in new}
    lines = [f"feed added: {masked_address(after[key].url)}" for key in after if key not in before]
    lines += [
        f"feed removed: {masked_address(before[key].url)}" for key in before if key not in after
    ]
    for key, feed in after.items():
        if key in before and feed != before[key]:
            # Headers hold keys of access: that they changed is all a log may say.
            changed = [
                field.name
                for field in fields(Feed)
                if field.compare and getattr(feed, field.name) != getattr(before[key], field.name)
            ]
            lines.append(f"feed changed ({', '.join(changed)}): {masked_address(feed.url)}")
    return tuple(lines)


async def _woken(wake: asyncio.Event | None, seconds: float) -> bool:
    """Waits; says whether somebody asked for a look meanwhile."""
    if wake is None:
        await asyncio.sleep(seconds)
        return False
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        return False
    wake.clear()
    return True


def _stat(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _digest(files: Sequence[Path]) -> tuple[str | None, ...]:
    digests: list[str | None] = []
    for file in files:
        try:
            digests.append(xxhash.xxh3_128_hexdigest(file.read_bytes()))
        except OSError:
            digests.append(None)
    return tuple(digests)
