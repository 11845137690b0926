from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aggregator.cli import run
from aggregator.cli.rows import read_rows

QUAKE = {"id": "a", "title": "Earthquake shakes Valdoria", "text": "A strong quake hit Valdoria."}
AGAIN = {"id": "b", "title": "Valdoria earthquake", "text": "Valdoria searches after the quake."}
OTHER = {"id": "c", "title": "Kessler quits as minister", "text": "Arno Kessler has resigned."}


def cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str], *lines: str) -> list[Any]:
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    assert run(["cluster", str(file)]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_for_each_in_input_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = cluster(tmp_path, capsys, *map(json.dumps, (QUAKE, OTHER, AGAIN)))
    assert [row["id"] for row in out] == ["a", "c", "b"]
    assert out[0]["story"] == out[2]["story"] != out[1]["story"]
    assert set(out[2]) == {"id", "story", "copy_of", "evidence"}
    assert set(out[2]["evidence"]) == {
        "rule", "score", "parts", "terms", "resemblance", "compared_with",
    }  # fmt: skip


def test_the_whole_article_form_works_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    article = {
        "id": "a",
        "title": "Earthquake shakes Valdoria",
        "outlet": {"name": "The Valdorian"},
        "published_at": "2026-03-02T08:00:00Z",
        "paragraphs": ["A strong quake hit Valdoria.", "Many fled."],
        "language": "en-GB",
    }
    out = cluster(tmp_path, capsys, json.dumps(article))
    assert out[0]["evidence"]["rule"] == "founder"


def test_an_id_given_twice_is_a_revision_and_stands_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    revised = QUAKE | {"text": "A strong quake hit Valdoria; eleven died."}
    out = cluster(tmp_path, capsys, json.dumps(QUAKE), json.dumps(revised))
    assert [row["id"] for row in out] == ["a", "a"]
    assert out[0]["story"] == out[1]["story"]
    assert out[0]["copy_of"] is None


@pytest.mark.parametrize(
    "date",
    [
        '"2024-01-31T14:58:00+01:00"',
        '"2024-01-31 13:58"',
        '"Wed, 31 Jan 2024 13:58:00 GMT"',
        '"January 31, 2024 at 1:58 pm"',
        "1706709480",
        "1706709480.0",
        "1706709480000",
    ],
)
def test_dates_are_read_in_whatever_form_they_have(tmp_path: Path, date: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(f'{{"id": "x", "title": "y", "published": {date}}}', encoding="utf-8")
    (row,) = read_rows(str(file))
    assert row.article.published_at == datetime(2024, 1, 31, 13, 58, tzinfo=UTC)


def test_nothing_in_nothing_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cluster(tmp_path, capsys, "", "  ") == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{broken", "no JSON"),
        ("[]", "JSON object"),
        ('{"title": "x"}', "no id"),
        ('{"id": "x", "title": 5}', '"title" is no text'),
        ('{"id": "x", "title": "y", "published": "yesterday"}', "RFC 3339"),
    ],
)
def test_a_bad_line_is_named(
    line: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(QUAKE) + "\n" + line, encoding="utf-8")
    assert run(["cluster", str(file)]) == 1
    told = capsys.readouterr().err
    assert f"{file}:2" in told
    assert said in told


def test_evaluate_has_every_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rows.jsonl"
    labels = ("quake", "quake", "kessler")
    rows = [row | {"cluster": c} for row, c in zip((QUAKE, AGAIN, OTHER), labels, strict=True)]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert run(["evaluate", str(file), "--shuffles", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    names = (
        "pair_precision pair_recall pair_f1 b3_f1 b3_f1_singletons ari nmi stories largest_story"
    ).split()
    assert set(names) | {f"{name}_std" for name in names} <= set(found)
    copies = ("copy_precision", "copy_recall", "copy_f1")
    assert [found[name] for name in copies] == [None] * 3
    assert [found[f"{name}_std"] for name in copies] == [None] * 3
    assert found["copy_confusion"] == {}
    assert found["pair_f1"] == 1.0
    assert found["stories"] == 2


def test_evaluate_says_what_it_cannot_measure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(QUAKE | {"cluster": "quake"}), encoding="utf-8")
    assert run(["evaluate", str(file)]) == 0
    assert 'copy_f1              – (no row has a "copy" label)' in capsys.readouterr().out
    file.write_text("\n", encoding="utf-8")
    assert run(["evaluate", str(file), "--json"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "no article to evaluate" in said.err


def test_evaluate_asks_for_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(QUAKE), encoding="utf-8")
    assert run(["evaluate", str(file)]) == 1
    assert "cluster" in capsys.readouterr().err
