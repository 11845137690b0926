"""``aggregator config``: make, check and show the config folder."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from aggregator.cli.shell import standard_input
from aggregator.errors import ConfigError, UsageError
from aggregator.model.feed import Feed
from aggregator.model.status import Heartbeat


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
@click.option(
    "--against-running",
    is_flag=True,
    help="Show what differs from what each process of the service goes by.",
)
@click.pass_obj
def check(config_dir: Path, against_running: bool) -> None:
    """Check both files and the environment; names file, line and column of what is wrong."""
    from aggregator.settings.feeds_file import read
    from aggregator.settings.load import FEEDS_FILE, SETTINGS_FILE, load, require_folder
    from aggregator.settings.masking import open_secrets

    require_folder(config_dir)
    faults: list[ConfigError] = []
    feeds: Sequence[Feed] = ()
    try:
        load(config_dir, os.environ)
    except ConfigError as error:
        faults.append(error)
    try:
        feeds = read(config_dir / FEEDS_FILE)
    except ConfigError as error:
        faults.append(error)
    for fault in faults[:-1]:
        click.echo(f"Error: {fault}", err=True)
    if faults:
        raise faults[-1]
    for name in (SETTINGS_FILE, FEEDS_FILE):
        if not (config_dir / name).exists():
            click.echo(f"{config_dir / name} is not there: defaults are in force.", err=True)
    for line in open_secrets(feeds):
        click.echo(f"{FEEDS_FILE}, {line}.", err=True)
    count = len(feeds)
    click.echo(f"{config_dir}: settings and {count} feed{'' if count == 1 else 's'} are valid.")
    if against_running:
        for line in _against_running(config_dir):
            click.echo(line)


def _against_running(config_dir: Path) -> list[str]:
    """What differs between this config and what each running process goes by."""
    import asyncio

    from aggregator import bootstrap
    from aggregator.settings.masking import shown
    from aggregator.settings.watch import feed_differences

    settings, feeds = bootstrap.load_config(config_dir)

    async def compare() -> list[str]:
        now = bootstrap.clock().now()
        async with bootstrap.opened_store(settings) as store:
            followed = [record.feed for record in await store.feeds()]
            running = [beat for beat in await store.heartbeats() if beat.alive(now)]
        lines = list(feed_differences(followed, feeds))
        for beat in running:
            lines += _of_process(beat, shown(settings))
        if not running:
            lines.append("No service runs on this database.")
        elif not lines:
            lines.append("Every running process goes by this config:")
            lines += [f"  {beat.name} ({beat.status.role})" for beat in running]
        return lines

    return asyncio.run(compare())


def _of_process(beat: Heartbeat, here: Mapping[str, str]) -> Iterator[str]:
    """What differs in one process, a line each; a saved change is in force within two seconds."""
    from aggregator import __version__
    from aggregator.settings.masking import setting_differences

    status = beat.status
    source = f"{beat.name} ({status.role}) goes by {status.config_dir} and its own environment"
    for line in setting_differences(dict(status.settings), here):
        yield f"{line}  ({source})"
    if status.config_error:
        yield f"{beat.name} keeps its last good config: {status.config_error}"
    if status.version != __version__:
        yield f"{beat.name} runs version {status.version}, this is {__version__}"


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def show(config_dir: Path, as_json: bool) -> None:
    """Show the settings in force and where each comes from; secrets are masked."""
    from aggregator.settings.load import FEEDS_FILE, SETTINGS_FILE, load_with_origins
    from aggregator.settings.masking import shown

    loaded = load_with_origins(config_dir, os.environ)
    files = {
        "config_dir": str(config_dir.absolute()),
        "settings_file": str((config_dir / SETTINGS_FILE).absolute()),
        "feeds_file": str((config_dir / FEEDS_FILE).absolute()),
    }
    values = shown(loaded.settings)
    if as_json:
        document: dict[str, Any] = {**files, "origins": dict(loaded.origins)}
        for name, text in values.items():
            section, _, key = name.partition(".")
            document.setdefault(section, {})[key] = json.loads(text)
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    click.echo(f"# {files['config_dir']}")
    last = ""
    for name, text in values.items():
        section, _, key = name.partition(".")
        if section != last:
            click.echo(f"\n[{section}]")
        last = section
        click.echo(f"{key} = {text}  # {loaded.origins[name]}")


@command.command()
@click.pass_obj
def path(config_dir: Path) -> None:
    """Print the config folder's path."""
    from aggregator.settings.load import require_folder

    require_folder(config_dir)
    click.echo(config_dir.absolute())


@command.command()
def password() -> None:
    """Ask for a password and print its hash, for password_hash in [web].

    Where standard input is no terminal, its first line is the password.
    """
    from argon2 import PasswordHasher

    if sys.stdin is not None and sys.stdin.isatty():
        given = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        given = standard_input().decode().partition("\n")[0].removesuffix("\r")
    if not given:
        raise UsageError("no password was given")
    click.echo(PasswordHasher().hash(given))
