"""``aggregator parse`` as a person runs it: in an empty folder, on files and addresses."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aggregator.cli import run

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Post</title>
<item><title>Ferry back in service</title><guid>f1</guid><link>/ferry</link>
<pubDate>Mon, 02 Nov 2026 08:30:00 +0100</pubDate>
<description>The ferry sails again.</description></item></channel></rss>"""
TEXT = """The harbour, daily

Ferry back in service

November 2, 2026 at 8:30 am

The ferry sails again after a week of repairs.

The captain was glad.
"""


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/feeds/news.xml"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/rss+xml")
            self.end_headers()
            self.wfile.write(RSS.encode() if found else b"nothing here")

        def log_message(self, *arguments: object) -> None:
            pass

    monkeypatch.setenv("AGGREGATOR_FETCH__ALLOW_PRIVATE_NETWORKS", '["127.0.0.0/8"]')
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_a_file_becomes_articles(capsys: pytest.CaptureFixture[str]) -> None:
    Path("news.xml").write_text(RSS, "utf-8")
    assert run(["parse", "news.xml", "--base-url", "https://post.example/feeds/news.xml"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    article = json.loads(line)
    assert article["title"] == "Ferry back in service"
    assert article["url"] == "https://post.example/ferry"
    assert article["published_at"] == "2026-11-02T07:30:00Z"
    assert article["outlet"]["feed_url"] == "https://post.example/feeds/news.xml"


def test_an_address_becomes_articles(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["parse", f"{server}/feeds/news.xml"]) == 0
    article = json.loads(capsys.readouterr().out)
    assert article["url"] == f"{server}/ferry"


def test_an_article_in_the_text_form_is_recognised(capsys: pytest.CaptureFixture[str]) -> None:
    Path("ferry.txt").write_text(TEXT, "utf-8")
    assert run(["parse", "ferry.txt"]) == 0
    article = json.loads(capsys.readouterr().out)
    assert article["title"] == "Ferry back in service"
    assert article["date_source"] == "text"
    assert len(article["paragraphs"]) == 2


def test_what_cannot_be_read_is_said_in_a_line(
    server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("page.html").write_text("<html><title>Sign in</title></html>", "utf-8")
    Path("empty.xml").write_bytes(b"")
    for source, words in (
        ("missing.xml", "No such file"),
        (".", "Is a directory"),
        ("page.html", "an HTML page titled 'Sign in'"),
        ("empty.xml", "the body is empty"),
        (f"{server}/elsewhere", "the server answered 404"),
    ):
        assert run(["parse", source]) == 1
        shown = capsys.readouterr()
        assert shown.out == ""
        assert words in shown.err
        assert "Traceback" not in shown.err


def test_a_cut_off_document_gives_what_came(capsys: pytest.CaptureFixture[str]) -> None:
    Path("cut.xml").write_text(RSS[: RSS.index("</channel>")] + "<item><title>Ha", "utf-8")
    assert run(["parse", "cut.xml"]) == 0
    shown = capsys.readouterr()
    assert [json.loads(line)["title"] for line in shown.out.splitlines()] == [
        "Ferry back in service"
    ]
    assert "cut off" in shown.err
