"""What the service writes to its log, for people and for collectors."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from aggregator.cli.logs import configure_logging

log = logging.getLogger("aggregator.test")
ADDRESS = "https://ann:hush@news.example/rss?feed_token=s3cret&page=2"


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    handlers, level = list(logging.root.handlers), logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    logging.getLogger("aggregator").setLevel(logging.NOTSET)


def test_json_is_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    log.debug("not worth a line")
    log.warning("%s: failed: it said\n“no”", "https://news.example/rss")
    [line] = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert said.pop("time").endswith("Z")
    assert said == {
        "level": "warning",
        "logger": "aggregator.test",
        "message": "https://news.example/rss: failed: it said\n“no”",
    }


def test_text_is_a_line_whatever_a_feed_says(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "text")
    log.info("%s", "2 new\n2026-01-01 forged \x1b[31mred")
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("info     2 new 2026-01-01 forged red")


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_of_an_address_gets_into_it(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("info", "json" if form == "json" else "text")
    try:
        int(ADDRESS)
    except ValueError:
        log.exception("%s: failed", ADDRESS)
    said = capsys.readouterr().err
    assert said.count("https://ann:***@news.example/rss?feed_token=***&page=2") == 2
    assert "hush" not in said
    assert "s3cret" not in said
