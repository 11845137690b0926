"""`aggregator serve`: the service as a person runs it, over real HTTP, until it is told to stop."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.command import Program, program
from tests.integration.folder_server import folder_server
from tests.integration.test_poll_command import rss

FIGURES = [
    "aggregator_poll_lateness_seconds_count ",
    "aggregator_polling ",
    'aggregator_queue{state="due"}',
    'aggregator_queue{state="claimed"}',
    "aggregator_fetch_seconds_count 1.0",
    "aggregator_parse_seconds_count 1.0",
    "aggregator_cluster_seconds_count 1.0",
    'aggregator_kept{what="articles"}',
    'aggregator_kept{what="copies"}',
    'aggregator_kept{what="stories"}',
    "aggregator_database_bytes ",
    "process_resident_memory_bytes ",
]
"""What whoever watches the service is promised."""


@pytest.fixture
def app(tmp_path: Path) -> Program:
    return program(tmp_path)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def until(look: Callable[[], object], seconds: float = 40) -> None:
    """What ``look`` gives once it gives something."""
    end = time.monotonic() + seconds
    while True:
        try:
            found = look()
        except OSError:
            found = None
        if found:
            return
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


@contextmanager
def serving(app: Program) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = free_port()
    process = app.start("serve", "--port", str(port))
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: fetch(f"{address}/healthz"))
        yield address, process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_it_polls_what_is_due_and_shows_it(app: Program) -> None:
    documents = {"/feed": rss(("1", "Harbour reopens after the storm", "Ships return."))}
    with folder_server(documents) as server:
        app.feeds([server.url("/feed")])
        with serving(app) as (address, process):
            until(lambda: "Harbour reopens" in fetch(f"{address}/") or None)
            digest = json.loads(fetch(f"{address}/digest.json"))
            [story] = digest["stories"]
            assert story["coverage"][0]["relation"] == "lead"
            assert story["title"] in fetch(f"{address}/stories/{story['id']}")
            assert story["title"] in fetch(f"{address}/feed.atom")
            [status] = app.run("status", "--json").lines
            assert status["running"] is True
            assert status["processes"][0]["address"] == address
            assert status["queue"] == {"due": 0, "claimed": 0}
            figures = fetch(f"{address}/metrics")
            assert 'aggregator_polls_total{outcome="modified"} 1.0' in figures
            assert all(f"\n{name}" in figures for name in FIGURES), figures

            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=5)
            assert process.returncode == 0, log
            assert "Traceback" not in log
    [status] = app.run("status", "--json").lines
    assert status["store"]["waiting"] == 0


def test_a_saved_feed_list_is_taken_over_and_a_wrong_one_is_not(app: Program) -> None:
    documents = {
        "/one": rss(("1", "Harbour reopens after the storm", "Ships return to the quay.")),
        "/two": rss(("2", "Parliament votes on the budget", "Ministers welcome it.")),
    }
    with folder_server(documents) as server:
        app.feeds([server.url("/one")])
        with serving(app) as (address, process):
            until(lambda: "Harbour reopens" in fetch(f"{address}/") or None)
            app.feeds([server.url("/one"), "not an address"])
            time.sleep(2)
            app.feeds([server.url("/one"), server.url("/two")])
            until(lambda: "Parliament votes" in fetch(f"{address}/") or None)
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=5)
    assert re.search(r"saved config is wrong.*feeds\.toml:\d+", log)
    assert f"feed added: {server.url('/two')}" in log


def test_saved_settings_are_taken_over_and_impossible_ones_are_not(app: Program) -> None:
    app.feeds([])
    settings = app.config / "aggregator.toml"
    with serving(app) as (address, process):
        settings.write_text('[web]\npath = "/news"\n')
        until(lambda: "The Digest" in fetch(f"{address}/news/"))
        assert "[web] path" not in app.run("config", "check", "--against-running").out

        # No address of this machine: https://www.rfc-editor.org/rfc/rfc5737
        settings.write_text('[web]\nhost = "192.0.2.1"\ntrusted_header = "X-User"\n')
        until(lambda: "cannot be put in force" in app.run("status").out)
        assert "The Digest" in fetch(f"{address}/news/")
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=10)
        assert process.returncode == 0, log
    assert '[web] path = "" → "/news"' in log or "[web] path" in log
    assert "starting anew with the changed settings" in log
    assert "cannot listen on 192.0.2.1" in log
    assert "Traceback" not in log


def test_a_taken_port_is_said(app: Program) -> None:
    app.feeds([])
    with socket.create_server(("127.0.0.1", 0)) as held:
        result = app.run("serve", "--port", str(held.getsockname()[1]), status=1)
    assert "cannot listen on" in result.err
