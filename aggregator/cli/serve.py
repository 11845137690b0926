"""``aggregator serve``: the background service with its web page."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click


@click.command(name="serve")
@click.option("--host", help="The address to listen on, in place of web.host.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port, in place of web.port.")
@click.pass_obj
def command(config_dir: Path, host: str | None, port: int | None) -> None:
    """Run the service: poll feeds as they fall due, cluster, and offer the digest as a page.

    A saved change of feeds.toml is taken over while it runs, at once on SIGHUP. SIGTERM or
    Ctrl-C ends it in order.
    """
    from aggregator import bootstrap
    from aggregator.cli.logs import configure_logging
    from aggregator.cli.server import serve

    settings = bootstrap.load_settings(config_dir)
    configure_logging(settings.log.level, settings.log.format)
    web = settings.web.model_copy(
        update={key: value for key, value in (("host", host), ("port", port)) if value is not None}
    )
    asyncio.run(serve(config_dir, settings.model_copy(update={"web": web})))
