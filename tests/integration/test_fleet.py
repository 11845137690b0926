"""A web process and two workers on one PostgreSQL."""

from __future__ import annotations

import json
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import Program, program
from tests.integration.folder_server import folder_server
from tests.integration.test_poll_command import rss
from tests.integration.test_serve_command import fetch, free_port, until
from tests.postgres import PostgresServer

SUBJECTS = [
    "Harbour reopens after the storm", "Parliament votes on the budget",
    "Museum finds a lost painting", "Striker signs for the champions",
    "Glacier retreats by a kilometre", "Bakers win a prize for rye bread",
    "Tram line to the airport opens", "Court rules on smoke detectors",
    "Orchestra plays on a ferry", "Vaccine trial shows promise",
    "Library lends garden tools", "Bridge closed for repairs",
]  # fmt: skip


@pytest.fixture
def app(tmp_path: Path, postgres: PostgresServer) -> Program:
    alone = program(tmp_path)
    url = postgres.url(postgres.database())
    return replace(
        alone,
        environ={
            **alone.environ,
            "AGGREGATOR_DATABASE_URL": url,
            "AGGREGATOR_POLL__HERE": "false",
        },
    )


@contextmanager
def started(app: Program, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = app.start(*arguments)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_workers_poll_what_the_service_hands_out_and_none_is_polled_twice(app: Program) -> None:
    documents = {
        f"/{number}": rss((str(number), subject, f"{subject}, the town says."))
        for number, subject in enumerate(SUBJECTS)
    }
    port, probes = free_port(), free_port()
    address = f"http://127.0.0.1:{port}"

    def all_placed() -> bool:
        stories = json.loads(fetch(f"{address}/digest.json"))["stories"]
        placed = [int(story["articles"]) for story in stories]
        return sum(placed) == len(SUBJECTS)

    with folder_server(documents) as server:
        app.feeds([server.url(path) for path in documents])
        app.run("feeds", "health")  # the database has the list before the workers start
        with (
            started(app, "worker", "--port", str(probes)) as one,
            started(app, "worker") as two,
            started(app, "serve", "--port", str(port)) as service,
        ):
            until(all_placed)
            assert Counter(path for path, _ in server.asked) == Counter(dict.fromkeys(documents, 1))
            # Workers have no list of their own, and know how many feeds of a host are followed.
            agents = {headers["User-Agent"] for headers in server.sent}
            assert len(agents) == 1
            assert f"{len(documents)} feeds here)" in agents.pop()

            def processes() -> list[dict[str, Any]]:
                return list(app.run("status", "--json").lines[0]["processes"])

            # What a process says of itself is a few seconds old.
            until(lambda: sum(process["clustering"] for process in processes()) == 1)
            roles = Counter(process["role"] for process in processes())
            assert roles == Counter(serve=1, worker=2)

            watched = f"http://127.0.0.1:{probes}"
            assert json.loads(fetch(f"{watched}/healthz")) == {"status": "ok"}
            assert json.loads(fetch(f"{watched}/readyz"))["status"] == "ready"
            assert "aggregator_polls_total{" in fetch(f"{watched}/metrics")

            one.kill()
            extra = rss(("new", "Whale seen in the estuary", "It swam on."))
            server.documents["/new"] = extra
            app.feeds([*(server.url(path) for path in documents), server.url("/new")])
            until(lambda: "Whale seen" in fetch(f"{address}/digest.json"))

            for process in (two, service):
                process.send_signal(signal.SIGTERM)
                _, log = process.communicate(timeout=10)
                assert process.returncode == 0, log
                assert "Traceback" not in log, log
    assert app.run("db", "check").status == 0


def test_every_process_takes_saved_settings_and_says_what_it_goes_by(
    app: Program, postgres: PostgresServer, tmp_path: Path
) -> None:
    documents = {"/1": rss(("1", SUBJECTS[0], "The town says so."))}
    elsewhere = replace(app, home=tmp_path / "elsewhere")
    elsewhere.config.mkdir(parents=True)
    (elsewhere.config / "aggregator.toml").write_text("")
    port = free_port()
    address = f"http://127.0.0.1:{port}"

    def differing() -> list[str]:
        said = app.run("config", "check", "--against-running").out.splitlines()
        return [line for line in said if "goes by" in line or "keeps" in line]

    def set_window(program: Program, hours: int) -> None:
        (program.config / "aggregator.toml").write_text(f'[cluster]\nwindow = "{hours}h"\n')

    with folder_server(documents) as server:
        app.feeds([server.url("/1")])
        with (
            started(app, "serve", "--port", str(port)) as service,
            started(elsewhere, "worker") as worker,
        ):
            until(lambda: SUBJECTS[0] in fetch(f"{address}/digest.json"))
            # The page's port is an option of its process, which no file can change.
            [alone] = differing()
            assert "[web] port" in alone
            assert f"(serve) goes by {app.config}" in alone

            set_window(app, 48)
            # The service takes its own file over, the worker has another one.
            until(lambda: ["(worker)" in line for line in differing()] == [False, True])
            [port_of, window] = differing()
            assert "[web] port" in port_of
            assert f"(worker) goes by {elsewhere.config}" in window
            assert '[cluster] window: "6d" → "2d"' in window

            (elsewhere.config / "aggregator.toml").write_text("[cluster]\nwindow = 3\n")
            until(lambda: "keeps its last good config" in "".join(differing()))
            set_window(elsewhere, 48)
            until(lambda: differing() == [port_of])

            server.documents["/2"] = rss(("2", SUBJECTS[1], "The town says so."))
            app.feeds([server.url("/1"), server.url("/2")])
            until(lambda: SUBJECTS[1] in fetch(f"{address}/digest.json"))
            for process in (worker, service):
                process.send_signal(signal.SIGTERM)
                _, log = process.communicate(timeout=10)
                assert process.returncode == 0, log
                assert "starting anew with the changed settings" in log
                assert "Traceback" not in log, log


def test_a_worker_on_sqlite_says_what_it_needs(tmp_path: Path) -> None:
    alone = program(tmp_path)
    alone.feeds([])
    assert "PostgreSQL" in alone.run("worker", status=2).err
