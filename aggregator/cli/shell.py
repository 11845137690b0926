"""What the commands share: loading the config, writing output, showing progress."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import click

from aggregator.errors import InputError


def note(message: str) -> None:
    """Says something to the person: standard error, never mixed with data."""
    click.echo(message, err=True)


def standard_input() -> bytes:
    """All of standard input. Raises `InputError` where the caller has closed it."""
    if sys.stdin is None or sys.stdin.closed:
        raise InputError("standard input is closed", hint="Name a file, or pipe one in.")
    return sys.stdin.buffer.read()


def put_json(value: Any) -> None:
    """One JSON object on a line of standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, separators=(", ", ": ")))


def put(text: str, output: Path | None = None) -> None:
    """Text to standard output, or to a file that is replaced whole or not at all."""
    with output_file(output) as file:
        file.write(text.encode())
        if not text.endswith("\n"):
            file.write(b"\n")


@contextmanager
def output_file(output: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a new file that takes its name only once all of it is written.

    A link leads to the file that is replaced; a device or a pipe is written to as it is.

    Raises:
        InputError: the file cannot be written.
    """
    if output is None:
        if sys.stdout is None:
            raise InputError(
                "is closed", file="standard output", hint="Name a file: --output FILE."
            )
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    draft: Path | None = None
    try:
        if output.exists() and not output.is_file():
            with output.open("wb") as stream:
                yield stream
            return
        if output.is_symlink():
            output = output.resolve()
        with tempfile.NamedTemporaryFile(
            dir=output.parent, prefix=f".{output.name}.", delete=False
        ) as file:
            draft = Path(file.name)
            yield cast("BinaryIO", file)
        # A temporary file is private; the finished one gets what any new file gets.
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o666 & ~mask)
        draft.replace(output)
        draft = None
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=output) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal's standard error, silence elsewhere; gives its setter."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)
