"""``aggregator feeds``: the feed list, read and edited without losing a comment."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.feed_list import feed_list, feeds_path
from aggregator.cli.feeds_look import check, discover, health
from aggregator.cli.feeds_opml import export, import_
from aggregator.errors import InputError, UsageError
from aggregator.model.feed import Feed
from aggregator.render.view import plural
from aggregator.text.secrets import masked_address

if TYPE_CHECKING:
    from aggregator.model.discovery import FoundFeed


@click.group()
def command() -> None:
    """The feed list: look at it, change it, see how the feeds fare."""


command.add_command(check)
command.add_command(discover)
command.add_command(health)
command.add_command(import_)
command.add_command(export)

_as_json = click.option("--json", "as_json", is_flag=True, help="JSON Lines, one object a feed.")


@command.command("list")
@click.option("--category", help="Only the feeds of this category.")
@_as_json
@click.pass_obj
def list_(config_dir: Path, category: str | None, as_json: bool) -> None:
    """List the feeds, grouped by category."""
    feeds = feed_list(config_dir)
    if category is not None:
        feeds = [feed for feed in feeds if (feed.category or "").lower() == category.lower()]
    if as_json:
        print_json(feeds)
        return
    groups: dict[str, list[Feed]] = {}
    for feed in feeds:
        groups.setdefault(feed.category or "(no category)", []).append(feed)
    lines: list[str] = []
    for name, members in groups.items():
        lines.append(click.style(f"{name} ({len(members)})", bold=True))
        for feed in members:
            title = f"{feed.title}  " if feed.title else ""
            lines.append(
                f"  {title}{masked_address(feed.url)}{'  [paused]' if feed.paused else ''}"
            )
    if lines:
        click.echo("\n".join(lines))
    paused = sum(feed.paused for feed in feeds)
    counted = plural(len(feeds), "feed")
    click.echo(counted + (f", {paused} of them paused" if paused else ""), err=True)


@command.command()
@click.argument("address")
@click.option("--title", help="A name of your own, else what the feed says.")
@click.option("--category", help="A word to group by.")
@click.option("--timezone", help="The zone of dates that name none, as in Europe/London.")
@click.option("--interval", help="How often to ask, as in 30m; at least 10m.")
@click.option("--outlet", help="Who publishes it; feeds of one outlet are one voice.")
@click.option("--full-text", is_flag=True, help="Fetch each article's page for its whole text.")
@click.option("--no-check", is_flag=True, help="Add the address as it is, without asking it.")
@click.option("--all", "take_all", is_flag=True, help="Add every feed that is found.")
@_as_json
@click.pass_obj
def add(
    config_dir: Path,
    /,
    address: str,
    no_check: bool,
    take_all: bool,
    as_json: bool,
    full_text: bool,
    **values: str | None,
) -> None:
    """Add a feed by its address, or by its site's: what is found there is offered."""
    from aggregator.settings.feeds_edit import adding, apply
    from aggregator.settings.naming import at_address

    now = feed_list(config_dir)
    template = _checked_values({"full_text": full_text, **values})
    if no_check:
        added = [_feed(address, None, template)]
    else:
        found = _discovered(config_dir, address, now)
        chosen = found if take_all else [_choice(found, address)]
        added = [_feed(one.url, one.title, template) for one in chosen]
    fresh = [feed for feed in added if at_address(now, feed.url) is None]
    for feed in added:
        if feed not in fresh:
            click.echo(f"{masked_address(feed.url)} is in the list already.", err=True)
    if not fresh:
        raise InputError("nothing to add", file=feeds_path(config_dir))
    apply(feeds_path(config_dir), adding(fresh))
    if as_json:
        print_json(fresh)
    else:
        for feed in fresh:
            click.echo(
                f"Added {masked_address(feed.url)}" + (f" ({feed.title})" if feed.title else "")
            )


@command.command()
@click.argument("feeds", nargs=-1, required=True)
@click.pass_obj
def remove(config_dir: Path, feeds: tuple[str, ...]) -> None:
    """Take feeds out of the list, by address or title; their articles stay."""
    from aggregator.settings.feeds_edit import apply, removing
    from aggregator.settings.naming import named

    urls = named(feed_list(config_dir), feeds)
    apply(feeds_path(config_dir), removing(urls))
    for url in urls:
        click.echo(f"Removed {url}")


