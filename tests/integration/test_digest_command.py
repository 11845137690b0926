"""``aggregator digest`` as a person runs it, over a filled store."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import html5lib
import pytest

from aggregator.model.instants import rfc3339
from aggregator.store import SqlStore
from tests.integration.command import Program, program
from tests.integration.web.world import NOW, fill


@pytest.fixture
def app(tmp_path: Path) -> Program:
    made = program(tmp_path)
    made.feeds([])

    async def prepare() -> None:
        store = SqlStore(f"sqlite:///{made.database}")
        await store.open()
        await fill(store)
        await store.aclose()

    asyncio.run(prepare())
    return made


SPAN = ("--since", rfc3339(NOW - timedelta(hours=24)), "--until", rfc3339(NOW))


def test_text_in_a_pipe_is_plain(app: Program) -> None:
    out = app.run("digest", *SPAN).out
    assert "\x1b" not in out
    assert "█ Ferry runs aground off Skerry Point\n" in out
    assert "5 outlets, 3 independent texts" in out
    assert "2 copies of the AFP text: Coast Radio, Island Post" in out


@pytest.mark.parametrize(
    ("form", "read"),
    [
        ("json", json.loads),
        ("jsonfeed", json.loads),
        ("atom", lambda text: ET.fromstring(text.encode())),
        ("html", html5lib.HTMLParser(strict=True).parse),
        ("markdown", str.splitlines),
    ],
)
def test_every_format_is_whole(app: Program, form: str, read: Callable[[str], object]) -> None:
    out = app.run("digest", *SPAN, "--format", form).out
    assert read(out)
    assert "Ferry runs aground off Skerry Point" in out


def test_json_holds_what_was_asked_for(app: Program) -> None:
    [digest] = app.run("digest", *SPAN, "--limit", "1", "--json").lines
    assert digest["window"] == {"from": "2026-03-03T12:00:00Z", "to": "2026-03-04T12:00:00Z"}
    assert [story["id"] for story in digest["stories"]] == ["ferry"]
    assert digest["stories"][0]["independent_texts"] == 3
    later = ("--since", rfc3339(NOW - timedelta(minutes=5)), "--until", rfc3339(NOW))
    assert app.run("digest", *later, "--json").lines[0]["stories"] == []


def test_durations_count_back_from_now(app: Program) -> None:
    now = datetime.now(UTC)
    [digest] = app.run("digest", "--since", "2d", "--until", "1d", "--json").lines
    start = datetime.fromisoformat(digest["window"]["from"])
    assert timedelta(days=2) <= now - start + timedelta(seconds=60) < timedelta(days=2, minutes=3)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--since", "soon"),
        ("--until", "2024-01-31T13:58:00"),
        ("--since", "1h", "--until", "2h"),
        ("--limit", "0"),
        ("--limit", "many"),
        ("--format", "pdf"),
    ],
)
def test_a_wrong_value_is_wrong_usage(app: Program, wrong: tuple[str, ...]) -> None:
    result = app.run("digest", *wrong, status=2)
    assert result.out == ""
    assert "Traceback" not in result.err


def test_output_is_replaced_whole(app: Program) -> None:
    target = app.home / "digest.html"
    target.write_text("before", encoding="utf-8")
    assert app.run("digest", *SPAN, "--format", "html", "--output", str(target)).out == ""
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [path.name for path in app.home.glob("*digest*")] == ["digest.html"]
    result = app.run("digest", "--output", str(app.home / "no" / "x"), status=1)
    assert "Traceback" not in result.err
