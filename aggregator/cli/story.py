"""``aggregator story``: one story, why it is one, and a person's corrections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.shell import note, put_json
from aggregator.model.digest import DigestStory
from aggregator.model.store import StoredArticle
from aggregator.render.view import plural

if TYPE_CHECKING:
    from aggregator.service.corrections import Corrections, Made


@click.group(name="story")
def command() -> None:
    """Show a story, say why it is one, and correct it: corrections outlive every clustering."""


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
    from aggregator.render.why import explain, spelling_of

    for wanted, (story, members) in zip(ids, asyncio.run(_whole(config_dir, ids)), strict=True):
        spelling = spelling_of(members)
        rows = [row for row in story.coverage if wanted in (row.id, story.id)]
        titles = {row.id: row.title for row in story.coverage}
        articles: list[dict[str, Any]] = []
        for row in rows or story.coverage:
            words = explain(row.evidence, titles.get, spelling)
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


@command.command()
@click.argument("ids", nargs=-1, required=True, metavar="STORY...")
@click.pass_obj
def merge(config_dir: Path, ids: tuple[str, ...]) -> None:
    """Make these stories one, for ever; the oldest one's id stays."""
    asyncio.run(_correct(config_dir, lambda corrections: corrections.merge(ids)))


@command.command()
@click.argument("story_id", metavar="STORY")
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@click.pass_obj
def split(config_dir: Path, story_id: str, articles: tuple[str, ...]) -> None:
    """Part these articles from the rest of the story, for ever; their copies go along."""
    asyncio.run(_correct(config_dir, lambda corrections: corrections.split(story_id, articles)))


@command.command()
@click.argument("article", metavar="ARTICLE")
@click.argument("story_id", metavar="[STORY]", required=False)
@click.pass_obj
def pin(config_dir: Path, article: str, story_id: str | None) -> None:
    """Fix an article to a story: the one it is in, or another."""
    asyncio.run(_correct(config_dir, lambda corrections: corrections.pin(article, story_id)))


@command.command()
@click.argument("ids", nargs=2, metavar="ID ID")
@click.pass_obj
def apart(config_dir: Path, ids: tuple[str, str]) -> None:
    """Never these two together: two articles, or two stories."""
    asyncio.run(_correct(config_dir, lambda corrections: corrections.apart(ids)))


@command.command()
@click.argument("key", metavar="KEY")
@click.pass_obj
def undo(config_dir: Path, key: str) -> None:
    """Take a correction back, by the key that was printed when it was made."""
    asyncio.run(_undo(config_dir, key))


async def _undo(config_dir: Path, key: str) -> None:
    from aggregator import bootstrap
    from aggregator.service.corrections import Corrections

    async with bootstrap.opened_store(bootstrap.load_settings(config_dir)) as store:
        undone = await Corrections(store, bootstrap.clock()).undo(key)
    note(f"Taken back; {plural(len(undone.before), 'article')} as before.")


async def _correct(
    config_dir: Path, work: Callable[[Corrections], Coroutine[Any, Any, Made]]
) -> None:
    from aggregator import bootstrap
    from aggregator.service.corrections import Corrections

    async with bootstrap.opened_store(bootstrap.load_settings(config_dir)) as store:
        made = await work(Corrections(store, bootstrap.clock()))
    moved = made.correction.changes.memberships
    places = {place.story_id for place in moved}
    note(
        f"{plural(len(moved), 'article')}, now in: {', '.join(sorted(places))}"
        if places
        else "noted; nothing had to change"
    )
    note(f"`aggregator story undo {made.key}` takes it back.")


async def _stories(config_dir: Path, ids: tuple[str, ...]) -> list[DigestStory]:
    from aggregator import bootstrap
    from aggregator.service.reading import find_story

    async with bootstrap.opened_store(bootstrap.load_settings(config_dir)) as store:
        return [await find_story(store, name) for name in ids]


async def _whole(
    config_dir: Path, ids: tuple[str, ...]
) -> list[tuple[DigestStory, Sequence[StoredArticle]]]:
    """The stories with their articles."""
    from aggregator import bootstrap
    from aggregator.service.reading import find_story

    async with bootstrap.opened_store(bootstrap.load_settings(config_dir)) as store:
        stories = [await find_story(store, name) for name in ids]
        return [
            (story, await store.articles([row.id for row in story.coverage])) for story in stories
        ]
