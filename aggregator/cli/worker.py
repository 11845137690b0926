"""``aggregator worker``: one of a fleet's workers on a PostgreSQL database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from aggregator.errors import ConfigError


@click.command(name="worker")
@click.pass_obj
def command(config_dir: Path) -> None:
    """Poll feeds that `aggregator serve` hands out on the same PostgreSQL database.

    A worker fetches, parses, normalises and signs; it stands by as the clusterer. It reads the feed
    list from the database, its settings from its own config folder and environment. Start as many
    as there is work for, on any machine that reaches the database. SIGTERM ends it in order.
    """
    from aggregator import bootstrap
    from aggregator.cli.logs import configure_logging
    from aggregator.cli.server import work

    settings = bootstrap.load_settings(config_dir)
    if settings.database.url.startswith("sqlite"):
        raise ConfigError(
            "workers need a PostgreSQL database; this config names an SQLite file",
            hint="Set database.url to postgresql://…; on SQLite, `aggregator serve` does it all.",
        )
    configure_logging(settings.log.level, settings.log.format)
    asyncio.run(work(settings))
