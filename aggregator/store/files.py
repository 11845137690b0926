"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A file beside ``target`` that takes its name, all at once, if the block ends well.

    Raises:
        OSError: there is something else of that name, a device or a folder.
    """
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "is no file", str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    _clear_left_behind(target)
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(target)
        _sync(target.parent)
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            Path(f"{part}{end}").unlink(missing_ok=True)


def _clear_left_behind(target: Path) -> None:
    """Removes the parts of processes that were killed while they wrote them."""
    if os.name != "posix":
        return  # elsewhere a process cannot be asked for without touching it
    for left in target.parent.glob(f".{target.name}.*.part*"):
        writer = left.name.removeprefix(f".{target.name}.").partition(".")[0]
        try:
            os.kill(int(writer), 0)
        except ProcessLookupError:
            left.unlink(missing_ok=True)
        except (ValueError, OSError):
            continue


def _sync(folder: Path) -> None:
    """Puts a folder's names on the disk, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
