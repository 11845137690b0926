"""``aggregator feeds import`` and ``export``: OPML in and out."""

from __future__ import annotations

from pathlib import Path

import click

from aggregator.cli.feed_list import feed_list, feeds_path
from aggregator.cli.shell import put, standard_input
from aggregator.errors import InputError
from aggregator.model.feed import Feed


@click.command("import")
@click.argument("sources", nargs=-1, required=True)
@click.option("--category", help="The category of feeds that have none.")
@click.pass_obj
def import_(config_dir: Path, sources: tuple[str, ...], category: str | None) -> None:
    """Add the feeds of OPML lists: files, addresses, or - for standard input."""
    from dataclasses import replace

    from aggregator.settings.feed_entry import same_address
    from aggregator.settings.feeds_edit import adding, apply
    from aggregator.settings.opml import read_opml

    known = {same_address(feed.url) for feed in feed_list(config_dir)}
    fresh: list[Feed] = []
    present = 0
    for source in sources:
        try:
            read = read_opml(_opml_body(config_dir, source))
        except InputError as error:
            raise InputError(error.message, file=source, hint=error.hint) from error
        for note in read.notes:
            click.echo(f"{source}: {note}", err=True)
        for feed in read.feeds:
            address = same_address(feed.url)
            if address in known:
                present += 1
                continue
            known.add(address)
            fresh.append(replace(feed, category=feed.category or category))
    if fresh:
        apply(feeds_path(config_dir), adding(fresh))
    already = f"; {present} were in the list already" if present else ""
    click.echo(f"Imported {len(fresh)} feed{'' if len(fresh) == 1 else 's'}{already}.")


@click.command()
@click.option("--output", type=click.Path(path_type=Path), help="Write to a file.")
@click.pass_obj
def export(config_dir: Path, output: Path | None) -> None:
    """Write the list as OPML."""
    from aggregator.settings.opml import write_opml

    text = write_opml(feed_list(config_dir))
    put(text, output)


def _opml_body(config_dir: Path, source: str) -> bytes:
    from aggregator.settings.opml import MAX_BYTES

    if source == "-":
        return standard_input()[: MAX_BYTES + 1]
    if source.startswith(("http://", "https://")):
        return _fetched(config_dir, source)
    try:
        with Path(source).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}") from error


def _fetched(config_dir: Path, url: str) -> bytes:
    import asyncio

    from aggregator.bootstrap import load_settings, opened_fetcher
    from aggregator.model.poll import FetchRequest

    async def run() -> bytes:
        async with opened_fetcher(load_settings(config_dir)) as fetcher:
            answer = await fetcher.fetch(FetchRequest(url=url, accept="text/x-opml, text/xml, */*"))
        if not 200 <= answer.status < 300:
            raise InputError(f"the server answers {answer.status}")
        return answer.body

    return asyncio.run(run())
