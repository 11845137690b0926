"""What `config init` writes, config/ in the repository and the schema are one."""

from __future__ import annotations

import tomllib
from pathlib import Path

from aggregator.settings.feeds_file import feeds_in
from aggregator.settings.schema import Settings, sections
from aggregator.settings.template import feeds_text, settings_text

CONFIG = Path(__file__).parents[3] / "config"


def test_the_repositorys_config_is_what_init_writes() -> None:
    assert (CONFIG / "aggregator.toml").read_text() == settings_text()
    assert (CONFIG / "feeds.toml").read_text() == feeds_text()


def test_the_written_settings_are_the_defaults() -> None:
    assert Settings.model_validate(tomllib.loads(settings_text())) == Settings()


def test_every_setting_says_why_one_would_change_it() -> None:
    silent = [
        f"{name}.{key}"
        for name, model in sections().items()
        for key, field in model.model_fields.items()
        if not field.description
    ]
    assert silent == []


def test_the_starter_set_is_broad() -> None:
    feeds = feeds_in(feeds_text(), Path("feeds.toml"))
    assert len(feeds) >= 30
    assert all(feed.category and feed.title for feed in feeds)
    assert len({feed.category for feed in feeds}) >= 6
    assert "https://www.middleeastmonitor.com/feed/" in {feed.url for feed in feeds}
