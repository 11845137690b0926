"""``aggregator db``: look after the database."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.bootstrap import clock, own_key
from aggregator.cli.shell import note, progress
from aggregator.errors import StoreCorrupt, UsageError
from aggregator.model.store import Retention
from aggregator.render.view import plural
from aggregator.settings.durations import LONGEST
from aggregator.text.secrets import masked_address

if TYPE_CHECKING:
    from aggregator.store import SqlStore


_DAYS = click.FloatRange(min=0, min_open=True, max=LONGEST.days)
_SOME = click.FloatRange(min=0, min_open=True)
"""More than nothing: 0 stands for "no bound" in the config, and must not mean "keep none" here."""


@click.group()
def command() -> None:
    """Upgrade, back up, restore, check and copy the database."""


@command.command()
@click.pass_obj
def upgrade(config_dir: Path) -> None:
    """Bring the database to this version's form; it is made where there is none."""

    async def run() -> None:
        async with _store(config_dir) as store:
            before, after = await store.upgrade()
            if before == after:
                note(f"{store.place} is at the newest form ({after}).")
            else:
                note(f"{store.place}: from {before or 'nothing'} to {after}.")

    asyncio.run(run())


@command.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(config_dir: Path, target: Path) -> None:
    """Copy the database into the file TARGET while it goes on being used.

    TARGET is an SQLite file whatever the database is, appears only when it is whole, and is what
    `db restore` takes.
    """

    async def run() -> None:
        async with _opened(config_dir) as store:
            with _showing("Backing up") as show:
                await store.backup(str(target), progress=show)

    asyncio.run(run())
    click.echo(target)
    note(f"{target.stat().st_size:,} bytes.")


@command.command()
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.pass_obj
def restore(config_dir: Path, file: Path) -> None:
    """Make the database what the backup FILE holds.

    The service must not be running. An SQLite database that was there is kept beside under a
    new name; a PostgreSQL database must be empty.
    """

    async def run() -> None:
        async with _store(config_dir) as store:
            with _showing("Restoring") as show:
                kept = await store.restore(file, progress=show)
            note(f"{store.place} holds what {file} held.")
            if kept is not None:
                note(f"What was there before is in {kept}; delete it when you no longer need it.")

    asyncio.run(run())


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def check(config_dir: Path, as_json: bool) -> None:
    """Look whether the database is whole; exit status 1 where it is not."""

    async def run() -> None:
        async with _opened(config_dir) as store:
            problems = await store.check()
            counted = await store.statistics()
        if as_json:
            click.echo(json.dumps({"problems": list(problems)}, ensure_ascii=False))
        if problems:
            raise StoreCorrupt(
                f"{store.place}: " + "; ".join(problems),
                hint="`aggregator db restore FILE` brings back a backup.",
            )
        if not as_json:
            click.echo(
                f"ok: {plural(counted.articles, 'article')}, "
                f"{plural(counted.stories, 'story', 'stories')}, "
                f"{plural(counted.feeds, 'feed')}, {counted.size:,} bytes"
            )

    asyncio.run(run())


@command.command()
@click.argument("source")
@click.argument("target")
@click.pass_obj
def copy(config_dir: Path, source: str, target: str) -> None:
    """Copy everything from the database SOURCE into the empty database TARGET.

    Both are addresses, like sqlite:///news.db (counted from the config folder) or
    postgresql://user@host/name.
    """

    async def run() -> None:
        async with _store(config_dir, source) as old, _store(config_dir, target) as new:
            with _showing("Copying") as show:
                rows = await old.copy_to(new, progress=show)
            note(f"{plural(rows, 'row')} from {old.place} to {new.place}.")

    asyncio.run(run())


