"""``aggregator poll``: one round now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.shell import note, progress, put_json
from aggregator.errors import FeedError, UsageError
from aggregator.model.feed import FeedRecord
from aggregator.model.instants import rfc3339
from aggregator.model.poll import PollReport
from aggregator.model.store import SavedPoll

if TYPE_CHECKING:
    from aggregator.service.poll import Polled, Poller


@click.command(name="poll")
@click.argument("feeds", nargs=-1)
@click.option("--due", is_flag=True, help="Only what is due, obeying every server's wish.")
@click.option("--archive", is_flag=True, help="Walk back through the FEEDs' archives (RFC 5005).")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one object a feed.")
@click.pass_obj
def command(
    config_dir: Path, feeds: tuple[str, ...], due: bool, archive: bool, as_json: bool
) -> int:
    """Poll every unpaused feed once, or the FEEDs named by address or unique title.

    Freshness and skip hours are passed over, Retry-After is obeyed. Ends with 1 if every feed
    failed.
    """
    if archive and not feeds:
        raise UsageError(
            "--archive walks through whole archives: name the feeds it is for",
            hint="aggregator poll --archive https://example.org/feed",
        )
    reports = asyncio.run(_poll(config_dir, feeds, due=due, archive=archive))
    for report in reports:
        if as_json:
            put_json(report_json(report))
        else:
            click.echo(report_text(report))
    if not reports:
        note("There is nothing to poll." if not due else "No feed is due.")
    failed = [report for report in reports if report.outcome in ("failed", "blocked", "gone")]
    return 1 if reports and len(failed) == len(reports) else 0


async def _poll(
    config_dir: Path, names: Sequence[str], *, due: bool, archive: bool
) -> list[PollReport]:
    from aggregator import bootstrap
    from aggregator.service.deduplicate import cluster_waiting
    from aggregator.service.feeds import chosen, due_now
    from aggregator.service.rounds import placed, poll_round

    settings, feeds = bootstrap.load_config(config_dir)
    async with bootstrap.opened_store(settings) as store:
        clock = bootstrap.clock()
        await store.sync_feeds(feeds, now=clock.now())
        records = await (due_now(store, clock, names) if due else chosen(store, names))
        urls = [feed.url for feed in feeds]
        async with bootstrap.opened_round(settings, store, feeds=urls) as (poller, full_texts, _):
            with progress("Polling", len(records)) as show:
                polled = await poll_round(
                    poller,
                    records,
                    concurrency=settings.fetch.concurrency,
                    forced=not due,
                    progress=show,
                )
            if archive:
                polled = [
                    await _with_archive(poller, record, one)
                    for record, one in zip(records, polled, strict=True)
                ]
            if full_texts is not None:
                with progress("Full texts") as show:
                    await full_texts(lambda: None).take_over_due(progress=show)
            elif any(record.feed.full_text for record in records):
                note("full_text needs more than is installed: pip install 'aggregator[fulltext]'")
        if not await cluster_waiting(store, clock, bootstrap.deduplicate_options(settings)):
            note("The running service is still placing these articles into stories.")
        return [await placed(store, one) for one in polled]


async def _with_archive(poller: Poller, record: FeedRecord, polled: Polled) -> Polled:
    """The poll with what the feed's archive brought beside it."""
    with progress("Walking the archive"):
        try:
            saved = await poller.walk_archive(record)
        except FeedError as error:
            note(str(error))
            return polled
    new = (*polled.saved.new, *saved.new)
    changed = (*polled.saved.changed, *saved.changed)
    report = replace(polled.report, new=len(new), changed=len(changed))
    return replace(polled, report=report, saved=SavedPoll(new=new, changed=changed))


def report_json(report: PollReport) -> dict[str, Any]:
    """The contract's line for one feed."""
    return {
        "feed": report.feed,
        "outcome": report.outcome,
        "status": report.status,
        "entries": report.entries,
        "new": report.new,
        "changed": report.changed,
        "copies": report.copies,
        "stories": report.stories,
        "next_poll_at": rfc3339(report.next_poll_at) if report.next_poll_at else None,
        "error": report.error,
    }


def report_text(report: PollReport) -> str:
    """One line for a person."""
    if report.outcome == "modified":
        what = f"{report.new} new, {report.changed} changed of {report.entries}"
        if report.copies:
            what += f", {report.copies} {'copy' if report.copies == 1 else 'copies'}"
        return f"{report.outcome:<10} {report.feed}  {what}"
    return f"{report.outcome:<10} {report.feed}  {report.error or ''}".rstrip()
