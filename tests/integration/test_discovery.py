"""`feeds add` and `discover` on sites as they are found: several feeds, guesses, accounts."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from aggregator.cli import run
from aggregator.settings.feeds_file import read


def rss(title: str) -> str:
    return (
        f'<rss version="2.0"><channel><title>{title}</title><link>/</link>'
        "<item><title>One</title><link>/one</link></item></channel></rss>"
    )


PAGES: Mapping[str, str] = {
    "/two": '<link rel=alternate type=application/rss+xml href="/a.xml" title="A">'
    '<link rel=alternate type=application/atom+xml href="/b.xml" title="B">'
    '<link rel=alternate type=application/rss+xml href="/dead.xml" title="C">',
    "/comments": '<link rel=alternate type=application/rss+xml href="/comments.xml">'
    '<link rel=alternate type=application/rss+xml href="/a.xml">',
    "/plain": "<html><h1>Nothing is declared here</h1></html>",
    "/a.xml": rss("Feed A"),
    "/b.xml": rss("Feed B"),
    "/comments.xml": rss("Comments on everything"),
    "/rss.xml": rss("The usual place"),
    "/@ann.rss": rss("Ann"),
    "/old-first.xml": '<rss version="2.0"><channel><title>Harbour</title><link>/</link>'
    + "".join(
        f"<item><title>Report {day} &amp;amp; more - Harbour</title><guid>{day}</guid>"
        f"<pubDate>Sun, {day:02} Mar 2026 08:00:00 GMT</pubDate></item>"
        for day in (1, 8, 15, 22, 29)
    )
    + "</channel></rss>",
}


class Site:
    def __init__(self) -> None:
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                body = PAGES.get(self.path, "").encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, daemon=True)
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()
    thread.join()


@pytest.fixture
def config(tmp_path: Path) -> list[str]:
    (tmp_path / "aggregator.toml").write_text('[fetch]\nallow_private_networks = ["127.0.0.0/8"]\n')
    return ["--config", str(tmp_path), "feeds"]


def followed(tmp_path: Path, site: Site) -> list[str]:
    return [feed.url.removeprefix(site.url) for feed in read(tmp_path / "feeds.toml")]


@pytest.mark.parametrize(("answer", "chosen"), [("1\n", "/a.xml"), ("2\n", "/b.xml")])
def test_of_several_feeds_a_person_chooses(
    tmp_path: Path,
    site: Site,
    config: list[str],
    answer: str,
    chosen: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert run([*config, "add", f"{site.url}/two"]) == 0
    assert followed(tmp_path, site) == [chosen]
    assert "Feed A" in capfd.readouterr().err


def test_where_nobody_chooses_nothing_is_added(
    tmp_path: Path,
    site: Site,
    config: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run([*config, "add", f"{site.url}/two"]) == 2
    assert f"{site.url}/b.xml" in capfd.readouterr().err
    assert followed(tmp_path, site) == []


def test_all_of_them(tmp_path: Path, site: Site, config: list[str]) -> None:
    assert run([*config, "add", "--all", f"{site.url}/two"]) == 0
    assert followed(tmp_path, site) == ["/a.xml", "/b.xml"]


def test_a_feed_of_comments_is_not_what_was_meant(
    tmp_path: Path, site: Site, config: list[str]
) -> None:
    assert run([*config, "add", f"{site.url}/comments"]) == 0
    assert followed(tmp_path, site) == ["/a.xml"]


def test_a_site_that_declares_nothing_is_asked_at_few_usual_paths(
    tmp_path: Path, site: Site, config: list[str]
) -> None:
    assert run([*config, "add", f"{site.url}/plain"]) == 0
    assert followed(tmp_path, site) == ["/rss.xml"]
    assert len(site.asked) <= 4


def test_a_found_feed_shows_its_newest_titles_as_the_digest_will(
    site: Site, config: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run([*config, "discover", "--json", f"{site.url}/old-first.xml"]) == 0
    latest = ["Report 29 & more", "Report 22 & more", "Report 15 & more"]
    assert json.loads(capfd.readouterr().out)["latest"] == latest
    assert run([*config, "discover", f"{site.url}/old-first.xml"]) == 0
    assert [line.strip() for line in capfd.readouterr().out.splitlines()[1:]] == latest


def test_an_account_is_followed_by_the_rule_of_its_site(
    tmp_path: Path, site: Site, config: list[str]
) -> None:
    assert run([*config, "add", f"{site.url}/@ann"]) == 0
    assert followed(tmp_path, site) == ["/@ann.rss"]


def test_a_site_without_feeds_says_what_it_is(
    tmp_path: Path, site: Site, config: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run([*config, "discover", f"{site.url}/nothing"]) == 1
    assert "404" in capfd.readouterr().err