@command.command()
@click.argument("feeds", nargs=-1, required=True)
@click.pass_obj
def pause(config_dir: Path, feeds: tuple[str, ...]) -> None:
    """Stop asking feeds, by address or title, and keep them in the list."""
    from aggregator.settings.feeds_edit import apply, pausing
    from aggregator.settings.naming import named

    urls = named(feed_list(config_dir), feeds)
    apply(feeds_path(config_dir), pausing(urls))
    for url in urls:
        click.echo(f"Paused {url}")


@command.command()
@click.argument("feeds", nargs=-1, required=True)
@click.pass_obj
def resume(config_dir: Path, feeds: tuple[str, ...]) -> None:
    """Let paused feeds go on, by address or title."""
    from aggregator.settings.feeds_edit import apply, resuming
    from aggregator.settings.naming import named

    urls = named(feed_list(config_dir), feeds)
    apply(feeds_path(config_dir), resuming(urls))
    for url in urls:
        click.echo(f"Resumed {url}")


def print_json(feeds: Sequence[Feed]) -> None:
    """A line a feed: every key of feeds.toml, unset ones null, and its line there."""
    from aggregator.settings.durations import duration_text

    for feed in feeds:
        values: dict[str, Any] = {
            "url": masked_address(feed.url),
            "title": feed.title,
            "category": feed.category,
            "timezone": feed.timezone,
            "interval": duration_text(feed.interval) if feed.interval else None,
            "outlet": feed.outlet,
            "full_text": feed.full_text,
            "paused": feed.paused,
            "headers": [name for name, _ in feed.headers],  # their values give access
            "line": feed.line,
        }
        click.echo(json.dumps(values, ensure_ascii=False))


def _checked_values(values: dict[str, Any]) -> Feed:
    """A feed with these values and a place-holder's address. Raises `UsageError`."""
    from pydantic import ValidationError

    from aggregator.settings.faults import describe
    from aggregator.settings.feed_entry import FeedEntry

    given = {key: value for key, value in values.items() if value}
    try:
        return FeedEntry.model_validate({"url": "https://placeholder.invalid/", **given}).feed(None)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        option = "--" + str(fault["loc"][0]).replace("_", "-")
        message, hint = describe(fault, {}, name=option)
        raise UsageError(message, hint=hint) from error


def _feed(address: str, title: str | None, template: Feed) -> Feed:
    from dataclasses import replace

    from aggregator.settings.feed_entry import feed_address

    try:
        return replace(template, url=feed_address(address), title=template.title or title)
    except ValueError as error:
        raise UsageError(str(error), hint="Name a feed as https://…") from error


def _discovered(config_dir: Path, address: str, feeds: Sequence[Feed]) -> Sequence[FoundFeed]:
    import asyncio

    from aggregator.bootstrap import load_settings, opened_fetcher, opened_parser
    from aggregator.service.discover import discover as find

    async def run() -> Sequence[FoundFeed]:
        settings = load_settings(config_dir)
        async with (
            opened_fetcher(settings, feeds=[feed.url for feed in feeds]) as fetcher,
            opened_parser(settings) as parser,
        ):
            return await find(address, fetcher=fetcher, parser=parser)

    return asyncio.run(run())


def _choice(found: Sequence[FoundFeed], address: str) -> FoundFeed:
    """The feed a person chooses of several, on the terminal or by a number on standard input."""
    # Beside a site's own feed one of its comments is seldom what is meant.
    plain = [one for one in found if "comment" not in f"{one.url} {one.title}".lower()]
    if len(plain or found) == 1:
        return (plain or found)[0]
    click.echo(f"{address} has {len(found)} feeds:", err=True)
    for number, one in enumerate(found, 1):
        click.echo(f"  {number}. {one.title or '(no title)'}  {one.url}", err=True)
    try:
        number = click.prompt(
            "Which one", type=click.IntRange(1, len(found)), err=True, show_choices=False
        )
    except click.Abort:
        if sys.stdin is not None and sys.stdin.isatty():
            raise
        raise UsageError(
            "several feeds were found and none was chosen",
            hint="Name one of the addresses above, or add --all.",
        ) from None
    return found[number - 1]
