"""``aggregator demo``: the whole program on made-up outlets, with nothing set up."""

from __future__ import annotations

import asyncio
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.digest import FORMATS, rendered
from aggregator.cli.shell import note, put
from aggregator.render.view import plural

if TYPE_CHECKING:
    from aggregator.demo.server import DemoServer
    from aggregator.model.digest import Digest
    from aggregator.ports import Store
    from aggregator.service.poll import Polled
    from aggregator.settings.schema import Settings

_PORT = 8080
_ROUND = 45


@click.command(name="demo")
@click.option("--once", is_flag=True, help="Print the digest and end.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), help="Where to offer the page.")
@click.option(
    "--every",
    type=click.IntRange(1),
    default=_ROUND,
    show_default=True,
    help="Seconds until the outlets publish again.",
)
def command(once: bool, form: str, port: int | None, every: int) -> None:
    """Poll outlets that ship with the package, over real HTTP, and show their merged digest.

    Without --once it goes on as a service with its web page, while the outlets publish more.
    Needs no config, and leaves nothing behind.
    """
    from aggregator.bootstrap import clock
    from aggregator.demo.config import write_config
    from aggregator.demo.server import DemoServer
    from aggregator.demo.world import load_world
    from aggregator.settings.load import load

    with (
        _terminated_like_interrupted(),
        tempfile.TemporaryDirectory(prefix="aggregator-demo-") as name,
        DemoServer(load_world(), now=clock().now) as server,
    ):
        folder = Path(name)
        write_config(folder, server.feeds())
        # Not the environment's settings: a demo never touches anybody's own database.
        settings = load(folder, {})
        digest = asyncio.run(_first_round(settings, folder))
        if once:
            put(rendered(digest, form, settings.digest, to_file=False))
        else:
            asyncio.run(_stay(settings, folder, server, port=port, every=every))


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """Has SIGTERM end the demo as Ctrl-C does, which leaves nothing behind."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


async def _first_round(settings: Settings, folder: Path) -> Digest:
    from aggregator import bootstrap
    from aggregator.model.digest import Window
    from aggregator.service.deduplicate import cluster_waiting
    from aggregator.service.reading import read_digest

    clock = bootstrap.clock()
    async with bootstrap.opened_store(settings) as store:
        polled = await _poll(settings, store, folder)
        await cluster_waiting(store, clock, bootstrap.deduplicate_options(settings))
        answered = sum(one.report.outcome == "modified" for one in polled)
        articles = sum(one.report.new for one in polled)
        said = plural(articles, "article")
        note(f"Polled {plural(len(polled), 'feed')}: {answered} answered, with {said}.")
        now = clock.now()
        window = Window(start=now - settings.digest.since, end=now + timedelta(seconds=1))
        return await read_digest(store, clock, window, limit=settings.digest.limit)


async def _poll(settings: Settings, store: Store, folder: Path) -> list[Polled]:
    """One round over every feed, whether it is due or not: a demo's day lasts minutes."""
    from aggregator import bootstrap
    from aggregator.service.feeds import chosen
    from aggregator.service.rounds import poll_round
    from aggregator.settings.feeds_file import read
    from aggregator.settings.load import FEEDS_FILE

    feeds = read(folder / FEEDS_FILE)
    await store.sync_feeds(feeds, now=bootstrap.clock().now())
    urls = [feed.url for feed in feeds]
    async with bootstrap.opened_poller(settings, store, feeds=urls) as poller:
        # One after the other, the agency first: what is read first is what the others copy.
        return await poll_round(poller, await chosen(store, []), concurrency=1, forced=True)


async def _stay(
    settings: Settings, folder: Path, server: DemoServer, *, port: int | None, every: int
) -> None:
    from aggregator.cli.server import serve

    host, chosen = settings.web.host, _PORT if port is None else port
    if (port is None and not _is_free(host, _PORT)) or port == 0:
        chosen = _any_port(host)
    # What the service says of its polls would drown what the demo says of its rounds; that one
    # outlet is dead is no news here.
    environ = {"AGGREGATOR_WEB__PORT": str(chosen), "AGGREGATOR_LOG__LEVEL": "error"}
    click.echo(f"Open http://{host}:{chosen}/ to read the digest.")
    note(f"The outlets publish again every {every} seconds. Ctrl-C ends the demo.")
    rounds = asyncio.create_task(_rounds(settings, folder, server, every=every))
    try:
        await serve(folder, environ=environ)
    finally:
        rounds.cancel()
        with suppress(asyncio.CancelledError):
            await rounds


async def _rounds(settings: Settings, folder: Path, server: DemoServer, *, every: int) -> None:
    """Lets the outlets publish, round by round; the service beside it makes the stories."""
    from aggregator import bootstrap

    async with bootstrap.opened_store(settings) as store:
        while not server.is_over:
            await asyncio.sleep(every)
            server.advance()
            polled = await _poll(settings, store, folder)
            new = sum(one.report.new for one in polled)
            changed = sum(one.report.changed for one in polled)
            said = plural(new, "new article")
            note(f"Round {server.round}: {said}, {changed} rewritten.")
    note("The outlets have nothing more to say.")


def _is_free(host: str, port: int) -> bool:
    try:
        socket.create_server((host, port)).close()
    except OSError:
        return False
    return True


def _any_port(host: str) -> int:
    with socket.create_server((host, 0)) as held:
        return int(held.getsockname()[1])
