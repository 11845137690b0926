"""``aggregator search``: full text over articles, grouped by story."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from aggregator.cli.shell import note, put_json
from aggregator.model.digest import DigestStory
from aggregator.model.store import SearchQuery


@click.command(name="search")
@click.argument("query", nargs=-1, required=True)
@click.option("--outlet", help="Only articles of this outlet.")
@click.option("--language", help="Only articles in this language, as in en.")
@click.option("--topic", help="Only articles with this topic.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one story a line.")
@click.pass_obj
def command(
    config_dir: Path,
    query: tuple[str, ...],
    outlet: str | None,
    language: str | None,
    topic: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Find stories by the words of their articles: words, "phrases", -exclusions."""
    from aggregator.render.digest_json import story_object
    from aggregator.render.story_text import story_text

    wanted = SearchQuery(
        text=" ".join(query), outlet=outlet, language=language, topic=topic, limit=limit
    )
    stories = asyncio.run(_search(config_dir, wanted))
    if not stories:
        note("Nothing was found.")
    for story in stories:
        if as_json:
            put_json(story_object(story))
        else:
            click.echo(story_text(story))


async def _search(config_dir: Path, query: SearchQuery) -> Sequence[DigestStory]:
    from aggregator import bootstrap

    async with bootstrap.opened_store(bootstrap.load_settings(config_dir)) as store:
        return await store.search(query)
