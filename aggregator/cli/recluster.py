"""``aggregator recluster``: the stories of a span of the archive anew."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.shell import note
from aggregator.cli.spans import span_option

if TYPE_CHECKING:
    from aggregator.cluster.regroup import Regrouping

_SHOWN = 30
_TITLES = 3


@click.command(name="recluster")
@click.option("--since", default="6d", show_default=True, metavar="SPAN", help="As in 24h or 30d.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.pass_obj
def command(config_dir: Path, since: str, dry_run: bool) -> None:
    """Cluster the articles of a span anew, in the order they came, and say what that changes.

    Corrections hold, stories that stay the same keep their ids, old ids lead on. A running service
    must be stopped first; --dry-run works beside it.
    """
    span = span_option(since)
    show_regrouping(config_dir, span, dry_run=dry_run)
    if dry_run:
        note("Nothing was written.")


def show_regrouping(
    config_dir: Path, span: timedelta, *, dry_run: bool, threshold: float | None = None
) -> None:
    """Clusters anew, or only as it would be, and prints what a reader would see changed."""
    regrouping, titles = asyncio.run(_recluster(config_dir, span, dry_run, threshold))
    for line in changes_text(regrouping, titles):
        click.echo(line)


async def _recluster(
    config_dir: Path, span: timedelta, dry_run: bool, threshold: float | None
) -> tuple[Regrouping, Mapping[str, str]]:
    from aggregator import bootstrap
    from aggregator.cluster.clusterer import ClusterOptions
    from aggregator.service.recluster import preview, recluster

    settings = bootstrap.load_settings(config_dir)
    options = ClusterOptions(window_days=settings.cluster.window / timedelta(days=1))
    clock = bootstrap.clock()
    async with bootstrap.opened_store(settings) as store:
        if dry_run:
            regrouping = await preview(
                store, clock, span=span, options=options, threshold=threshold
            )
        else:
            regrouping = await recluster(store, clock, span=span, options=options)
        shown = [
            article
            for change in regrouping.stories[:_SHOWN]
            for articles in change.parts.values()
            for article in articles[:_TITLES]
        ]
        stored = await store.articles(shown)
    return regrouping, {each.article.id: each.article.title for each in stored}


def changes_text(regrouping: Regrouping, titles: Mapping[str, str]) -> Iterator[str]:
    """What a reader would see changed, a few titles of every part."""
    from aggregator.render.view import plural
    from aggregator.text.controls import single_line

    for change in regrouping.stories[:_SHOWN]:
        what = "would be several" if change.kind == "split" else "would be one of these"
        yield f"{change.story} {what}:"
        for story, articles in change.parts.items():
            yield f"  {story}, {plural(len(articles), 'article')}"
            for article in articles[:_TITLES]:
                yield f"    {single_line(titles.get(article, article))}"
            if len(articles) > _TITLES:
                yield f"    and {len(articles) - _TITLES} more"
    if len(regrouping.stories) > _SHOWN:
        yield f"and {plural(len(regrouping.stories) - _SHOWN, 'more change')}"
    split = sum(change.kind == "split" for change in regrouping.stories)
    merged = len(regrouping.stories) - split
    kept = plural(regrouping.kept, "story as it is", "stories as they are")
    yield f"{kept}, {split} split, {merged} merged"
