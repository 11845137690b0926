"""Driver errors in the program's words: what happened, to which database, what to do."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from aggregator.errors import (
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
    StoreUnreachable,
)

_Fault = tuple[type[StoreError], str, str | None]

# By primary result code: https://www.sqlite.org/rescode.html
_SQLITE: dict[int, _Fault] = {
    sqlite3.SQLITE_BUSY: (
        StoreLocked,
        "another program is writing to the database",
        "Wait until it is done, or end it, and try again.",
    ),
    sqlite3.SQLITE_LOCKED: (
        StoreLocked,
        "another program is writing to the database",
        "Wait until it is done, or end it, and try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        StoreReadOnly,
        "the database cannot be written to",
        "Let this user write to the file and to its folder.",
    ),
    sqlite3.SQLITE_PERM: (
        StoreReadOnly,
        "the database may not be opened",
        "Let this user read and write the file and its folder.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StoreUnreachable,
        "the database cannot be opened",
        "Look whether the path is right, a file and not a folder, and open to this user.",
    ),
    sqlite3.SQLITE_FULL: (
        StoreFull,
        "there is no room left for the database",
        "Free some room on its disk; what was stored before is whole.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        StoreCorrupt,
        "the database is damaged",
        "Look with `aggregator db check`; `aggregator db restore` brings back a backup.",
    ),
    sqlite3.SQLITE_NOTADB: (
        StoreCorrupt,
        "the file is no database",
        "Name another file, or bring back a backup with `aggregator db restore`.",
    ),
    sqlite3.SQLITE_IOERR: (
        StoreUnreachable,
        "the disk could not be read or written",
        "Look at the disk and the system's log; what was stored before is kept.",
    ),
}

# Failed writes are told apart from failed reads: the first are nearly always a full disk or quota.
_SQLITE_WRITES = {
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
}

# By SQLSTATE, the longest prefix first:
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES: dict[str, _Fault] = {
    "53100": (
        StoreFull,
        "there is no room left for the database",
        "Free some room on the server's disk; what was stored before is whole.",
    ),
    "25006": (
        StoreReadOnly,
        "the database cannot be written to",
        "Name the primary server, and a user who may write.",
    ),
    "42501": (
        StoreReadOnly,
        "this user may not do that in the database",
        "Let the user own the database, or name one who does.",
    ),
    "55P03": (StoreLocked, "another session holds the database", "Try again when it is done."),
    "40": (StoreLocked, "other sessions got in the way again and again", "Try again."),
    "XX00": (
        StoreCorrupt,
        "the database is damaged",
        "Look at the server's log; `aggregator db restore` brings back a backup.",
    ),
    "3D000": (StoreUnreachable, "the database does not exist", "Make it with `createdb`."),
    "28": (
        StoreUnreachable,
        "the server does not let this user in",
        "Look at the user and the password in the database address.",
    ),
}

_GONE: _Fault = (
    StoreUnreachable,
    "the database server does not answer",
    "Look whether it runs and can be reached; the service goes on by itself when it is back.",
)


def translated(error: DBAPIError | sqlite3.Error, place: str) -> StoreError:
    """The store error for a driver's; ``place`` names the file or server."""
    original = error.orig if isinstance(error, DBAPIError) else error
    kind, what, hint = _fault(original)
    code = getattr(original, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_CANTOPEN and Path(place).is_file():
        # The file is there: what could not be made are the log and the index beside it.
        kind, what, hint = _SQLITE[sqlite3.SQLITE_READONLY]
        if Path(f"{place}-wal").exists():
            what = "the database was in use, and can only be read where its folder can be written"
            hint = "Let this user write there, or copy it with the -wal file beside it elsewhere."
    detail = next(iter(str(original).strip().splitlines()), "")
    return kind(f"{place}: {what}" + (f" ({detail})" if detail else ""), hint=hint)


def unwritable(error: OSError, place: str) -> StoreError:
    """The store error for one of the file system's."""
    kind = {errno.ENOSPC: StoreFull, errno.EDQUOT: StoreFull, errno.EROFS: StoreReadOnly}
    kind |= {errno.EACCES: StoreReadOnly, errno.EPERM: StoreReadOnly}
    return kind.get(error.errno or 0, StoreError)(
        f"{error.filename or place}: {error.strerror or error}",
        hint="Name another place, or let this user write there and leave some room.",
    )


def is_transient(error: DBAPIError | sqlite3.Error) -> bool:
    """Whether the same transaction may well pass when tried again at once."""
    original = error.orig if isinstance(error, DBAPIError) else error
    # 40001 serialisation, 40P01 deadlock, 23505: another session stored the same id meanwhile.
    return str(getattr(original, "sqlstate", None)) in {"40001", "40P01", "23505"}


def _fault(original: BaseException | None) -> _Fault:
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        if code in _SQLITE_WRITES:
            return _SQLITE[sqlite3.SQLITE_FULL]
        return _SQLITE.get(code & 0xFF, (StoreError, "the database refused", None))
    state = getattr(original, "sqlstate", None)
    if state is None or state[:2] in {"08", "57"}:
        return _GONE
    return next(
        (fault for prefix, fault in _POSTGRES.items() if state.startswith(prefix)),
        (StoreError, "the database refused", None),
    )
