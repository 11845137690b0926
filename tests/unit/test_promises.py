"""docs/promises.md names tests that there are, and every promise has one."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/promises.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([PFSNT]\d+) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)


@cache
def named_in(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))


def test_every_promise_has_a_key_of_its_own_and_none_is_left_out_of_the_count() -> None:
    keys = [key for key, _, _ in ROWS]
    assert len(set(keys)) == len(keys)
    for letter in "PFSNT":
        numbers = [int(key[1:]) for key in keys if key[0] == letter]
        assert numbers == list(range(1, len(numbers) + 1))
    assert len(keys) == PAGE.count("` |\n"), "a row that is not read as one"


@pytest.mark.parametrize(("key", "held_by"), [(key, held_by) for key, _, held_by in ROWS])
def test_what_holds_a_promise_exists(key: str, held_by: str) -> None:
    named = re.findall(r"`([^`]+)::(\w+)`", held_by)
    assert named, key
    for path, name in named:
        assert name in named_in(ROOT / "tests" / path), f"{key}: {path}::{name}"
