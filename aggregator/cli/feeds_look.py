"""``aggregator feeds check``, ``discover`` and ``health``: how feeds and sites answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.errors import FeedError, NotFound, StoreReadOnly
from aggregator.model.feed import Feed
from aggregator.render.view import plural
from aggregator.text.secrets import masked_address

if TYPE_CHECKING:
    from aggregator.model.discovery import FoundFeed
    from aggregator.service.health import FeedHealth

_as_json = click.option("--json", "as_json", is_flag=True, help="JSON Lines, one object a feed.")


@click.command()
@click.argument("feeds", nargs=-1)
@_as_json
@click.pass_obj
def check(config_dir: Path, feeds: tuple[str, ...], as_json: bool) -> int:
    """Ask feeds now, all or those named, and say what is wrong; nothing is stored."""
    import asyncio

    from aggregator.bootstrap import load_config, opened_fetcher, opened_parser
    from aggregator.service.discover import check as ask
    from aggregator.settings.naming import named

    settings, known = load_config(config_dir)
    wanted = set(named(known, feeds)) if feeds else {feed.url for feed in known}

    async def run() -> int:
        gate = asyncio.Semaphore(settings.fetch.concurrency)
        async with (
            opened_fetcher(settings, feeds=[feed.url for feed in known]) as fetcher,
            opened_parser(settings) as parser,
        ):

            async def one(feed: Feed) -> bool:
                async with gate:
                    try:
                        found = await ask(feed, fetcher=fetcher, parser=parser)
                    except FeedError as error:
                        _say_checked(feed, None, error.reason, as_json)
                        return False
                _say_checked(feed, found, None, as_json)
                return True

            chosen = [feed for feed in known if feed.url in wanted]
            answers = await asyncio.gather(*(one(feed) for feed in chosen))
        failed = answers.count(False)
        answer = plural(len(answers) - failed, "feed answers", "feeds answer")
        click.echo(f"{answer}, {plural(failed, 'does', 'do')} not.", err=True)
        return 1 if failed else 0

    return asyncio.run(run())


@click.command()
@click.argument("address")
@_as_json
@click.pass_obj
def discover(config_dir: Path, address: str, as_json: bool) -> None:
    """Find the feeds of a site, a page or an account, and add none of them."""
    import asyncio

    from aggregator.bootstrap import load_config, opened_fetcher, opened_parser
    from aggregator.service.discover import discover as find

    settings, known = load_config(config_dir)

    async def run() -> Sequence[FoundFeed]:
        async with (
            opened_fetcher(settings, feeds=[feed.url for feed in known]) as fetcher,
            opened_parser(settings) as parser,
        ):
            return await find(address, fetcher=fetcher, parser=parser)

    for found in asyncio.run(run()):
        if as_json:
            click.echo(json.dumps(_found_json(found), ensure_ascii=False))
        else:
            click.echo(f"{found.url}  {found.title or ''}  ({_what(found)})")
            for title in found.latest:
                click.echo(f"    {title}")


@click.command()
@click.argument("feeds", nargs=-1)
@click.option("--adopt", is_flag=True, help="Take over new addresses that have held for days.")
@click.option("--care", is_flag=True, help="Only feeds that need somebody to look.")
@_as_json
@click.pass_obj
def health(
    config_dir: Path, feeds: tuple[str, ...], adopt: bool, care: bool, as_json: bool
) -> None:
    """How the feeds fare: last good poll, last new article, failures, next try, moves.

    With feeds named, --adopt takes their new addresses over however short a time they have held.
    """
    import asyncio
    from contextlib import suppress
    from dataclasses import replace

    from aggregator.bootstrap import clock, load_config, opened_store
    from aggregator.service.health import feed_health
    from aggregator.settings.feed_entry import same_address

    settings, known = load_config(config_dir)

    def taken(report: FeedHealth) -> str | None:
        """The address to take over: one that has held, or one that a person takes at its word."""
        return report.record.state.moved_to if feeds else report.offered

    async def run() -> list[FeedHealth]:
        async with opened_store(settings) as store:
            now = clock().now()
            # Where nothing can be written, how they fared until then can still be told.
            with suppress(StoreReadOnly):
                await store.sync_feeds(known, now=now)
            records = [await store.feed(name) for name in feeds] if feeds else await store.feeds()
            reports = [feed_health(record, now) for record in records]
            if adopt:
                listed = {same_address(feed.url) for feed in known}
                for report in reports:
                    moved = taken(report)
                    if moved and same_address(report.record.feed.url) in listed:
                        # The store first: the feed keeps its articles under either address.
                        await store.add_alias(report.record.id, moved)
                        arrived = replace(report.record.state, moved_to=None, moved_since=None)
                        await store.save_state(report.record.id, arrived)
                        _adopt(config_dir, report.record.feed, moved)
            return reports

    reports = asyncio.run(run())
    moved = [report for report in reports if taken(report)]
    if adopt and not moved:
        raise NotFound("moved feed", ", ".join(feeds) or "any", hint="There is nothing to adopt.")
    for report in moved if adopt else reports:
        if care and not report.needs_care:
            continue
        if as_json:
            click.echo(json.dumps(report.as_json(), ensure_ascii=False))
        elif adopt:
            click.echo(f"{report.record.feed.url} is now {report.record.state.moved_to}")
        else:
            _say_health(report)


def _adopt(config_dir: Path, feed: Feed, moved: str) -> None:
    from aggregator.settings.feed_entry import same_address
    from aggregator.settings.feeds_edit import apply, changing, removing
    from aggregator.settings.feeds_file import read
    from aggregator.settings.load import FEEDS_FILE

    path = config_dir / FEEDS_FILE
    if same_address(moved) in {same_address(one.url) for one in read(path)}:
        apply(path, removing([feed.url]))  # it is followed at its new address already
    else:
        apply(path, changing([feed.url], {"url": moved}))


def _say_health(report: FeedHealth) -> None:
    feed, state = report.record.feed, report.record.state
    name = feed.title or state.title
    headline, *rest = report.words
    mark = click.style(headline, fg="red" if report.needs_care else "green")
    click.echo(f"{f'{name}  ' if name else ''}{masked_address(feed.url)}: {mark}")
    for sentence in rest:
        click.echo(f"    {sentence}")
    if report.offered:
        click.echo(f"    `aggregator feeds health --adopt {feed.url}` takes that address over")


def _say_checked(feed: Feed, found: FoundFeed | None, error: str | None, as_json: bool) -> None:
    if as_json:
        values: dict[str, Any] = {
            "feed": masked_address(feed.url),
            "ok": found is not None,
            "format": found.format if found else None,
            "entries": found.entries if found else 0,
            "title": found.title if found else None,
            "moved_to": found.url if found and found.url != feed.url else None,
            "error": error,
        }
        click.echo(json.dumps(values, ensure_ascii=False))
    elif found is None:
        click.echo(f"{masked_address(feed.url)}: {click.style('fails', fg='red')}: {error}")
    else:
        moved = f"; it has moved to {found.url}" if found.url != feed.url else ""
        click.echo(f"{masked_address(feed.url)}: {_what(found)}{moved}")


def _what(found: FoundFeed) -> str:
    entries = "1 entry" if found.entries == 1 else f"{found.entries} entries"
    return f"{found.format}, {entries}"


def _found_json(found: FoundFeed) -> dict[str, Any]:
    return {
        "url": found.url,
        "title": found.title,
        "site": found.site_url,
        "format": found.format,
        "entries": found.entries,
        "latest": list(found.latest),
        "means": found.means,
    }
