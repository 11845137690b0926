"""A running service's stories beside evaluate's: ``python -m tests.bench.steps [ROWS...]``.

Takes a labelled set of AGGREGATOR_SHARED_DATA (STEPS_SET, or the headlines) in one order of chance,
fifty articles at a time as polls bring them, with upkeep in steps of so many rows whenever it is
due; prints pair F1, the largest story, the longest step and what all steps took.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

from aggregator.cli.rows import read_rows, signed
from aggregator.cluster.clusterer import Clusterer, ClusterOptions
from aggregator.cluster.measures import pairs
from aggregator.cluster.run import run

_POLLED = 50
_ROWS = (1000, 2000, 4000)


def main() -> None:
    """Prints a line for each size of a step, and one for evaluate."""
    name = os.environ.get("STEPS_SET", "uci_headlines")
    file = Path(os.environ["AGGREGATOR_SHARED_DATA"]) / "events" / f"{name}.jsonl"
    rows = list(read_rows(str(file)))
    true = {row.article.id: str(row.fields["cluster"]) for row in rows}
    articles = random.Random(0).sample(list(signed(rows)), len(rows))
    texts = {article.id: f"{article.title}\n{article.text}" for article in articles}

    def line(head: str, stories: dict[str, str], rest: str = "") -> None:
        found = pairs([true[name] for name in stories], list(stories.values()))
        largest = max(Counter(stories.values()).values())
        print(
            f"{head:>12}  F1 {found.f1:.3f} P {found.precision:.3f} R {found.recall:.3f}"
            f"  largest {largest:4}{rest}",
            flush=True,
        )

    line("evaluate", {name: place.story_id for name, place in run(articles).items()})
    for size in [int(value) for value in sys.argv[1:]] or _ROWS:
        clusterer = Clusterer(
            texts=lambda ids: {name: texts[name] for name in ids if name in texts},
            options=ClusterOptions(upkeep_rows=size),
        )
        steps: list[float] = []
        for start in range(0, len(articles), _POLLED):
            clusterer.add_many(articles[start : start + _POLLED])
            left = clusterer.upkeep_due
            while left:
                began = time.perf_counter()
                left = clusterer.upkeep()
                steps.append(time.perf_counter() - began)
        clusterer.tidy()
        line(
            f"{size} rows",
            {article.id: clusterer.membership(article.id).story_id for article in articles},
            f"  longest step {max(steps, default=0.0):.2f} s, all {sum(steps):.1f} s",
        )


if __name__ == "__main__":
    main()
