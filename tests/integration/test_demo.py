"""The demo end to end: real HTTP, real parse workers, a real database."""

from __future__ import annotations

import json
import re
import signal
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError

import pytest

from aggregator.cli import run
from aggregator.demo.server import DemoServer
from aggregator.demo.world import load_world
from tests.integration.command import Program, program
from tests.integration.test_serve_command import until


def test_once_prints_a_digest_of_stories_with_copies_folded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AGGREGATOR_DATABASE_URL", f"sqlite:///{tmp_path}/mine.db")
    assert run(["demo", "--once", "--format", "json"]) == 0
    digest = json.loads(capfd.readouterr().out)
    several = [story for story in digest["stories"] if story["outlets"] >= 2]
    assert len(several) >= 5
    assert any(story["independent_texts"] < story["articles"] for story in several)
    assert any(story["image"] for story in several)
    assert {story["language"] for story in several} == {"en", "de"}
    assert digest["feeds"] == {"polled": 14, "failing": 1, "silent": 0}
    copies = [row for story in several for row in story["coverage"] if row["copy_of"]]
    assert len(copies) >= 5
    assert list(tmp_path.iterdir()) == []


def test_the_server_speaks_http() -> None:
    with DemoServer(load_world(), now=lambda: datetime.now(UTC)) as server:
        feeds = {feed.title: feed.url for feed in server.feeds()}
        with urllib.request.urlopen(feeds["The Harbour Post"]) as answer:
            etag, body = answer.headers["ETag"], answer.read()
            assert answer.headers["Last-Modified"]
        request = urllib.request.Request(feeds["The Harbour Post"], headers={"If-None-Match": etag})
        with pytest.raises(HTTPError) as unchanged:
            urllib.request.urlopen(request)
        assert unchanged.value.code == 304
        unchanged.value.close()
        server.advance()
        with urllib.request.urlopen(request) as answer:
            assert answer.read() != body
        with urllib.request.urlopen(feeds["Island Gazette"]) as answer:
            assert answer.url != feeds["Island Gazette"]
        with pytest.raises(HTTPError) as dead:
            urllib.request.urlopen(feeds["Old Quarry News"])
        assert dead.value.code == 404
        dead.value.close()
        page = f"{feeds['The Harbour Post'].rpartition('/')[0]}/strait-harbour"
        with urllib.request.urlopen(page) as answer:
            assert b"<h1>" in answer.read()
        with urllib.request.urlopen(f"{page}.png") as answer:
            assert answer.headers["Content-Type"] == "image/png"
            assert answer.read().startswith(b"\x89PNG")


def test_it_goes_on_as_a_service_while_the_outlets_publish_more(tmp_path: Path) -> None:
    with program(tmp_path).start("demo", "--port", "0", "--every", "1") as process:
        assert process.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        assert address is not None

        def articles() -> set[str]:
            with urllib.request.urlopen(f"{address[0]}digest.json", timeout=10) as answer:
                stories = json.load(answer)["stories"]
            rows = [row for story in stories for row in story["coverage"]]
            return {row["url"].rpartition("/")[2] for row in rows}

        try:
            until(lambda: "strait-coastwire" in articles())
            # An event that the outlets tell of in a later round only.
            until(lambda: {"train-coastwire", "train-meridian"} <= articles())
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
    assert list(tmp_path.iterdir()) == []


def test_ended_before_its_first_digest_it_leaves_nothing_behind(tmp_path: Path) -> None:
    made = program(tmp_path)
    things = tmp_path / "things"
    things.mkdir()
    app = Program(tmp_path, {**made.environ, "TMPDIR": str(things)})
    with app.start("demo", "--port", "0") as process:
        until(lambda: any(things.iterdir()))
        process.send_signal(signal.SIGTERM)
        # 130 to a shell either way: Python ends itself by SIGINT, whatever status was asked for,
        # where the interruption met it in an `exec` of a string, as dataclasses are made by.
        assert process.wait(20) in (130, -signal.SIGINT)
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    assert list(things.iterdir()) == []
