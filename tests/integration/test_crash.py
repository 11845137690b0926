"""A short form of ``python -m tests.crash``."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.crash.child import JOBS
from tests.crash.judge import rounds
from tests.postgres import PostgresServer


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_kill_at_any_moment_loses_and_doubles_nothing(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    numbers = itertools.count()

    def make() -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/news{next(numbers)}.db"
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.url(server.database())

    told, wrong = rounds(make, tmp_path, times=3 * len(JOBS), seed=1)
    assert wrong == []
    assert told.polls, "some polls were saved before the kills"
