"""A config folder that follows the demo's outlets, written anew for each demo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aggregator.model.feed import Feed
from aggregator.settings.feeds_edit import adding, apply
from aggregator.settings.load import FEEDS_FILE, SETTINGS_FILE

_SETTINGS = """\
# Made by `aggregator demo`; thrown away with it.
[database]
url = "sqlite:///demo.db"

[fetch]
allow_private_networks = ["127.0.0.0/8"]  # the outlets are on this machine
per_host = 8  # all of them on one host, ours
contact = "https://demo.invalid/"
"""


def write_config(folder: Path, feeds: Sequence[Feed]) -> None:
    """Writes aggregator.toml and feeds.toml into an empty folder."""
    (folder / SETTINGS_FILE).write_text(_SETTINGS, encoding="utf-8")
    apply(folder / FEEDS_FILE, adding(feeds))
