"""The running service through a database's faults: nothing lost, nothing doubled, said in words."""

from __future__ import annotations

import json
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aggregator.store.sqlite import PAGE_SIZE
from tests.integration.command import Program, Result, program
from tests.integration.folder_server import Folder, folder_server
from tests.integration.test_fleet import app as app
from tests.integration.test_poll_command import rss
from tests.integration.test_serve_command import fetch, free_port, until
from tests.postgres import PostgresServer

BEFORE = rss(("1", "Harbour reopens after the storm", "Ships return to the quay."))
DURING = rss(("2", "Parliament votes on the budget", "Ministers welcome it."))


def titles(app: Program) -> Counter[str]:
    """Every article stored, and how often."""
    return Counter(line["title"] for line in app.run("export", "--format", "jsonl").lines)


def ready(address: str) -> tuple[int, str]:
    """Status and words of /readyz."""
    try:
        return 200, fetch(f"{address}/readyz")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def publish(app: Program, server: Folder, path: str, document: bytes) -> None:
    """Has one more feed followed."""
    server.documents[path] = document
    app.feeds(server.url(each) for each in server.documents)


@dataclass
class Running:
    """A process whose log can be read while it runs."""

    process: subprocess.Popen[str]
    file: Path

    @property
    def log(self) -> str:
        return self.file.read_text(encoding="utf-8")

    def stop(self) -> str:
        """Ends it in order; its log."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0, self.log
        assert "Traceback" not in self.log, self.log
        return self.log


@contextmanager
def started(app: Program, *arguments: str) -> Iterator[Running]:
    """A command that goes on, ended with the block."""
    file = app.home / f"{'-'.join(arguments)}-{time.monotonic_ns()}.log"
    command = [sys.executable, "-m", "aggregator", *arguments]
    with file.open("w") as log:
        process = subprocess.Popen(
            command, cwd=app.home, env=dict(app.environ), stderr=log, text=True
        )
    try:
        yield Running(process, file)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_a_disk_that_fills_up_and_is_freed(tmp_path: Path) -> None:
    alone = program(tmp_path)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with folder_server({"/1": BEFORE}) as server:
        alone.feeds([server.url("/1")])
        with started(alone, "serve", "--port", str(port)) as service:
            until(lambda: "Harbour reopens" in fetch(f"{address}/"))
            # The database cannot be written to, as on a full disk; the log, far smaller, can.
            bound = (PAGE_SIZE, -1)
            unbounded = resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, bound)
            publish(alone, server, "/2", DURING)
            until(lambda: ready(address)[0] == 503)
            assert "no room left for the database" in ready(address)[1]
            resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, unbounded)
            until(lambda: "Parliament votes" in fetch(f"{address}/"))
            until(lambda: ready(address)[0] == 200)
            log = service.stop()
    assert "no room left for the database" in log
    assert set(titles(alone).values()) == {1}
    assert len(titles(alone)) == 2
    assert alone.run("db", "check").status == 0


def test_a_server_that_stops_and_starts_under_a_fleet(
    app: Program, postgres: PostgresServer
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with folder_server({"/1": BEFORE}) as server:
        app.feeds([server.url("/1")])
        with started(app, "serve", "--port", str(port)) as web, started(app, "worker") as worker:
            until(lambda: "Harbour reopens" in fetch(f"{address}/"))
            postgres.stop()
            try:
                assert ready(address)[0] == 503
                assert "does not answer" in app.run("status", status=1).err
                until(lambda: all("does not answer" in each.log for each in (web, worker)))
            finally:
                postgres.start()
            publish(app, server, "/2", DURING)
            until(lambda: "Parliament votes" in fetch(f"{address}/"), 90)
            until(lambda: ready(address)[0] == 200)
            web.stop()
            worker.stop()
    assert set(titles(app).values()) == {1}
    assert len(titles(app)) == 2
    assert app.run("db", "check").status == 0


def test_a_database_that_may_only_be_read_for_a_while(
    app: Program, postgres: PostgresServer
) -> None:
    name = app.environ["AGGREGATOR_DATABASE_URL"].partition("@/")[2].partition("?")[0]
    port = free_port()
    address = f"http://127.0.0.1:{port}"

    def only_reading(value: str) -> None:
        postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {value}")
        postgres.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )

    with folder_server({"/1": BEFORE}) as server:
        app.feeds([server.url("/1")])
        with started(app, "serve", "--port", str(port)) as web, started(app, "worker") as worker:
            until(lambda: "Harbour reopens" in fetch(f"{address}/"))
            only_reading("on")
            until(lambda: "cannot be written to" in ready(address)[1])
            assert "cannot be written to" in app.run("status").out
            assert "Harbour reopens" in fetch(f"{address}/"), "it can still be read"
            only_reading("off")
            publish(app, server, "/2", DURING)
            until(lambda: "Parliament votes" in fetch(f"{address}/"), 90)
            until(lambda: "Nothing can be stored" not in app.run("status").out)
            logs = web.stop() + worker.stop()
    assert "cannot be written to" in logs
    assert set(titles(app).values()) == {1}
    assert len(titles(app)) == 2


@contextmanager
def tiny_disk(megabytes: int) -> Iterator[Path]:
    """A file system of its own; skips where this user may not make one."""
    with tempfile.TemporaryDirectory(prefix="tiny-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=777", "tmpfs", folder]
        try:
            made = subprocess.run(mount, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip("there is no mount here to make a small disk with")
        if made.returncode:
            pytest.skip(f"a small disk cannot be made here: {made.stderr.strip()}")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_servers_disk_that_fills_up_and_is_freed(app: Program, postgres: PostgresServer) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with (
        tiny_disk(40) as disk,
        database_on(disk, postgres) as url,
        folder_server({"/1": BEFORE}) as server,
    ):
        small = Program(app.home, {**app.environ, "AGGREGATOR_DATABASE_URL": url})
        small.feeds([server.url("/1")])
        with started(small, "serve", "--port", str(port)) as web, started(small, "worker") as work:
            until(lambda: "Harbour reopens" in fetch(f"{address}/"))
            small.run("status")  # the first connection of a changed form writes a file of its own
            ballast = disk / "ballast"
            _fill(ballast)
            chance = random.Random(1)
            long = rss(
                *((f"b{n}", f"Report {n}", chance.randbytes(9_999).hex()) for n in range(60))
            )
            publish(small, server, "/2", long)
            until(lambda: "no room left" in web.log + work.log, 60)
            until(lambda: _says_full(small.run("status", status=None)), 60)
            ballast.unlink()
            # The poll that could not be stored keeps its lease for two minutes; others go on.
            publish(small, server, "/3", DURING)
            until(lambda: "Parliament votes" in fetch(f"{address}/"))
            logs = web.stop() + work.stop()
        assert "no room left for the database" in logs
        assert titles(small).total() in (2, 62), "all of a poll or nothing"
        assert set(titles(small).values()) == {1}
        assert small.run("db", "check").status == 0


def _says_full(status: Result) -> bool:
    # A server without any room may also refuse the connection, in words of its own.
    return "no room left" in status.out or "could not write" in status.err


@contextmanager
def database_on(disk: Path, postgres: PostgresServer) -> Iterator[str]:
    """A database in a folder of its own; taken from the server before the folder goes."""
    place = postgres.tablespace("tiny", disk)
    name = postgres.database(within=place)
    try:
        yield postgres.url(name)
    finally:
        (disk / "ballast").unlink(missing_ok=True)
        postgres.drop(name, place)


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as ballast:
        for size in (2**20, 2**12):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                continue


@dataclass
class SlowSite:
    """Answers when it is let; says who asked."""

    asked: threading.Event = field(default_factory=threading.Event)
    answering: threading.Event = field(default_factory=threading.Event)
    times: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def slow_site() -> Iterator[SlowSite]:
    site = SlowSite()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.times.append(self.path)
            site.asked.set()
            site.answering.wait(90)
            self.send_response(200)
            self.send_header("Content-Length", str(len(BEFORE)))
            self.end_headers()
            self.wfile.write(BEFORE)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        site.url = f"http://127.0.0.1:{server.server_address[1]}/slow"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield site
        site.answering.set()
        server.shutdown()


@pytest.mark.slow
def test_a_worker_that_sleeps_past_its_lease_and_wakes_doubles_nothing(app: Program) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with slow_site() as site:
        app.feeds([site.url])
        with (
            started(app, "serve", "--port", str(port)) as web,
            started(app, "worker") as sleeper,
        ):
            until(site.asked.is_set)
            sleeper.process.send_signal(signal.SIGSTOP)
            site.answering.set()
            with started(app, "worker") as other:
                # The engine takes the job from the sleeper after half a minute of silence.
                until(lambda: "Harbour reopens" in fetch(f"{address}/"), 120)
                sleeper.process.send_signal(signal.SIGCONT)
                until(lambda: len(json.loads(app.run("status", "--json").out)["processes"]) == 3)
                logs = web.stop() + sleeper.stop() + other.stop()
    assert "a worker was lost, polling again" in logs
    assert len(site.times) == 2
    [line] = app.run("export", "--format", "jsonl").lines
    assert line["title"] == "Harbour reopens after the storm"
    assert app.run("db", "check").status == 0
