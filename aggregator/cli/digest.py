"""``aggregator digest``: the merged digest, as text for people and as files for programs."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from aggregator.cli.shell import put
from aggregator.cli.spans import instant_option
from aggregator.errors import UsageError
from aggregator.model.digest import Digest, Window
from aggregator.model.instants import Instant, rfc3339

if TYPE_CHECKING:
    from aggregator.render.terminal import TerminalOptions
    from aggregator.settings.schema import DigestSettings

FORMATS = ("text", "markdown", "html", "json", "atom", "jsonfeed")
_WIDEST = 110
"""Cells of a line of text, however wide the window: longer lines are hard to read."""


@click.command(name="digest")
@click.option("--since", metavar="SPAN", help="From when: 24h, 7d, or an instant.")
@click.option("--until", metavar="SPAN", help="Up to when, likewise; now unless given.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--limit", type=click.IntRange(1, 10_000), help="Stories, the best ones first.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file, replaced whole."
)
@click.pass_obj
def command(
    config_dir: Path,
    since: str | None,
    until: str | None,
    form: str,
    as_json: bool,
    limit: int | None,
    output: Path | None,
) -> None:
    """Print the digest: each event once, its copies folded and its outlets counted.

    A story is in if one of its articles was fetched in the span.
    """
    from aggregator import bootstrap

    settings = bootstrap.load_settings(config_dir)
    now = bootstrap.clock().now()
    window = _window(since, until, now=now, settings=settings.digest)
    digest = asyncio.run(_read(config_dir, window, limit or settings.digest.limit))
    put(
        rendered(digest, "json" if as_json else form, settings.digest, to_file=bool(output)),
        output,
    )


async def _read(config_dir: Path, window: Window, limit: int) -> Digest:
    from aggregator import bootstrap
    from aggregator.service.reading import read_digest

    async with bootstrap.opened_store(bootstrap.load_settings(config_dir)) as store:
        return await read_digest(store, bootstrap.clock(), window, limit=limit)


def _window(
    since: str | None, until: str | None, *, now: Instant, settings: DigestSettings
) -> Window:
    end = instant_option(until, now=now, option="--until") if until else now
    start = instant_option(since, now=now, option="--since") if since else end - settings.since
    if start >= end:
        raise UsageError(
            f"the span from {rfc3339(start)} to {rfc3339(end)} is empty",
            hint="--since must lie before --until; durations count back from now.",
        )
    return Window(start=start, end=end)


def rendered(digest: Digest, form: str, settings: DigestSettings, *, to_file: bool) -> str:
    """The digest in one of `FORMATS`; ``to_file`` leaves out what only a terminal shows."""
    zone = ZoneInfo(settings.timezone)
    if form == "json":
        from aggregator.render.digest_json import digest_json

        return digest_json(digest)
    if form == "atom":
        from aggregator.render.atom import digest_atom

        return digest_atom(digest, zone=zone)
    if form == "jsonfeed":
        from aggregator.render.jsonfeed import digest_jsonfeed

        return digest_jsonfeed(digest, zone=zone)
    if form == "markdown":
        from aggregator.render.markdown import digest_markdown

        return digest_markdown(digest, zone=zone)
    if form == "html":
        from aggregator.render.page import digest_page

        return digest_page(digest, zone=zone)
    from aggregator.render.terminal import digest_text

    return digest_text(digest, options=_terminal(to_file=to_file), zone=zone)


def _terminal(*, to_file: bool) -> TerminalOptions:
    """What standard output can do: nothing special in a pipe or a file."""
    from aggregator.render.terminal import TerminalOptions

    if to_file or not sys.stdout.isatty():
        return TerminalOptions()
    kind = os.environ.get("TERM", "")
    capable = kind not in ("", "dumb")
    return TerminalOptions(
        width=min(shutil.get_terminal_size().columns, _WIDEST),
        # https://no-color.org: any value that is not empty.
        colour=capable and not os.environ.get("NO_COLOR"),
        links=capable and kind != "linux",
    )
