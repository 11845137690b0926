"""``aggregator worker``: one of a fleet's workers on a PostgreSQL database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click


@click.command(name="worker")
@click.pass_obj
def command(config_dir: Path) -> None:
    """Poll feeds that `aggregator serve` hands out on the same PostgreSQL database.

    A worker fetches, parses, normalises and signs; it stands by as the clusterer. It reads the feed
    list from the database, its settings from its own config folder and environment; a saved change
    of them is taken over while it runs, at once on SIGHUP. Start as many as there is work for, on
    any machine that reaches the database. SIGTERM ends it in order.
    """
    from aggregator.cli.server import work

    asyncio.run(work(config_dir))
