"""The table of story and copy quality: ``python -m tests.bench.quality [ORDERS]``.

Reads the labelled sets of AGGREGATOR_SHARED_DATA and prints a line for each: the mean over arrival
orders (five without ORDERS), its spread, and the largest story beside the largest true one. ECB+
has three lines: cross-validated by topic, all at once and streaming, as the trainer noted it in the
weights, and under the shipped weights, which were learned from it. Where the extra ``[semantic]``
is installed, a set of headlines has two: with their sense, and by words alone.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from importlib import resources
from pathlib import Path

from aggregator.cli.rows import read_rows, signed
from aggregator.cluster.evaluation import Labelled, evaluate, summary
from aggregator.cluster.weights import Weights, of_words, shipped

SETS = {
    "events/ecbplus_topics_1-35": "the shipped weights, trained on it",
    "events/allsides_triples_val": "never trained on",
    "events/uci_headlines": "never trained on; headlines alone",
    "copies/edited_copies": "made copies",
    "copies/scoop_repoll": "the same items seen again",
}


def _print_validated() -> None:
    """What the trainer noted in the weights; it notes nothing with --quick."""
    text = resources.files("aggregator.cluster").joinpath("weights.json").read_text("utf-8")
    noted = json.loads(text)["provenance"]
    name = "events/ecbplus_topics_1-35"
    if "cross_validated_streaming" not in noted:
        print(f"{name:32} not cross-validated: python -m tests.bench.train --write does")
        return
    at_once = noted["cross_validated_pair_f1"]["ecb"]
    print(f"{name:32} {at_once:>8.4f} {'':>47} cross-validated by topic, all at once")
    found = noted["cross_validated_streaming"]
    print(
        f"{name:32} {found['pair_f1']:>8.4f} ± {found['pair_f1_std']:.4f}"
        f" {found['pair_precision']:6.3f} {found['pair_recall']:6.3f}"
        f" {'':>25} cross-validated by topic, streaming"
    )


def main() -> None:
    """Prints the table."""
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"{'set':32} {'pair F1':>16} {'P':>6} {'R':>6} {'copy F1':>8} {'largest':>9}  rows/s")
    _print_validated()
    for name, remark in SETS.items():
        labelled = _labelled(name)
        if shipped().sense is None or any(row.article.text for row in labelled):
            _print_measured(name, labelled, shipped(), orders, remark)
        else:
            _print_measured(name, labelled, shipped(), orders, f"{remark}, with their sense")
            _print_measured(name, labelled, of_words(), orders, f"{remark}, by words")


def _labelled(name: str) -> list[Labelled]:
    folder = Path(os.environ["AGGREGATOR_SHARED_DATA"])
    rows = list(read_rows(str(folder / f"{name}.jsonl")))
    return [
        Labelled(
            article=article,
            cluster=str(row.fields["cluster"]),
            copy=row.fields.get("copy"),
            kind=row.fields.get("kind"),
        )
        for row, article in zip(rows, signed(rows), strict=True)
    ]


def _print_measured(
    name: str, labelled: list[Labelled], weights: Weights, orders: int, remark: str
) -> None:
    began = time.process_time()
    found = summary(
        [
            evaluate(random.Random(seed).sample(labelled, len(labelled)), weights).figures
            for seed in range(orders)
        ]
    )
    speed = orders * len(labelled) / (time.process_time() - began)
    true = max(Counter(row.cluster for row in labelled).values())
    copy = found["copy_f1"]
    print(
        f"{name:32} {found['pair_f1']:>8.4f} ± {found['pair_f1_std']:.4f}"
        f" {found['pair_precision']:6.3f} {found['pair_recall']:6.3f}"
        f" {copy if copy is None else format(copy, '.4f')!s:>8}"
        f" {found['largest_story']:5.0f}/{true:<4} {speed:6.0f}  {remark}",
        flush=True,
    )


if __name__ == "__main__":
    main()
