"""``aggregator parse``: one feed document or article in the text form, as articles."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.shell import standard_input
from aggregator.errors import FetchError, InputError, ParseError

if TYPE_CHECKING:
    from aggregator.model.article import Article
    from aggregator.model.poll import FetchAnswer
    from aggregator.settings.schema import Settings


@click.command()
@click.argument("source", metavar="FILE_OR_URL")
@click.option("--base-url", metavar="URL", help="Where a file came from: relative links count so.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, which is how it prints anyway.")
@click.pass_obj
def command(config_dir: Path, source: str, base_url: str | None, as_json: bool) -> None:
    """Print the articles of a feed document, one JSON object a line.

    FILE_OR_URL is a document of any feed format, an article in the text form, an address, or -
    for standard input. Nothing is stored, and no config is needed.
    """
    from aggregator.render.exchange import article_json

    for article in asyncio.run(_articles(config_dir, source, base_url)):
        click.echo(article_json(article))


async def _articles(config_dir: Path, source: str, base_url: str | None) -> Sequence[Article]:
    from aggregator.settings.load import load_if_there

    if source.lower().startswith(("http://", "https://")):
        settings = load_if_there(config_dir, os.environ)
        answer = await _fetched(settings, source)
        url = base_url or answer.url
        return await _parsed(answer.body, url, answer.header("content-type"), source, settings)
    body = _read(source)
    text = _text_form(body, source)
    if text is not None:
        from aggregator.normalise.textform import read_text_form
        from aggregator.text.form import articles_of

        now = datetime.now(UTC)
        return [read_text_form(part, fetched_at=now, file=source) for part in articles_of(text)]
    return await _parsed(body, base_url, None, source, load_if_there(config_dir, os.environ))


async def _parsed(
    body: bytes, url: str | None, content_type: str | None, source: str, settings: Settings
) -> Sequence[Article]:
    from aggregator.bootstrap import opened_parser
    from aggregator.model.feed import Feed
    from aggregator.normalise.entry import normalise

    async with opened_parser(settings) as parser:
        try:
            document = await parser.parse(body, url=url, content_type=content_type)
        except ParseError as error:
            hint = "Is it a web page? `aggregator feeds discover URL` finds the feeds of a site."
            raise InputError(error.reason, file=source, hint=error.hint or hint) from error
    for problem in document.problems:
        click.echo(f"Note: {source}: {problem}", err=True)
    if not document.entries:
        click.echo(f"Note: {source}: a feed without entries", err=True)
    known = url or document.self_url
    address = known or document.link or source
    feed, now = Feed(url=address), datetime.now(UTC)
    articles = [
        normalise(entry, document, feed=feed, feed_id=address, fetched_at=now).article
        for entry in document.entries
    ]
    if known:
        return articles
    return [replace(a, outlet=replace(a.outlet, feed_url=None)) for a in articles]


async def _fetched(settings: Settings, url: str) -> FetchAnswer:
    from aggregator.bootstrap import opened_fetcher
    from aggregator.model.poll import FetchRequest

    async with opened_fetcher(settings) as fetcher:
        answer = await fetcher.fetch(FetchRequest(url=url))
    if not 200 <= answer.status < 300:
        raise FetchError(f"the server answered {answer.status}", feed=url)
    if answer.cut_off:
        click.echo(f"Note: {url}: the connection ended before the document did", err=True)
    return answer


def _read(source: str) -> bytes:
    if source == "-":
        return standard_input()
    try:
        return Path(source).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"cannot be read: {reason}", file=source, hint="Is the path right?"
        ) from error


def _text_form(body: bytes, source: str) -> str | None:
    """The text of an article in the text form; None for what looks like a feed or like nothing."""
    from aggregator.normalise.textform import looks_like_text_form
    from aggregator.parse.decoding import decode
    from aggregator.parse.sniffing import sniff

    text = decode(body).text
    if "\0" in text or sniff(text).kind != "other":
        return None
    named = source.lower().endswith(".txt") and "\n\n" in text.replace("\r", "").strip()
    return text if named or looks_like_text_form(text) else None
