"""Times the feed list commands on 9,897 feeds: ``python -m tests.bench.feed_lists``.

Needs AGGREGATOR_SHARED_DATA. Each command is a process of its own, start-up included.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.sax.saxutils import quoteattr


def kite_opml(shared_data: Path) -> tuple[int, str]:
    """How many distinct feeds the list names, and an OPML document of them by category."""
    groups = json.loads((shared_data / "lists" / "kite_feeds.json").read_text(encoding="utf-8"))
    seen: set[str] = set()
    lines = []
    for category, values in groups.items():
        lines.append(f"<outline text={quoteattr(category)}>")
        for url in values["feeds"]:
            if url not in seen:
                seen.add(url)
                lines.append(f'<outline type="rss" text="x" xmlUrl={quoteattr(url)}/>')
        lines.append("</outline>")
    return len(seen), f'<opml version="2.0"><body>{"".join(lines)}</body></opml>'


def main() -> None:
    """Prints seconds a command."""
    feeds, document = kite_opml(Path(os.environ["AGGREGATOR_SHARED_DATA"]))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "feeds.toml").write_text("# mine\n")
        opml = Path(folder) / "list.opml"
        opml.write_text(document)
        new = "https://new.example/feed"
        print(f"{feeds} feeds")
        for words, limit in (
            (["import", str(opml)], 10),
            (["list"], 2),
            (["list", "--json"], 2),
            (["add", "--no-check", new], 5),
            (["pause", new], 5),
            (["remove", new], 5),
            (["export"], 5),
        ):
            command = [sys.executable, "-m", "aggregator", "--config", folder, "feeds", *words]
            start = time.perf_counter()
            subprocess.run(
                command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            took = time.perf_counter() - start
            print(f"feeds {words[0]:<8} {took:6.2f} s  (to reach: {limit} s)")


if __name__ == "__main__":
    main()
