"""Learns the clusterer's weights anew: ``python -m tests.bench.train [--write]``.

From the streams of `learning_streams`. Prints pair F1 on ECB+ cross-validated by topic, all at once
and streaming, and on AllSides triples kept out of training. Without --write the shipped file stays.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from aggregator.cluster import weights as shipped_weights
from aggregator.cluster.measures import pairs as agreement
from aggregator.cluster.models import Boosted, Logistic
from aggregator.cluster.weights import Weights
from tests.bench.learning import clustered, learn
from tests.bench.learning_streams import FOLDS, KEPT_OUT, Scenario, scenarios
from tests.bench.validating import at_once, streaming

RECIPE = "neighbours, surroundings, tree, closure; 4"
VALIDATED = ("ecb", "ecb headlines", "ecb leads", "ecb sizes", "ecb pieces")


def written(learned: Weights, provenance: Mapping[str, Any]) -> str:
    """The weights file: a line for every tree."""

    def logistic(model: Logistic) -> dict[str, Any]:
        slopes = [round(float(weight), 4) for weight in model.weights]
        return {"bias": model.bias, "weights": dict(zip(model.names, slopes, strict=True))}

    def boosted(model: Boosted) -> str:
        lines = []
        for column, bound, leaves in zip(model.column, model.bound, model.leaves, strict=True):
            flat: list[Any] = []
            for which, value in zip(column, bound, strict=True):
                flat += [model.names[which], None if np.isinf(value) else float(value)]
            lines.append("      " + json.dumps(flat + [float(leaf) for leaf in leaves]))
        head = f'{{"bias": {model.bias}, "columns": {json.dumps(list(model.names))},\n'
        return head + '    "trees": [\n' + ",\n".join(lines) + "\n    ]}"

    return (
        "{\n"
        f'  "version": {json.dumps(learned.version)},\n'
        f'  "provenance": {json.dumps(provenance, indent=4)},\n'
        f'  "pair": {json.dumps(logistic(learned.pair))},\n'
        f'  "plain": {json.dumps(logistic(learned.plain))},\n'
        f'  "join": {boosted(learned.join)},\n'
        f'  "gather": {boosted(learned.gather)},\n'
        f'  "closed": {boosted(learned.closed)}\n'
        "}\n"
    )


def _f1(stream: Scenario, learned: Weights) -> float:
    found = clustered(stream, learned).tolist()
    return round(agreement(stream.truth.tolist(), found).f1, 4)


def _validated(streams: Mapping[str, Scenario]) -> dict[str, Any]:
    models = []
    for fold in range(FOLDS):
        models.append(learn(streams, [fold]))
        print(f"fold {fold + 1} of {FOLDS}", flush=True)
    return {
        "cross_validated_pair_f1": at_once(streams, VALIDATED, models),
        "cross_validated_streaming": streaming(models),
    }


def main() -> None:
    """Learns, measures, and writes where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="replace the shipped weights")
    parser.add_argument("--quick", action="store_true", help="without cross-validation")
    arguments = parser.parse_args()
    streams = scenarios()
    print("streams:", ", ".join(f"{n} {len(s.truth)}" for n, s in streams.items()))
    learned = learn(streams)
    kept = _f1(streams[KEPT_OUT], learned)
    print(f"pair F1, ecb as trained on {_f1(streams['ecb'], learned)}, triples kept out {kept}")
    validated = {} if arguments.quick else _validated(streams)
    for name, figures in validated.items():
        print(f"{name}: {figures}")
    if arguments.write:
        target = Path(str(shipped_weights.__file__)).with_name("weights.json")
        provenance = {
            "sets": ["ECB+ topics 1-35 (CC BY 3.0)", "AllSides triples, training (NeuS)"],
            "recipe": RECIPE,
            "command": "python -m tests.bench.train --write",
            **validated,
            "kept_out_triples_pair_f1": kept,
        }
        target.write_text(written(learned, provenance), encoding="utf-8")
        print(f"written: {target}")


if __name__ == "__main__":
    main()
