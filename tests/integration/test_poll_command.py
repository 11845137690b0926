"""`aggregator poll` over real HTTP, as a person runs it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import feedparser
import pytest

from tests.integration.command import Program, program
from tests.integration.folder_server import folder_server


@pytest.fixture
def app(tmp_path: Path) -> Program:
    return program(tmp_path)


def rss(*items: tuple[str, str, str]) -> bytes:
    """A feed of items given as guid, title and text."""
    body = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
        f"<link>https://outlet.example/{guid}</link><description>{text}</description></item>"
        for guid, title, text in items
    )
    return (
        f"<rss version='2.0'><channel><title>Outlet</title><link>https://outlet.example/</link>"
        f"{body}</channel></rss>"
    ).encode()


def stored(app: Program) -> dict[str, int]:
    [overview] = app.run("status", "--json").lines
    return dict(overview["store"])


def test_a_round_stores_every_entry_and_the_next_brings_nothing_new(app: Program) -> None:
    documents = {"/feed": rss(("1", "One thing", "Said at length."), ("2", "Another", "Also."))}
    with folder_server(documents) as server:
        app.feeds([server.url("/feed")])
        [first] = app.run("poll", "--json").lines
        [second] = app.run("poll", "--json").lines
    assert (first["outcome"], first["status"], first["entries"], first["new"]) == (
        "modified", 200, 2, 2,
    )  # fmt: skip
    assert (second["outcome"], second["status"], second["new"]) == ("unchanged", 304, 0)
    assert first["next_poll_at"] is not None
    assert stored(app)["articles"] == 2


def test_a_changed_entry_is_a_revision_and_a_repeated_guid_settles(app: Program) -> None:
    first = rss(("1", "One", "First wording."), ("2", "Two", "Stays."), ("2", "Two b", "Older."))
    with folder_server({"/feed": first}) as server:
        app.feeds([server.url("/feed")])
        [report] = app.run("poll", "--json").lines
        assert report["new"] == 2
        before = stored(app)["revisions"]
        server.documents["/feed"] = first + b"<!-- the same news, other bytes -->"
        [again] = app.run("poll", "--json").lines
        assert (again["new"], again["changed"]) == (0, 0)
        server.documents["/feed"] = first.replace(b"First wording.", b"Second wording.")
        [changed] = app.run("poll", "--json").lines
    assert (changed["new"], changed["changed"]) == (0, 1)
    assert before == 1
    assert stored(app)["revisions"] == 2


def test_one_bad_feed_costs_the_others_nothing(app: Program) -> None:
    documents = {
        "/good": rss(("1", "One", "Good.")),
        "/html": b"<!doctype html><html><head><title>Sign in</title></head><body>x</body></html>",
        "/empty": b"",
        "/cut": rss(("1", "Kept", "Good."), ("2", "Lost", "Half"))[:-60],
    }
    with folder_server(documents) as server:
        app.feeds([server.url(path) for path in (*documents, "/missing")])
        reports = {line["feed"].rsplit("/", 1)[1]: line for line in app.run("poll", "--json").lines}
    assert reports["good"]["new"] == 1
    assert reports["html"]["outcome"] == "failed"
    assert "Sign in" in reports["html"]["error"]
    assert reports["empty"]["outcome"] == "failed"
    assert reports["cut"]["new"] >= 1
    assert reports["missing"]["status"] == 404
    assert all(reports[name]["error"] for name in ("html", "empty", "missing"))


def test_an_archive_is_walked_on_request_and_only_then(app: Program) -> None:
    def linked(document: bytes, earlier: str) -> bytes:
        link = (
            f"<a:link xmlns:a='http://www.w3.org/2005/Atom' rel='prev-archive' href='{earlier}'/>"
        )
        return document.replace(b"<item>", link.encode() + b"<item>", 1)

    documents = {
        "/feed": linked(rss(("3", "Third", "Newest words.")), "/2"),
        "/2": linked(rss(("2", "Second", "Older words.")), "/1"),
        "/1": linked(rss(("1", "First", "Oldest words.")), "/2"),
    }
    with folder_server(documents) as server:
        app.feeds([server.url("/feed")])
        app.run("poll")
        assert stored(app)["articles"] == 1
        [report] = app.run("poll", "--archive", "--json", server.url("/feed")).lines
        app.run("poll", "--archive", status=2)
    assert report["new"] == 2
    assert stored(app)["articles"] == 3


def test_exit_status_is_1_only_if_every_feed_failed(app: Program) -> None:
    with folder_server({}) as server:
        app.feeds([server.url("/missing")])
        app.run("poll", status=1)


def test_without_a_config_it_says_what_to_do(app: Program) -> None:
    result = app.run("poll", status=2)
    assert "aggregator config init" in result.err


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_real_feeds_are_kept_whole(app: Program, shared_data: Path) -> None:
    """Every entry feedparser finds is stored once; a repeated guid is a revision."""
    documents = {
        f"/{path.name}": path.read_bytes()
        for path in sorted((shared_data / "feeds/real").iterdir())
    }
    found = {
        path: feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False).entries
        for path, body in documents.items()
    }
    repeated = sum(
        sum(times - 1 for times in Counter(e.id for e in entries if e.get("id")).values())
        for entries in found.values()
    )
    with folder_server(documents) as server:
        app.feeds([server.url(path) for path in documents])
        reports = {line["feed"]: line for line in app.run("poll", "--json").lines}
        assert len(reports) == len(documents)
        for path, entries in found.items():
            # feedparser reads nothing of a document that begins with a comment; we do.
            assert reports[server.url(path)]["entries"] == len(entries) or not entries, path
        total = sum(report["entries"] for report in reports.values())
        kept = stored(app)
        assert kept["articles"] == total - repeated
        assert kept["revisions"] == repeated
        assert all(line["new"] + line["changed"] == line["entries"] for line in reports.values())
        assert kept["waiting"] == 0

        again = app.run("poll", "--json").lines
        assert {line["outcome"] for line in again} == {"unchanged"}

        path, body = next(
            (path, body)
            for path, body in documents.items()
            if len(re.findall(rb"<title>[^<]{20,}</title>", body)) > 5
        )
        titles = iter(range(4))

        def edit(match: re.Match[bytes]) -> bytes:
            number = next(titles, None)
            # The first long title is the feed's own.
            return match[0] if number in (None, 0) else b"<title>Edited: " + match[1] + b"</title>"

        server.documents[path] = re.sub(rb"<title>([^<]{20,})</title>", edit, body)
        [edited] = app.run("poll", "--json", server.url(path)).lines
    assert edited["new"] == 0
    assert edited["changed"] == 3
