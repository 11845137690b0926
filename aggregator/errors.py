"""Every error the program raises on purpose.

An error says what happened, to which feed or file, and what to do about it. The command line
turns each into one message and the exit status beside it; nothing here ends in a traceback.

::

    AggregatorError                 exit 1
    ├── ConfigError                 exit 2   a config file or an environment override is wrong
    ├── UsageError                  exit 2   the command's words do not fit together
    ├── InputError                  exit 1   a file or a line a user handed in cannot be read
    ├── NotFound                    exit 1   no article, story or feed has this id
    ├── FeedError                   exit 1   something about one feed; carries the feed
    │   ├── FetchError                       the server could not be reached or answered badly
    │   │   ├── AddressRefused               the address guard said no
    │   │   ├── TooLarge                     a bound on bytes was passed
    │   │   ├── DeadlinePassed               a bound on time was passed
    │   │   ├── HostHeld                     its host asked all its callers to wait
    │   │   └── HostBusy                     too many of ours stand in line at its host
    │   └── ParseError                       the document could not be read as a feed
    │       └── ParserKilled                 its parser passed its limits of time or memory
    ├── MailError                   exit 1   the mail server refused or does not answer
    └── StoreError                  exit 1   the database refused
        ├── StoreLocked                      another process holds it
        ├── StoreReadOnly                    it cannot be written to
        ├── StoreFull                        no room left on the disk
        ├── StoreUnreachable                 the server does not answer
        └── StoreCorrupt                     it is damaged, or made by a newer version
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Self


class AggregatorError(Exception):
    """The root: ``str(error)`` is a message for a person; ``hint`` says what to do."""

    exit_status = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class UsageError(AggregatorError):
    """The command's words do not fit together."""

    exit_status = 2


class ConfigError(AggregatorError):
    """A config file or an environment override is wrong.

    ``line`` and ``column`` count from 1; both are None where the fault has no place in a file.
    """

    exit_status = 2

    def __init__(
        self,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        where = ":".join(str(part) for part in (file, line, column) if part is not None)
        super().__init__(f"{where}: {message}" if where else message, hint=hint)
        self.file = file
        self.line = line
        self.column = column


class InputError(AggregatorError):
    """A file or a line a user handed in cannot be read; ``line`` counts from 1."""

    def __init__(
        self,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        hint: str | None = None,
    ) -> None:
        where = ":".join(str(part) for part in (file, line) if part is not None)
        super().__init__(f"{where}: {message}" if where else message, hint=hint)
        self.file = file
        self.line = line


class NotFound(AggregatorError):
    """No article, story or feed has this id."""

    def __init__(self, kind: str, name: str, *, hint: str | None = None) -> None:
        super().__init__(f"there is no {kind} {name!r}", hint=hint)
        self.kind = kind
        self.name = name


class FeedError(AggregatorError):
    """Something about one feed; ``feed`` is the address it is known by."""

    def __init__(self, message: str, *, feed: str | None = None, hint: str | None = None) -> None:
        super().__init__(f"{feed}: {message}" if feed else message, hint=hint)
        self.feed = feed
        self.reason = message

    def about(self, feed: str) -> Self:
        """The same error, naming this feed where it named none."""
        if self.feed is None:
            self.feed, self.message = feed, f"{feed}: {self.reason}"
        return self


class FetchError(FeedError):
    """The server could not be reached or answered badly."""


class AddressRefused(FetchError):
    """The address guard refused to connect there."""


class TooLarge(FetchError):
    """The body, as sent or as unpacked, passed the bound on bytes."""


class DeadlinePassed(FetchError):
    """The request as a whole took longer than its deadline."""


class HostHeld(FetchError):
    """The feed's host asked its callers to wait; nothing was sent. ``until`` is when it may be."""

    def __init__(
        self, message: str, *, until: datetime, feed: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, feed=feed, hint=hint)
        self.until = until


class HostBusy(FetchError):
    """Too many of our own requests stand in line at the feed's host; nothing was sent."""


class ParseError(FeedError):
    """The document could not be read as a feed."""


class ParserKilled(ParseError):
    """The parser passed its limits of time or memory and was stopped."""


class MailError(AggregatorError):
    """The mail server refused a mail, or could not be reached."""


class StoreError(AggregatorError):
    """The database refused."""


class StoreLocked(StoreError):
    """Another process holds the database."""


class StoreReadOnly(StoreError):
    """The database cannot be written to."""


class StoreFull(StoreError):
    """There is no room left on the disk."""


class StoreUnreachable(StoreError):
    """The database server does not answer."""


class StoreCorrupt(StoreError):
    """The database is damaged, or was made by a newer version of this program."""
