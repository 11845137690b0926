"""A PostgreSQL server of the tests' own: started on first use, on a socket in a temporary folder.

The server's programs refuse to run as root; then they run as the user ``postgres`` (Debian makes
it) or ``nobody``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

PORT = 54329
"""Part of the socket's name only: the server listens on no network address."""


class PostgresServer:
    """One cluster in ``folder``, which can be stopped and started again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = _unprivileged()
            os.chown(folder, user.pw_uid, user.pw_gid)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._call("initdb", "-D", "data", "-U", "tester", "-A", "trust", "-E", "UTF8", "-N")

    def _call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd=self._folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            **self._as,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}{done.stdout}")

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(self._programs / "postgres", "-D", "data", "-k", str(self._folder)),
                    *("-p", str(PORT), "-c", "listen_addresses=", "-c", "fsync=off"),
                    *("-c", "max_connections=200", "-c", "shared_buffers=64MB"),
                    *("-c", "full_page_writes=off", "-c", "max_wal_size=4GB"),
                ],
                cwd=self._folder,
                stdout=log,
                stderr=log,
                **self._as,
            )
        until = time.monotonic() + 30
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self._folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, *, for_good: bool = False) -> None:
        """Cuts every connection and stops; what was committed is kept, unless it is for good."""
        if self._process is not None:
            # The server's "fast" and "immediate" shutdown; only the first writes to the disk.
            self._process.send_signal(signal.SIGQUIT if for_good else signal.SIGINT)
            self._process.wait(60)
            self._process = None

    def url(self, database: str) -> str:
        """The address of a database on this server."""
        return f"postgresql://tester@/{database}?host={self._folder}&port={PORT}"

    def database(self, *, within: str | None = None) -> str:
        """Makes a new database, in a tablespace or the server's own folder; returns its name."""
        name = f"test{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}" + (f" TABLESPACE {within}" if within else ""))
        return name

    def tablespace(self, name: str, folder: Path) -> str:
        """Lets databases be kept in another folder; returns its name."""
        place = folder / "space"
        place.mkdir()
        if self._as:
            os.chown(place, self._as["user"], self._as["group"])
        self.execute(f"CREATE TABLESPACE {name} LOCATION '{place}'")
        return name

    def drop(self, database: str, tablespace: str) -> None:
        """Takes a database and its tablespace away, for a server that starts anew as well."""
        self.execute(f"DROP DATABASE {database} WITH (FORCE)")
        self.execute(f"DROP TABLESPACE {tablespace}")
        # Recovery would make the tablespace again, in a folder that is gone by then.
        self.execute("CHECKPOINT")

    def empty(self, database: str) -> None:
        """Takes every row out of a database; its form stays."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            found = connection.execute(
                "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables"
                " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
                " AND tablename <> 'form'"
            ).fetchone()
            if found and found[0]:
                connection.execute(f"TRUNCATE {found[0]} RESTART IDENTITY CASCADE".encode())

    def execute(self, statement: str, database: str = "postgres") -> list[Any]:
        """Runs one statement outside any transaction."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            done = connection.execute(statement)
            return list(done) if done.description else []


@contextmanager
def running() -> Iterator[PostgresServer]:
    """A server for as long as the block runs; skips the test where none is installed."""
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed")
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs (initdb, postgres) are not installed")
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = PostgresServer(programs, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop(for_good=True)


def _programs() -> Path | None:
    """Where the newest server programs are; Debian keeps them off the PATH."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    debian = Path("/usr/lib/postgresql")
    versions = [p for p in debian.glob("*/bin") if (p / "initdb").exists()]
    return max(versions, key=lambda path: float(path.parent.name), default=None)


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("there is no user 'postgres' or 'nobody' to run the server as")
