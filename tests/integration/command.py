"""Runs the program as a person does: a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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
        """Runs a command to its end; fails the test where it ends otherwise than ``status``."""
        ended = subprocess.run(
            [sys.executable, "-m", "aggregator", *arguments],
            cwd=self.home,
            env=dict(self.environ),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=500,
            check=False,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        if status is not None:
            assert ended.returncode == status, (arguments, ended.stdout, ended.stderr)
        return Result(ended.returncode, ended.stdout, ended.stderr)

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
