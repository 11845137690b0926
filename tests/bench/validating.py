"""Cross-validation by topic: every topic is judged by models that saw nothing of its fold."""

from __future__ import annotations

import os
import random
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from aggregator.cli.rows import read_rows, signed
from aggregator.cluster.measures import pairs as agreement
from aggregator.cluster.run import run
from aggregator.cluster.weights import Weights
from tests.bench.learning import clustered
from tests.bench.learning_streams import FOLDS, Scenario

ORDERS = 5


def at_once(
    streams: Mapping[str, Scenario], names: Sequence[str], models: Sequence[Weights]
) -> dict[str, float]:
    """Pair F1 of these streams, each taken as a whole; ``models`` has those of each fold."""
    figures = {}
    for name in names:
        stream = streams[name]
        truth: list[int] = []
        found: list[int] = []
        for fold, learned in enumerate(models):
            held = stream.fold == fold
            truth += stream.truth[held].tolist()
            found += (clustered(stream, learned)[held] + fold * 1_000_000).tolist()
        figures[name] = round(agreement(truth, found).f1, 4)
    return figures


def streaming(models: Sequence[Weights]) -> dict[str, float]:
    """ECB+ in several orders of arrival: pair F1, its deviation, precision and recall."""
    file = Path(os.environ["AGGREGATOR_SHARED_DATA"]) / "events" / "ecbplus_topics_1-35.jsonl"
    rows = list(read_rows(str(file)))
    articles = list(signed(rows))
    reached = []
    for seed in range(ORDERS):
        order = random.Random(seed).sample(range(len(rows)), len(rows))
        truth: list[str] = []
        found: list[tuple[int, str]] = []
        for fold, learned in enumerate(models):
            places = run([articles[place] for place in order], learned)
            for row, article in zip(rows, articles, strict=True):
                if int(row.fields["topic"]) % FOLDS == fold:
                    truth.append(str(row.fields["cluster"]))
                    found.append((fold, places[article.id].story_id))
        reached.append(agreement(truth, found))
    f1 = [one.f1 for one in reached]
    return {
        "pair_f1": round(statistics.fmean(f1), 4),
        "pair_f1_std": round(statistics.pstdev(f1), 4),
        "pair_precision": round(statistics.fmean(one.precision for one in reached), 4),
        "pair_recall": round(statistics.fmean(one.recall for one in reached), 4),
    }
