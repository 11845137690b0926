"""Articles from files into the store: the seeds' text form and JSON Lines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from aggregator.errors import InputError
from aggregator.model.article import Article, NormalisedEntry
from aggregator.model.entry import EntrySource
from aggregator.model.instants import Instant
from aggregator.normalise.exchange import read_article_json
from aggregator.normalise.textform import looks_like_text_form, read_text_form
from aggregator.parse.decoding import decode
from aggregator.parse.sniffing import sniff
from aggregator.ports import ArticleStore, Clock
from aggregator.service.poll import sign_entries
from aggregator.text.form import articles_of
from aggregator.text.outlets import outlet_key

READABLE = (".txt", ".jsonl")
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many articles were read, how many of them were new and changed, and what went wrong."""

    articles: int = 0
    new: int = 0
    changed: int = 0
    faults: tuple[InputError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The files found under some paths, and those that were passed over with the reason."""

    files: tuple[Path, ...]
    skipped: tuple[tuple[Path, str], ...]


def find_sources(paths: Sequence[Path]) -> Sources:
    """Files named, and of folders named their ``*.txt`` and ``*.jsonl``, in the order of names.

    Raises:
        InputError: a path is not there.
    """
    files: list[Path] = []
    skipped: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            for child in sorted(path.iterdir()):
                if child.suffix.lower() in READABLE and child.is_file():
                    files.append(child)
                else:
                    skipped.append((child, "a folder" if child.is_dir() else "not .txt or .jsonl"))
        elif path.exists():
            files.append(path)
        else:
            raise InputError("there is no such file or folder", file=path)
    return Sources(files=tuple(files), skipped=tuple(skipped))


async def import_files(
    store: ArticleStore,
    clock: Clock,
    files: Sequence[Path],
    *,
    zone: ZoneInfo,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Stores every article of these files; each batch is stored whole.

    A file that cannot be read, or a line of it that is no article, ends that file and is one of
    the ``faults``; what came before it is stored, and so is every other file.
    """
    now = clock.now()
    total = Imported()
    for path in files:
        articles = iter_articles(path, zone=zone, fetched_at=now)
        fault = None
        while fault is None:
            batch, fault = await asyncio.to_thread(_next_batch, articles)
            if not batch and fault is None:
                break
            saved = await store.import_articles(sign_entries(batch))
            total = Imported(
                articles=total.articles + len(batch),
                new=total.new + len(saved.new),
                changed=total.changed + len(saved.changed),
                faults=total.faults if fault is None else (*total.faults, fault),
            )
            if progress is not None:
                progress(total.articles)
    return total


def iter_articles(path: Path, *, zone: ZoneInfo, fetched_at: Instant) -> Iterator[Article]:
    """The articles of one file: JSON Lines where its name ends so, else the text form.

    Raises:
        InputError: the file cannot be read, or a line of it is no article.
    """
    try:
        if path.suffix.lower() != ".jsonl":
            for text in articles_of(_text_of(path)):
                yield read_text_form(text, zone=zone, fetched_at=fetched_at, file=str(path))
            return
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield read_article_json(
                        line, fetched_at=fetched_at, file=str(path), number=number
                    )
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path) from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", file=path) from error


def _text_of(path: Path) -> str:
    """A file's text, in whatever encoding; a feed document is none, nor is a picture."""
    text = decode(path.read_bytes()).text
    if "\0" in text:
        raise InputError(
            "is no text", file=path, hint="Articles are read of .txt and .jsonl files."
        )
    if sniff(text).kind != "other" and not looks_like_text_form(text):
        raise InputError(
            "is no article in the text form",
            file=path,
            hint="`aggregator parse FILE >articles.jsonl` makes articles of a feed document.",
        )
    return text


def _next_batch(
    articles: Iterator[Article],
) -> tuple[list[NormalisedEntry], InputError | None]:
    """The next articles, and the fault that ended them before the batch was full."""
    batch: list[NormalisedEntry] = []
    try:
        for article in articles:
            batch.append(_entry(article, len(batch)))
            if len(batch) == _BATCH:
                break
    except InputError as error:
        return batch, error
    return batch, None


def _entry(article: Article, position: int) -> NormalisedEntry:
    """An imported article as the store takes it: no feed, so its own content is its digest."""
    return NormalisedEntry(
        article=article,
        entry_digest="",
        outlet_key=outlet_key(
            configured=None,
            source=EntrySource(title=article.outlet.name, url=article.outlet.url),
            site_url=article.url,
            feed_url=article.outlet.feed_url,
        ),
        position=position,
    )
