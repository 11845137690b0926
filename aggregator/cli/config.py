"""``aggregator config``: make, check and show the config folder."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from aggregator.errors import ConfigError


@click.group()
def command() -> None:
    """Make, check and show the config folder."""


@command.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def init(config_dir: Path, folder: Path | None) -> None:
    """Write aggregator.toml and feeds.toml with their defaults; files there stay as they are."""
    from aggregator.settings.feeds_file import write_whole
    from aggregator.settings.load import FEEDS_FILE, SETTINGS_FILE
    from aggregator.settings.template import feeds_text, settings_text

    target = folder or config_dir
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot be made: {error.strerror}", file=target) from error
    for name, text in ((SETTINGS_FILE, settings_text()), (FEEDS_FILE, feeds_text())):
        path = target / name
        if path.exists():
            click.echo(f"{path} is there already and stays as it is.", err=True)
        else:
            write_whole(path, text, replaces=None)
            click.echo(f"{path}")
    where = "" if target == Path("config") else f"--config {target} "
    click.echo(f"Next: `aggregator {where}poll`, then `aggregator {where}digest`.", err=True)


@command.command()
@click.pass_obj
def check(config_dir: Path) -> None:
    """Check both files and the environment; names file, line and column of what is wrong."""
    from aggregator.settings.feeds_file import read
    from aggregator.settings.load import FEEDS_FILE, SETTINGS_FILE, load

    faults: list[ConfigError] = []
    count = 0
    try:
        load(config_dir, os.environ)
    except ConfigError as error:
        faults.append(error)
        if error.file == config_dir:
            raise
    try:
        count = len(read(config_dir / FEEDS_FILE))
    except ConfigError as error:
        faults.append(error)
    for fault in faults[:-1]:
        click.echo(f"Error: {fault}", err=True)
    if faults:
        raise faults[-1]
    for name in (SETTINGS_FILE, FEEDS_FILE):
        if not (config_dir / name).exists():
            click.echo(f"{config_dir / name} is not there: defaults are in force.", err=True)
    click.echo(f"{config_dir}: settings and {count} feed{'' if count == 1 else 's'} are valid.")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def show(config_dir: Path, as_json: bool) -> None:
    """Show the settings in force and where each comes from; secrets are masked."""
    from aggregator.settings.load import FEEDS_FILE, SETTINGS_FILE, load_with_origins
    from aggregator.settings.template import toml_value

    loaded = load_with_origins(config_dir, os.environ)
    files = {
        "config_dir": str(config_dir.absolute()),
        "settings_file": str((config_dir / SETTINGS_FILE).absolute()),
        "feeds_file": str((config_dir / FEEDS_FILE).absolute()),
    }
    shown = shown_settings(loaded.settings)
    if as_json:
        values = {
            section: {key: _plain(value) for key, value in keys.items()}
            for section, keys in shown.items()
        }
        document: dict[str, Any] = {**files, **values, "origins": dict(loaded.origins)}
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    click.echo(f"# {files['config_dir']}")
    for section, keys in shown.items():
        click.echo(f"\n[{section}]")
        for key, value in keys.items():
            click.echo(f"{key} = {toml_value(value)}  # {loaded.origins[f'{section}.{key}']}")


@command.command()
@click.pass_obj
def path(config_dir: Path) -> None:
    """Print the config folder's path."""
    from aggregator.settings.load import require_folder

    require_folder(config_dir)
    click.echo(config_dir.absolute())


@command.command()
def password() -> None:
    """Ask for a password and print its hash, for password_hash in [web]."""
    from argon2 import PasswordHasher

    given = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    click.echo(PasswordHasher().hash(given))


def shown_settings(settings: Any) -> dict[str, dict[str, Any]]:
    """Section → key → value, with everything masked that gives access."""
    from aggregator.settings.masking import masked
    from aggregator.settings.schema import is_secret, sections

    return {
        section: {
            key: masked(value, secret=is_secret(section, key))
            for key, value in dict(getattr(settings, section)).items()
        }
        for section in sections()
    }


def _plain(value: Any) -> Any:
    from aggregator.settings.durations import duration_text

    return duration_text(value) if isinstance(value, timedelta) else value
