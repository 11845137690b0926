"""``aggregator export``: articles out of the store, with story, copy_of and evidence."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import BinaryIO

import click

from aggregator.cli.shell import output_file, progress
from aggregator.cli.spans import instant_option
from aggregator.errors import UsageError
from aggregator.model.store import StoredArticle

Articles = AsyncIterator[StoredArticle]


@click.command(name="export")
@click.option("--since", metavar="SPAN", help="Only what was fetched since: 24h, 7d or an instant.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "parquet", "text"]),
    default="jsonl",
    show_default=True,
)
@click.option("--output", type=click.Path(path_type=Path), help="A file, replaced when all is in.")
@click.pass_obj
def command(config_dir: Path, since: str | None, form: str, output: Path | None) -> None:
    """Write the stored articles, oldest first.

    jsonl is the exchange form with story, copy_of and evidence; csv and parquet are flat tables
    for analysis; text is the seeds' own form, articles parted by a form feed.
    """
    with output_file(output) as file:
        asyncio.run(_export(config_dir, since, form, file))


async def _export(config_dir: Path, since: str | None, form: str, file: BinaryIO) -> None:
    from aggregator import bootstrap

    write = _WRITERS[form]
    settings = bootstrap.load_settings(config_dir)
    now = bootstrap.clock().now()
    start = instant_option(since, now=now, option="--since") if since else None
    async with bootstrap.opened_store(settings) as store:
        with progress("Exporting") as show:
            await write(_counted(store.export(since=start), show), file)


async def _counted(articles: Articles, show: Callable[[int], None]) -> Articles:
    done = 0
    async for article in articles:
        yield article
        done += 1
        show(done)


async def _jsonl(articles: Articles, file: BinaryIO) -> None:
    from aggregator.render.export import export_object

    async for stored in articles:
        file.write(json.dumps(export_object(stored), ensure_ascii=False).encode() + b"\n")


async def _text(articles: Articles, file: BinaryIO) -> None:
    from aggregator.render.textform import write_text_form

    first = True
    async for stored in articles:
        file.write(b"" if first else b"\n\f\n")
        file.write(write_text_form(stored.article).encode())
        first = False


async def _csv(articles: Articles, file: BinaryIO) -> None:
    from aggregator.render.export import COLUMNS, export_row

    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    rows = csv.DictWriter(text, COLUMNS)
    rows.writeheader()
    async for stored in articles:
        rows.writerow({key: _tame(value) for key, value in export_row(stored).items()})
    text.detach()


def _tame(value: object) -> object:
    """A cell that a spreadsheet would run as a formula, made text again (CSV injection)."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


async def _parquet(articles: Articles, file: BinaryIO) -> None:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise UsageError(
            "Parquet needs a library that is not installed",
            hint="Install it with: pip install 'aggregator[parquet]'",
        ) from None
    from aggregator.render.export import COLUMNS, export_row

    numbers = {"score": pa.float64(), "word_count": pa.int64(), "revisions": pa.int64()}
    schema = pa.schema([(name, numbers.get(name, pa.string())) for name in COLUMNS])
    with parquet.ParquetWriter(file, schema, compression="zstd") as table:
        rows: list[dict[str, object]] = []
        async for stored in articles:
            rows.append(export_row(stored))
            if len(rows) == 2000:
                table.write_table(pa.Table.from_pylist(rows, schema))
                rows.clear()
        if rows:
            table.write_table(pa.Table.from_pylist(rows, schema))


_WRITERS: dict[str, Callable[[Articles, BinaryIO], Awaitable[None]]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "parquet": _parquet,
    "text": _text,
}
