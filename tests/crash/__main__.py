"""The long form, from the command line."""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tests.crash.child import A_POLL
from tests.crash.judge import rounds
from tests.postgres import running


def main() -> int:
    """Runs the rounds on both databases and says what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200, help="kills on each database")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--on", choices=["sqlite", "postgresql"], action="append")
    arguments = parser.parse_args()
    failed = 0
    for kind in arguments.on or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder, _server(kind) as server:
            numbers = itertools.count()

            def make(folder: str = folder, server: Any = server, numbers: Any = numbers) -> str:
                if server is None:
                    return f"sqlite:///{folder}/news{next(numbers)}.db"
                address: str = server.url(server.database())
                return address

            begun = time.monotonic()
            told, wrong = rounds(make, Path(folder), arguments.times, arguments.seed)
            took = time.monotonic() - begun
        print(
            f"{kind}: {sum(told.rounds.values())} kills ({dict(told.rounds)}) in {took:.0f} s,"
            f" {len(told.polls) * A_POLL} articles, {len(told.placed)} placed:"
            f" {len(wrong)} faults"
        )
        for fault in wrong[:20]:
            print(f"  {fault}")
        failed += bool(wrong)
    return 1 if failed else 0


def _server(kind: str) -> Any:
    return running() if kind == "postgresql" else nullcontext()


if __name__ == "__main__":
    sys.exit(main())
