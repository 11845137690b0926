"""What the command line promises a script, where no other test of a command asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.command import Program, program
from tests.integration.folder_server import folder_server

VOLCANO = """<item><guid>v1</guid><title>Moved item one</title>
<description>Volcano erupts in Iceland, people flee the town of Grindavik.</description></item>"""


def rss(title: str, items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>".encode()


@pytest.fixture
def app(tmp_path: Path) -> Program:
    return program(tmp_path)


def test_a_story_of_one_article_is_counted_in_the_singular(app: Program) -> None:
    with folder_server({"/b.xml": rss("Beta", VOLCANO)}) as folder:
        app.feeds([folder.url("/b.xml")])
        app.run("poll")
    (digest,) = app.run("digest", "--format", "json").lines
    shown = app.run("story", "show", digest["stories"][0]["id"]).out
    assert "1 outlet, 1 article, 1 independent text;" in shown


def test_feeds_of_one_machine_are_outlets_by_their_titles(app: Program) -> None:
    documents = {"/a.xml": rss("Alpha", VOLCANO), "/b.xml": rss("Beta", VOLCANO)}
    with folder_server(documents) as folder:
        app.feeds([folder.url(path) for path in documents])
        app.run("poll")
    (digest,) = app.run("digest", "--json").lines
    (story,) = digest["stories"]
    assert (story["outlets"], story["independent_texts"]) == (2, 1)
    assert {row["outlet"] for row in story["coverage"]} == {"Alpha", "Beta"}


def test_a_feed_that_breaks_before_its_first_entry_fails_with_the_reason(app: Program) -> None:
    bomb = b"<!DOCTYPE r [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]>" + rss("&b;", "")
    cut = rss("Cut", "")[:-25]
    documents = {"/bomb.xml": bomb, "/cut.xml": cut, "/quiet.xml": rss("Quiet", "")}
    with folder_server(documents) as folder:
        app.feeds([folder.url(path) for path in documents])
        reports = app.run("poll", "--json").lines
    assert [report["outcome"] for report in reports] == ["failed", "failed", "unchanged"]
    assert "undefined entity" in reports[0]["error"]
    assert "no element found" in reports[1]["error"]


def test_a_restore_names_the_file_that_is_no_backup(app: Program) -> None:
    app.feeds([])
    other = app.home / "other.txt"
    other.write_text("no database", "utf-8")
    refused = app.run("db", "restore", str(other), status=1)
    assert "other.txt" in refused.err
    app.run("db", "check")


def test_a_moved_feed_whose_address_is_put_in_by_hand_keeps_its_articles(app: Program) -> None:
    with folder_server({"/new.xml": rss("Beta", VOLCANO)}) as folder:
        folder.moved["/old.xml"] = "/new.xml"
        app.feeds([folder.url("/old.xml")])
        app.run("poll")
        before = [article["id"] for article in app.run("export").lines]
        app.feeds([folder.url("/new.xml")])
        (report,) = app.run("poll", "--json").lines
        assert report["new"] == 0
        assert [article["id"] for article in app.run("export").lines] == before
        app.feeds([folder.url("/new.xml"), folder.url("/old.xml")])
        app.run("poll")
        assert [article["id"] for article in app.run("export").lines] == before
