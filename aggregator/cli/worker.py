"""``aggregator worker``: one of a fleet's workers on a PostgreSQL database."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import click


@click.command(name="worker")
@click.option("--host", help="Where to listen for the probes, in place of web.host.")
@click.option("--port", type=click.IntRange(0, 65535), help="Offer the probes at this port.")
@click.pass_obj
def command(config_dir: Path, host: str | None, port: int | None) -> None:
    """Poll feeds that `aggregator serve` hands out on the same PostgreSQL database.

    A worker fetches, parses, normalises and signs; it stands by as the clusterer. It reads the feed
    list from the database, its settings from its own config folder and environment; a saved change
    of them is taken over while it runs, at once on SIGHUP. Start as many as there is work for, on
    any machine that reaches the database. With --port it answers /healthz, /readyz and /metrics.
    SIGTERM ends it in order.
    """
    from aggregator.cli.server import work

    given = {"AGGREGATOR_WEB__HOST": host, "AGGREGATOR_WEB__PORT": port}
    options = {name: str(value) for name, value in given.items() if value is not None}
    environ = {**os.environ, **options}
    asyncio.run(work(config_dir, environ=environ, probes=port is not None))
