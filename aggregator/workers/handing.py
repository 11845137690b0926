"""How a document gets to its worker: large ones lie in a file until they are read."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LARGE = 256 * 1024
"""Most feeds are smaller. Two hundred documents of 15 MiB may wait for two workers."""

_NAME = "aggregator-parse-"
_LOCK = "lock"


class Handed:
    """A document to be read: its bytes, or the file that a worker finds them in.

    ``size``: in bytes. Whoever makes one lets go of the bytes.
    """

    def __init__(self, body: bytes, file: Path | None) -> None:
        self.size = len(body)
        self.file = file
        self.body = b"" if file else body


class Shelf:
    """A folder of this process's own for the documents on their way to a worker.

    It is made for the first large one, and locked for as long as the process lives, however that
    ends: a folder whose lock can be had is a dead one's, and whoever comes next clears it away.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._lock: int | None = None
        with suppress(OSError):
            _clear_away_the_dead(Path(tempfile.gettempdir()))

    @contextmanager
    def handed(self, body: bytes) -> Iterator[Handed]:
        """The document for as long as it is on its way; where no file can be written, its bytes."""
        file = self._written(body) if len(body) > _LARGE else None
        document = Handed(body, file)
        del body
        try:
            yield document
        finally:
            if file is not None:
                with suppress(OSError):
                    file.unlink()

    def close(self) -> None:
        """Clears its folder away."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
        self._folder = self._lock = None

    def _written(self, body: bytes) -> Path | None:
        """A file that this user alone may read; None where the disk is full or there is none."""
        try:
            number, name = tempfile.mkstemp(suffix=".feed", dir=self._made())
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

    def _made(self) -> Path:
        if self._folder is None or not self._folder.is_dir():
            self.close()
            # It gets its name once it is locked: what bears that name and is not locked is dead.
            new = Path(tempfile.mkdtemp(prefix=f".{_NAME}"))
            self._lock = os.open(new / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._folder = new.rename(new.with_name(new.name.removeprefix(".")))
        return self._folder


def _clear_away_the_dead(parent: Path) -> None:
    """Removes the folders of this user's processes that were killed, and nobody else's."""
    for folder in parent.glob(f"{_NAME}*"):
        with suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(lock)
