"""What `aggregator import` takes, and what a file it cannot take costs the others: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.command import Program, program

HEADS = ("Ferry aground off Port Calder", "Museum returns bronze bell", "Café owner wins the draw")


def article(title: str) -> str:
    return (
        f"News of the coast\n\n{title}\n\nJune 1, 2025 at 5:00 pm\n\n"
        f"The “{title}” was on every page of the paper that morning, people said.\n"
    )


@pytest.fixture
def app(tmp_path: Path) -> Program:
    made = program(tmp_path)
    made.feeds([])
    return made


def titles(app: Program) -> list[str]:
    return sorted(row["title"] for row in app.run("export").lines)


def test_what_export_writes_as_text_comes_back_as_the_same_articles(app: Program) -> None:
    for number, title in enumerate(HEADS):
        (app.home / f"{number}.txt").write_text(article(title), "utf-8")
        app.run("import", f"{number}.txt")
    app.run("export", "--format", "text", "--output", "all.txt")
    assert app.run("import", "all.txt").err.startswith("3 articles from 1 file: 0 new")
    assert [row["title"] for row in app.run("parse", "all.txt").lines] == list(HEADS)


def test_a_text_is_read_in_whatever_encoding_it_was_saved(app: Program) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        (app.home / f"{encoding}.txt").write_bytes(article(HEADS[2]).encode(encoding))
        app.run("import", f"{encoding}.txt")
    (stored,) = app.run("export").lines
    assert stored["title"] == HEADS[2]
    assert "�" not in stored["paragraphs"][0]


def test_json_lines_may_begin_with_a_byte_order_mark(app: Program) -> None:
    (app.home / "a.txt").write_text(article(HEADS[0]), "utf-8")
    told = app.run("parse", "a.txt").out
    (app.home / "a.jsonl").write_text(told, "utf-8-sig")
    app.run("import", "a.jsonl")
    assert titles(app) == [HEADS[0]]


def test_a_file_that_is_no_article_is_named_and_keeps_no_other_out(app: Program) -> None:
    folder = app.home / "pile"
    folder.mkdir()
    (folder / "a.txt").write_text(article(HEADS[0]), "utf-8")
    (folder / "b-empty.txt").write_bytes(b"\n \n")
    (folder / "c-packed.txt").write_bytes(b"\x1f\x8b\x08\x00\x00\x01\x00\xff")
    (folder / "d-feed.txt").write_text("<rss version='2.0'><channel/></rss>", "utf-8")
    (folder / "e.txt").write_text(article(HEADS[1]), "utf-8")
    told = app.run("parse", "-", stdin=article(HEADS[2])).out
    (folder / "f.jsonl").write_text(told + "{broken\n", "utf-8")
    said = app.run("import", "pile", status=1).err
    for name in ("b-empty.txt", "c-packed.txt", "d-feed.txt", "f.jsonl:2"):
        assert f"{name}: " in said
    assert said.count("Error: ") == 4
    assert titles(app) == sorted(HEADS)
    assert app.run("status", "--json").lines[0]["store"]["waiting"] == 0
