"""The feed list as the commands of ``aggregator feeds`` reach it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aggregator.model.feed import Feed


def feed_list(config_dir: Path) -> Sequence[Feed]:
    """The feeds of the config folder. Raises `ConfigError`."""
    from aggregator.settings.feeds_file import read
    from aggregator.settings.load import require_folder

    require_folder(config_dir)
    return read(feeds_path(config_dir))


def feeds_path(config_dir: Path) -> Path:
    """Where feeds.toml is, or will be."""
    from aggregator.settings.load import FEEDS_FILE

    return config_dir / FEEDS_FILE
