"""feeds.toml: reading it fast, and writing it whole or not at all. `feeds_edit` edits it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from aggregator.errors import ConfigError
from aggregator.model.feed import Feed
from aggregator.settings.faults import config_error, read_text, read_toml
from aggregator.settings.feed_entry import FeedEntry, FeedList, same_address
from aggregator.settings.places import place

_MEMBER = re.compile(r"^[ \t]*\[\[[ \t]*(?:feeds|\"feeds\"|'feeds')[ \t]*\]\]", re.MULTILINE)
_KNOWN = {"": tuple(FeedList.model_fields), "feeds": tuple(FeedEntry.model_fields)}


def read(path: Path) -> tuple[Feed, ...]:
    """The feeds of a file in its order; none where there is no file.

    Raises:
        ConfigError: it cannot be read or is wrong; names line, column and the key that was meant.
    """
    return feeds_in(read_text(path), path) if path.exists() else ()


@lru_cache(maxsize=2)
def feeds_in(text: str, path: Path) -> tuple[Feed, ...]:
    """The feeds in a text that stands, or will stand, at this path. Raises as `read`.

    The last texts are remembered: an edit looks at the list that its command has just read.
    """
    values = read_toml(text, path)
    try:
        entries = FeedList.model_validate(values).feeds
    except ValidationError as error:
        raise config_error(error, text=text, path=path, known=_KNOWN) from error
    lines = _lines(text, len(entries))
    feeds = tuple(entry.feed(line) for entry, line in zip(entries, lines, strict=True))
    _refuse_duplicates(feeds, text, path)
    return feeds


def write_whole(path: Path, text: str, *, replaces: str | None) -> None:
    """Writes a file so that it holds either the old or the new text, whatever happens.

    A link to it, as those who keep their settings in one folder make, stays one. ``replaces`` is
    the text it is thought to hold (None: there is none).

    Raises:
        ConfigError: it holds another by now, or cannot be written.
    """
    if path.is_symlink():
        path = path.resolve()
    try:
        # A file that may not be written to is not replaced either, though its folder would let us.
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            # An editor knows nothing of our lock: look as late as can be.
            if (read_text(path) if path.exists() else None) != replaces:
                raise _conflict(path)
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", file=path) from error


def _conflict(path: Path) -> ConfigError:
    return ConfigError(
        "the file was changed by someone else meanwhile; nothing was written",
        file=path,
        hint="Look at it and do it again.",
    )


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keeps other commands of ours from editing in this folder. The lock leaves no file behind."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=folder) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _lines(text: str, count: int) -> Sequence[int | None]:
    """The line each entry begins at, or None each where the list is written in another form."""
    starts = [match.start() for match in _MEMBER.finditer(text)]
    if len(starts) != count:
        return [None] * count
    lines, line, at = [], 1, 0
    for start in starts:
        line += text.count("\n", at, start)
        at = start
        lines.append(line)
    return lines


def _refuse_duplicates(feeds: Sequence[Feed], text: str, path: Path) -> None:
    seen: dict[str, Feed] = {}
    for index, feed in enumerate(feeds):
        first = seen.setdefault(same_address(feed.url), feed)
        if first is feed:
            continue
        line, column = place(text, ("feeds", index, "url")) or (None, None)
        where = f"in line {first.line}" if first.line else "above"
        raise ConfigError(
            f"the feed {feed.url} is in the list already, {where}",
            file=path,
            line=line,
            column=column,
            hint="Remove one of the two.",
        )