@command.command()
@click.option("--keep-days", type=_DAYS, help="Take out what is older.")
@click.option("--keep-articles", type=click.IntRange(min=1), help="Keep so many, the newest.")
@click.option("--keep-per-feed", type=click.IntRange(min=1), help="Keep so many of each feed.")
@click.option("--max-size", type=_SOME, metavar="MB", help="Take out the oldest down to this size.")
@click.pass_obj
def prune(
    config_dir: Path,
    keep_days: float | None,
    keep_articles: int | None,
    keep_per_feed: int | None,
    max_size: float | None,
) -> None:
    """Take old articles out; starred stories and articles you corrected stay."""
    try:
        retention = Retention(
            age=None if keep_days is None else timedelta(days=keep_days),
            articles=keep_articles,
            per_feed=keep_per_feed,
            size=None if max_size is None else int(max_size * 1_000_000),
        )
    except (OverflowError, ValueError) as error:
        raise UsageError(f"that bound is no number to count with: {error}") from None
    if retention == Retention():
        raise UsageError("say what to keep", hint="For example: aggregator db prune --keep-days 90")

    async def run() -> None:
        async with _opened(config_dir) as store:
            with progress("Taking out") as show:
                pruned = await store.prune(retention, now=clock().now(), progress=show)
        freed = pruned.size_before - pruned.size_after
        note(f"{plural(pruned.articles, 'article')} taken out, {max(freed, 0):,} bytes given back.")

    asyncio.run(run())


@command.command()
@click.argument("names", nargs=-1, required=True, metavar="FEED|ARTICLE...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget(config_dir: Path, names: tuple[str, ...], yes: bool) -> None:
    """Delete feeds with all their articles, or single articles by their id, for good."""

    async def run() -> None:
        async with _opened(config_dir) as store:
            for name in names:
                await _forget(store, name, yes)

    asyncio.run(run())


async def _forget(store: SqlStore, name: str, yes: bool) -> None:
    now = clock().now()
    if await store.articles([name]):
        if yes or click.confirm(f"Delete the article {name}?", err=True):
            await store.forget_articles([name], now=now)
        return
    feed = await store.feed(name)
    what = f"the feed {masked_address(feed.feed.url)} with its {plural(feed.articles, 'article')}"
    if yes or click.confirm(f"Delete {what}?", err=True):
        took = await store.forget_feed(feed.id, now=now)
        note(f"{masked_address(feed.feed.url)}: {plural(took, 'article')} deleted.")
        if feed.subscribed:
            note("It is still in feeds.toml and begins anew; `aggregator feeds remove` ends it.")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def sizes(config_dir: Path, as_json: bool) -> None:
    """Show what each feed's articles of the last 30 days take, the largest first."""

    async def run() -> None:
        now = clock().now()
        async with _opened(config_dir) as store:
            found = await store.feed_sizes(since=now - timedelta(days=30), now=now)
            urls = {
                each.id: masked_address(each.feed.url)
                for each in await store.feeds(subscribed=None)
            }
        for each in found:
            url = urls.get(each.feed_id, each.feed_id)
            if as_json:
                row = {"feed": url, "articles": each.articles, "bytes": each.size}
                click.echo(json.dumps(row | {"bytes_a_day": each.a_day}, ensure_ascii=False))
            else:
                click.echo(f"{each.size:>14,} {each.a_day:>12,} a day {each.articles:>8,}  {url}")

    asyncio.run(run())


@asynccontextmanager
async def _store(config_dir: Path, url: str | None = None) -> AsyncIterator[SqlStore]:
    """The database of the settings, or another by its address; not opened, but closed."""
    from aggregator.settings.load import absolute_database, load
    from aggregator.store import SqlStore

    settings = load(config_dir, os.environ)
    named = settings.database.url if url is None else absolute_database(url, config_dir)
    store = SqlStore(named, key=own_key(settings))
    try:
        yield store
    finally:
        await store.aclose()


@asynccontextmanager
async def _opened(config_dir: Path) -> AsyncIterator[SqlStore]:
    async with _store(config_dir) as store:
        await store.open()
        yield store


@contextmanager
def _showing(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar that learns its length with the first step."""
    with progress(what, total=100) as show:
        yield lambda done, total: show(100 * done // max(total, 1))
