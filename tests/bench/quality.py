"""The table of story and copy quality: ``python -m tests.bench.quality [ORDERS]``.

Reads the labelled sets of AGGREGATOR_SHARED_DATA and prints a line for each: the mean over arrival
orders (five without ORDERS), its spread, and the largest story beside the largest true one. ECB+
has two lines: cross-validated by topic, as the trainer noted it in the weights, and under the
shipped weights, which were learned from it.
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

SETS = {
    "events/ecbplus_topics_1-35": "the shipped weights, trained on it",
    "events/allsides_triples_val": "never trained on",
    "events/uci_headlines": "never trained on; headlines alone",
    "copies/edited_copies": "made copies",
    "copies/scoop_repoll": "the same items seen again",
}


def main() -> None:
    """Prints the table."""
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    folder = Path(os.environ["AGGREGATOR_SHARED_DATA"])
    print(f"{'set':32} {'pair F1':>16} {'P':>6} {'R':>6} {'copy F1':>8} {'largest':>9}  rows/s")
    noted = json.loads(resources.files("aggregator.cluster").joinpath("weights.json").read_text())
    validated = noted["provenance"]["cross_validated_pair_f1"]["ecb"]
    remark = "cross-validated by topic, one order"
    print(f"{'events/ecbplus_topics_1-35':32} {validated:>8.4f} {'':>47} {remark}")
    for name, remark in SETS.items():
        rows = list(read_rows(str(folder / f"{name}.jsonl")))
        labelled = [
            Labelled(
                article=article,
                cluster=str(row.fields["cluster"]),
                copy=row.fields.get("copy"),
                kind=row.fields.get("kind"),
            )
            for row, article in zip(rows, signed(rows), strict=True)
        ]
        began = time.process_time()
        found = summary(
            [
                evaluate(random.Random(seed).sample(labelled, len(labelled))).figures
                for seed in range(orders)
            ]
        )
        speed = orders * len(rows) / (time.process_time() - began)
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
