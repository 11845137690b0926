"""``aggregator import``: articles from files into the store."""

from __future__ import annotations

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from aggregator.cli.shell import note, progress
from aggregator.errors import UsageError


@click.command(name="import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@click.option(
    "--timezone",
    "zone_name",
    default="UTC",
    show_default=True,
    metavar="ZONE",
    help="The zone of date lines that name none, as in Europe/London.",
)
@click.pass_obj
def command(config_dir: Path, paths: tuple[Path, ...], zone_name: str) -> int:
    """Store the articles of text-form and JSON Lines files, or of the folders that hold them.

    A file that cannot be read is named, and keeps no other from being stored.
    """
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            f"there is no time zone {zone_name!r}", hint="Write it as in Europe/London."
        ) from None
    return asyncio.run(_import(config_dir, paths, zone))


async def _import(config_dir: Path, paths: tuple[Path, ...], zone: ZoneInfo) -> int:
    from aggregator import bootstrap
    from aggregator.render.view import plural
    from aggregator.service.deduplicate import cluster_waiting
    from aggregator.service.importing import find_sources, import_files

    settings = bootstrap.load_settings(config_dir)
    sources = find_sources(paths)
    for path, reason in sources.skipped:
        note(f"skipped {path}: {reason}")
    async with bootstrap.opened_store(settings) as store:
        clock = bootstrap.clock()
        with progress("Importing") as show:
            imported = await import_files(store, clock, sources.files, zone=zone, progress=show)
        with progress("Clustering", imported.new + imported.changed) as show:
            await cluster_waiting(
                store, clock, bootstrap.deduplicate_options(settings), progress=show
            )
    for fault in imported.faults:
        note(f"Error: {fault}")
    note(
        f"{plural(imported.articles, 'article')} from {plural(len(sources.files), 'file')}: "
        f"{imported.new} new, {imported.changed} changed"
    )
    return 1 if imported.faults else 0
