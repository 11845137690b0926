"""``aggregator serve``: the background service with its web page."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import click


@click.command(name="serve")
@click.option("--host", help="The address to listen on, in place of web.host.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port, in place of web.port.")
@click.pass_obj
def command(config_dir: Path, host: str | None, port: int | None) -> None:
    """Run the service: poll feeds as they fall due, cluster, and offer the digest as a page.

    A saved change of feeds.toml or aggregator.toml is taken over while it runs, at once on SIGHUP.
    SIGTERM or Ctrl-C ends it in order.
    """
    from aggregator.cli.server import serve

    # Options are checked as the settings they stand for, and hold when the config is read again.
    given = {"AGGREGATOR_WEB__HOST": host, "AGGREGATOR_WEB__PORT": port}
    options = {name: str(value) for name, value in given.items() if value is not None}
    asyncio.run(serve(config_dir, environ={**os.environ, **options}))
