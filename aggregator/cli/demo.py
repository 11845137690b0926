"""``aggregator demo``: the whole program on made-up outlets, with nothing set up."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.shell import note, put

if TYPE_CHECKING:
    from aggregator.model.digest import Digest
    from aggregator.settings.schema import Settings

_FORMATS = ("text", "markdown", "html", "json", "atom")
_WINDOW = timedelta(hours=24)


@click.command(name="demo")
@click.option("--once", is_flag=True, help="Print the digest and end.")
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), default="text", help="How to print it."
)
def command(once: bool, form: str) -> None:
    """Poll outlets that ship with the package, over real HTTP, and show their merged digest.

    Needs no config and leaves nothing behind.
    """
    from aggregator.bootstrap import clock
    from aggregator.demo.config import write_config
    from aggregator.demo.server import DemoServer
    from aggregator.demo.world import load_world
    from aggregator.settings.load import load

    with (
        tempfile.TemporaryDirectory(prefix="aggregator-demo-") as folder,
        DemoServer(load_world(), now=clock().now) as server,
    ):
        write_config(Path(folder), server.feeds())
        # Not the environment's: a demo never touches anybody's own database.
        settings = load(Path(folder), {})
        put(_rendered(asyncio.run(_digest(settings, Path(folder))), form))


async def _digest(settings: Settings, folder: Path) -> Digest:
    from aggregator import bootstrap
    from aggregator.model.digest import Window
    from aggregator.service.deduplicate import cluster_waiting
    from aggregator.service.feeds import chosen
    from aggregator.service.reading import read_digest
    from aggregator.service.rounds import poll_round
    from aggregator.settings.feeds_file import read
    from aggregator.settings.load import FEEDS_FILE

    feeds = read(folder / FEEDS_FILE)
    clock = bootstrap.clock()
    async with bootstrap.opened_store(settings) as store:
        await store.sync_feeds(feeds, now=clock.now())
        urls = [feed.url for feed in feeds]
        async with bootstrap.opened_poller(settings, store, feeds=urls) as poller:
            records = await chosen(store, [])
            polled = await poll_round(poller, records, concurrency=len(records), forced=True)
        await cluster_waiting(store, clock, bootstrap.deduplicate_options(settings))
        answered = sum(one.report.outcome == "modified" for one in polled)
        articles = sum(one.report.new for one in polled)
        note(f"Polled {len(polled)} feeds: {answered} answered, {articles} articles.")
        now = clock.now()
        window = Window(start=now - _WINDOW, end=now)
        return await read_digest(store, clock, window, limit=settings.digest.limit)


def _rendered(digest: Digest, form: str) -> str:
    if form == "markdown":
        from aggregator.render.markdown import digest_markdown

        return digest_markdown(digest, zone=UTC)
    if form == "html":
        from aggregator.render.page import digest_page

        return digest_page(digest)
    if form == "json":
        from aggregator.render.digest_json import digest_json

        return digest_json(digest)
    if form == "atom":
        from aggregator.render.atom import digest_atom

        return digest_atom(digest)
    from aggregator.render.terminal import digest_text

    return digest_text(digest)
