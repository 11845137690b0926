"""How a document gets to its worker: large ones lie in a file until they are read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LARGE = 256 * 1024
"""Most feeds are smaller. Two hundred documents of 15 MiB may wait for two workers."""


class Handed:
    """A document to be read: its bytes, or the file that a worker finds them in.

    ``size``: in bytes. Whoever makes one lets go of the bytes.
    """

    def __init__(self, body: bytes, file: Path | None) -> None:
        self.size = len(body)
        self.file = file
        self.body = b"" if file else body


@contextmanager
def handed(body: bytes) -> Iterator[Handed]:
    """The document for as long as it is on its way; where no file can be written, its bytes."""
    file = _written(body) if len(body) > _LARGE else None
    document = Handed(body, file)
    del body
    try:
        yield document
    finally:
        if file is not None:
            with suppress(OSError):
                file.unlink()


def _written(body: bytes) -> Path | None:
    """A file that this user alone may read; None where the disk is full or there is none."""
    try:
        number, name = tempfile.mkstemp(prefix="aggregator-", suffix=".feed")
    except OSError:
        return None
    file = Path(name)
    try:
        with os.fdopen(number, "wb") as target:
            target.write(body)
    except OSError:
        with suppress(OSError):
            file.unlink()
        return None
    return file
