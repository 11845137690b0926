"""Runs the program as a person does: in a folder of its own, and by what it says and writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import chdir
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aggregator.cli import run


@dataclass(frozen=True, slots=True)
class Result:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Program:
    """The program with a config folder and a database under one temporary folder."""

    home: Path
    environ: Mapping[str, str]

    @property
    def config(self) -> Path:
        return self.home / "config"

    @property
    def database(self) -> Path:
        return self.home / "news.db"

    def feeds(self, urls: Iterable[str], extra: str = "") -> None:
        """Writes feeds.toml with these addresses; ``extra`` stands under each."""
        self.config.mkdir(exist_ok=True)
        entries = (f'[[feeds]]\nurl = "{url}"\n{extra}\n' for url in urls)
        (self.config / "feeds.toml").write_text("\n".join(entries), encoding="utf-8")

    def run(self, *arguments: str, stdin: str | None = None, status: int | None = 0) -> Result:
        """Runs a command to its end; fails the test where it ends otherwise than ``status``.

        It runs within this process, in the folder and with the environment of its own: a process
        for each command made half of the time that these tests took.
        """
        out, err = (TextIOWrapper(BytesIO(), "utf-8", write_through=True) for _ in range(2))
        given = TextIOWrapper(BytesIO((stdin or "").encode()), "utf-8")
        with (
            chdir(self.home),
            patch.dict(os.environ, self.environ, clear=True),
            patch.multiple(sys, stdin=given, stdout=out, stderr=err),
        ):
            ended = run(list(arguments))
        said, told = (stream.buffer.getvalue().decode() for stream in (out, err))
        assert "Traceback" not in told, told
        if status is not None:
            assert ended == status, (arguments, said, told)
        return Result(ended, said, told)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts a command that goes on; the test ends it."""
        return subprocess.Popen(
            [sys.executable, "-m", "aggregator", *arguments],
            cwd=self.home,
            env=dict(self.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def program(home: Path) -> Program:
    """A program whose feeds may live on loopback, and whose database is in its own folder."""
    root = Path(__file__).resolve().parents[2]
    environ = {
        key: value for key, value in os.environ.items() if not key.startswith("AGGREGATOR_")
    } | {
        "PYTHONPATH": str(root),
        "PYTHONWARNINGS": "error",
        "AGGREGATOR_DATABASE_URL": f"sqlite:///{home / 'news.db'}",
        "AGGREGATOR_FETCH__ALLOW_PRIVATE_NETWORKS": '["127.0.0.0/8"]',
    }
    return Program(home, environ)
