"""``aggregator story``: one story, and why it is one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import click

from aggregator.cli.shell import put_json
from aggregator.model.digest import DigestStory


@click.group(name="story")
def command() -> None:
    """Show one story: its coverage, its timeline, and why each article is in it."""


@command.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a story.")
@click.pass_obj
def show(config_dir: Path, ids: tuple[str, ...], as_json: bool) -> None:
    """Show the stories of these ids (a story's, or one of its articles')."""
    from aggregator.render.digest_json import story_object
    from aggregator.render.story_text import story_text

    for story in asyncio.run(_stories(config_dir, ids)):
        if as_json:
            put_json(story_object(story))
        else:
            click.echo(story_text(story))


@command.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a story.")
@click.pass_obj
def why(config_dir: Path, ids: tuple[str, ...], as_json: bool) -> None:
    """Say why each article is in its story; the ID of an article asks about that one alone."""
    from aggregator.render.digest_json import evidence_object
    from aggregator.render.why import explain

    for wanted, story in zip(ids, asyncio.run(_stories(config_dir, ids)), strict=True):
        rows = [row for row in story.coverage if wanted in (row.id, story.id)]
        titles = {row.id: row.title for row in story.coverage}
        articles: list[dict[str, Any]] = []
        for row in rows or story.coverage:
            words = explain(row.evidence, titles=titles)
            articles.append(
                {
                    "id": row.id,
                    "outlet": row.outlet,
                    "title": row.title,
                    "relation": row.relation,
                    "copy_of": row.copy_of,
                    "evidence": evidence_object(row.evidence),
                    "why": words,
                }
            )
        if as_json:
            put_json({"id": story.id, "title": story.title, "articles": articles})
            continue
        click.echo(f"{story.title}  [{story.id}]")
        for article in articles:
            click.echo(f"  {article['outlet']}: {article['title']}  [{article['id']}]")
            click.echo(f"    {article['why']}")


async def _stories(config_dir: Path, ids: tuple[str, ...]) -> list[DigestStory]:
    from aggregator import bootstrap
    from aggregator.service.reading import find_story

    async with bootstrap.opened_store(bootstrap.load_settings(config_dir)) as store:
        return [await find_story(store, name) for name in ids]
