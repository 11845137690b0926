"""``aggregator story`` and ``aggregator search`` as a person runs them, over a filled store."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from aggregator.cli import run
from aggregator.store import SqlStore
from tests.integration.command import Result
from tests.integration.web.world import fill


@dataclass(frozen=True, slots=True)
class Shell:
    """The program's commands within this process: many of them are run here."""

    config: Path
    streams: pytest.CaptureFixture[str]

    def run(self, *arguments: str, status: int | None = 0) -> Result:
        """Runs a command to its end; fails the test where it ends otherwise than ``status``."""
        ended = run(["--config", str(self.config), *arguments])
        said = self.streams.readouterr()
        assert status is None or ended == status, said.err
        return Result(ended, said.out, said.err)


@pytest.fixture
def app(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Shell:
    (tmp_path / "aggregator.toml").write_text('[database]\nurl = "sqlite:///news.db"\n', "utf-8")
    (tmp_path / "feeds.toml").touch()

    async def prepare() -> None:
        store = SqlStore(f"sqlite:///{tmp_path / 'news.db'}")
        await store.open()
        await fill(store)
        await store.aclose()

    asyncio.run(prepare())
    return Shell(tmp_path, capfd)


def members(app: Shell, story: str) -> set[str]:
    """The articles of a story, named by its id, by another's or by one of its articles'."""
    (shown,) = app.run("story", "show", story, "--json").lines
    return {row["id"] for row in shown["coverage"]}


def key_of(said: str) -> str:
    """The key that takes a correction back, as it was printed."""
    found = re.search(r"story undo (\S+)`", said)
    assert found, said
    return found[1]


# -- why --------------------------------------------------------------------------------------
def test_why_speaks_of_every_article_in_words(app: Shell) -> None:
    out = app.run("story", "why", "ferry").out
    assert out.startswith("Ferry runs aground off Skerry Point  [ferry]\n")
    for name in ("f1", "f2", "f3", "f4", "f5"):
        assert re.search(rf"\[{name}\]\n    \S", out), out


def test_why_of_an_article_speaks_of_it_alone(app: Shell) -> None:
    out = app.run("story", "why", "f2").out
    assert "[ferry]" in out
    assert "Coast Radio: 212 rescued from stranded ferry  [f2]" in out
    assert "[f4]" not in out


def test_why_as_json_has_the_evidence_and_its_words(app: Shell) -> None:
    ferry, school = app.run("story", "why", "ferry", "s1", "--json").lines
    assert [article["id"] for article in school["articles"]] == ["s1"]
    assert {article["id"] for article in ferry["articles"]} == {"f1", "f2", "f3", "f4", "f5"}
    (copy,) = (article for article in ferry["articles"] if article["id"] == "f2")
    assert (copy["relation"], copy["copy_of"]) == ("copy", "f1")
    assert copy["why"]
    assert copy["evidence"]["rule"]


def test_an_id_that_nothing_has_is_named(app: Shell) -> None:
    refused = app.run("story", "why", "nowhere", status=1)
    assert "nowhere" in refused.err
    assert refused.out == ""


# -- corrections ------------------------------------------------------------------------------
def test_a_split_parts_articles_with_their_copies_until_it_is_undone(app: Shell) -> None:
    said = app.run("story", "split", "ferry", "f4").err
    assert members(app, "f4") == {"f4"}
    assert members(app, "ferry") == {"f1", "f2", "f3", "f5"}
    app.run("story", "undo", key_of(said))
    assert members(app, "f4") == members(app, "ferry") == {"f1", "f2", "f3", "f4", "f5"}


def test_a_merge_leaves_the_old_link_leading_somewhere(app: Shell) -> None:
    app.run("story", "merge", "school", "ferry")
    assert {"s1", "s2", "f1"} <= members(app, "school")
    assert members(app, "school") == members(app, "ferry")


def test_a_pin_moves_an_article_and_keeps_it(app: Shell) -> None:
    app.run("story", "pin", "s2", "bees")
    assert members(app, "bees") == {"b1", "s2"}
    app.run("recluster")
    assert members(app, "s2") == members(app, "b1")


def test_what_is_set_apart_never_meets_again(app: Shell) -> None:
    app.run("story", "apart", "f1", "f5")
    assert members(app, "f5") == {"f5"}
    app.run("recluster")
    assert "f5" not in members(app, "f1")


def test_two_articles_of_different_stories_set_apart_stay_where_they_are(app: Shell) -> None:
    said = app.run("story", "apart", "s1", "b1").err
    assert "nothing had to change" in said
    assert members(app, "school") == {"s1", "s2"}


@pytest.mark.parametrize(
    "wrong",
    [
        ("merge", "ferry"),
        ("merge", "ferry", "nowhere"),
        ("split", "ferry", "s1"),
        ("pin", "nowhere"),
        ("apart", "f1", "f1"),
        ("undo", "nowhere"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_corrected_changes_nothing(app: Shell, wrong: tuple[str, ...]) -> None:
    refused = app.run("story", *wrong, status=None)
    assert refused.status in (1, 2)
    assert refused.err
    assert "Traceback" not in refused.err
    assert members(app, "ferry") == {"f1", "f2", "f3", "f4", "f5"}


# -- search -----------------------------------------------------------------------------------
def test_search_finds_stories_by_the_words_of_their_articles(app: Shell) -> None:
    out = app.run("search", "inquiry", "crews").out
    assert "Ferry runs aground off Skerry Point" in out
    assert "Schools" not in out


def test_search_takes_phrases_and_exclusions(app: Shell) -> None:
    found = app.run("search", '"thick fog" -tug', "--json")
    assert found.out == ""
    assert "Nothing was found" in found.err
    (story,) = app.run("search", '"thick fog"', "--json").lines
    assert story["id"] == "ferry"


@pytest.mark.parametrize(
    ("narrowed", "ids"),
    [
        (("--outlet", "Evening Star"), ["ferry"]),
        (("--outlet", "Garden Weekly"), []),
        (("--topic", "Shipping"), ["ferry"]),
        (("--topic", "Education"), []),
        (("--language", "en"), ["ferry"]),
        (("--language", "de"), []),
    ],
    ids=" ".join,
)
def test_search_can_be_narrowed(app: Shell, narrowed: tuple[str, ...], ids: list[str]) -> None:
    assert [story["id"] for story in app.run("search", "ferry", *narrowed, "--json").lines] == ids


def test_search_gives_at_most_what_was_asked_for(app: Shell) -> None:
    words = ("search", "noon", "--json")
    assert {story["id"] for story in app.run(*words).lines} == {"ferry", "school"}
    assert len(app.run(*words, "--limit", "1").lines) == 1
    assert app.run(*words, "--limit", "0", status=2).out == ""
