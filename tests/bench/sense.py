"""Learns what bare headlines mean anew: ``python -m tests.bench.sense [--write]``.

Needs the extra ``[semantic]``. Learns from the streams of headlines in `learning_streams`, and
prints what it is worth beside words alone: the average precision of pairs, and pair F1 of stories,
all at once. ECB+ is cross-validated by topic, weights and all; other streams are of triples and
headlines that neither learned from. Without --write the shipped file stays.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregator.cluster import sense as shipped_sense
from aggregator.cluster.gather import gathered
from aggregator.cluster.graph import RELATIVE
from aggregator.cluster.measures import pairs as agreement
from aggregator.cluster.models import Logistic
from aggregator.cluster.sense import Sense, Sensed
from aggregator.cluster.weights import Weights, of_words
from aggregator.kernels.port import F32
from aggregator.text.embedding import embedding, unit
from tests.bench.learning import closed, grown, learn, logistic
from tests.bench.learning_streams import (
    FOLDS,
    Row,
    Scenario,
    headlines,
    plans,
    read,
    scenario,
    triples,
)

VERSION = "sense-1"
LEARNED = (
    "ecb headlines", "ecb pieces", "one headlines", "one told", "triple headlines",
    "more triple headlines",
)  # fmt: skip
VALIDATED = ("ecb headlines", "ecb pieces")
_RARE = 1e-3
"""A piece this frequent weighs half as much as a rare one."""
_WORTH = 0.9
"""Pieces that weigh more than this are left at 1."""
_LEAD = 60


@dataclass(frozen=True, slots=True)
class Headlines:
    """A stream of bare headlines, and the points that a sense gives them, as cosines of pairs."""

    stream: Scenario
    cosines: F32

    def likely(self, weights: Weights) -> NDArray[Any]:
        """The probabilities of all pairs."""
        known = np.ones(len(self.cosines), np.bool_)
        return weights.likely(self.stream.columns, Sensed(known, self.cosines))


def directions() -> Sense:
    """What headlines have in common, from the titles and leads of the training sets; no pair yet.

    Kept as the file keeps it: rounded.
    """
    rows = [*read("allsides_triples_train"), *read("ecbplus_topics_1-35")]
    leads = [f"{row['title']}. {' '.join(row['text'].split()[:_LEAD])}" for row in rows]
    known = embedding()
    counts = np.bincount([piece for text in known.pieces(leads) for piece in text]) + 0.5
    weights = _RARE / (_RARE + counts / counts.sum())
    pieces = {
        known.spelt(int(piece)): round(float(weights[piece]), 3)
        for piece in np.argsort(weights, kind="stable")
        if weights[piece] < _WORTH
    }
    points = known.points(leads, known.weighing(pieces))
    mean = points.mean(axis=0).round(4)
    _, turned = np.linalg.eigh(np.cov(unit(points - mean), rowvar=False, ddof=0))
    common = turned[:, -1] * np.sign(turned[np.abs(turned[:, -1]).argmax(), -1])
    nothing = Logistic((), np.zeros(0, np.float32), 0.0)
    return Sense(VERSION, "en", nothing, pieces, mean, common.round(4).astype(np.float32))


def taken(name: str, rows: Sequence[Row], meant: Sense) -> Headlines:
    """A stream of these rows."""
    stream = scenario(name, rows)
    points = meant.points([row["title"] for row in rows])
    cosines = np.einsum("ij,ij->i", points[stream.edges.a], points[stream.edges.b])
    return Headlines(stream, cosines.astype(np.float32))


def fitted(streams: Sequence[Headlines], skipped: Sequence[int] = ()) -> Logistic:
    """The model of pairs, without the rows of the topics in the ``skipped`` folds."""
    parts = []
    for each in streams:
        chosen = each.stream.within(~np.isin(each.stream.fold, skipped))
        columns = np.column_stack([each.stream.columns[chosen], each.cosines[chosen]])
        parts.append((columns, each.stream.right[chosen]))
    return logistic((*RELATIVE, "sense"), parts)


def precision(each: Headlines, weights: Weights, fold: int | None = None) -> float:
    """The average precision of pairs, of one fold alone if asked."""
    from sklearn.metrics import average_precision_score

    every = np.ones(len(each.stream.truth), np.bool_)
    some = each.stream.within(every if fold is None else each.stream.fold == fold)
    return float(average_precision_score(each.stream.right[some], each.likely(weights)[some]))


def stories(each: Headlines, weights: Weights) -> NDArray[np.int64]:
    """The stories that these weights find, all at once."""
    tree = grown(each.stream, each.likely(weights))
    return gathered(tree, weights, closed(each.stream, weights))


def compared(each: Headlines, plain: Weights, meant: Weights) -> dict[str, float]:
    """What words alone bring, and what sense does."""
    found: dict[str, float] = {}
    for name, weights in (("words", plain), ("sense", meant)):
        made = agreement(each.stream.truth.tolist(), stories(each, weights).tolist())
        found[f"{name}_pairs"] = round(precision(each, weights), 4)
        found[f"{name}_f1"] = round(made.f1, 4)
    return found


def validated(
    streams: dict[str, Headlines], every: dict[str, Scenario], meant: Sense
) -> dict[str, dict[str, float]]:
    """The same of ECB+, every topic judged by models that saw nothing of its fold."""
    folds = []
    for fold in range(FOLDS):
        plain = learn(every, [fold])
        pair = fitted([streams[name] for name in LEARNED], [fold])
        folds.append((plain, replace(plain, sense=replace(meant, pair=pair))))
        print(f"fold {fold + 1} of {FOLDS}", flush=True)
    figures = {}
    for name in VALIDATED:
        each, found = streams[name], {}
        for which, kind in enumerate(("words", "sense")):
            truth, made = [], []
            for fold, models in enumerate(folds):
                held = each.stream.fold == fold
                truth += each.stream.truth[held].tolist()
                made += (stories(each, models[which])[held] + fold * 1_000_000).tolist()
            pairs = [precision(each, models[which], fold) for fold, models in enumerate(folds)]
            found[f"{kind}_pairs"] = round(statistics.fmean(pairs), 4)
            found[f"{kind}_f1"] = round(agreement(truth, made).f1, 4)
        figures[f"{name}, cross-validated"] = found
    return figures


def written(meant: Sense, figures: dict[str, dict[str, float]]) -> str:
    """The file: what it is learned from, how good it is, and then the numbers."""
    provenance = {
        "sets": ["ECB+ topics 1-35 (CC BY 3.0)", "AllSides triples, training (NeuS)"],
        "embedding": "wordllama l2_supercat, 256 numbers a piece",
        "command": "python -m tests.bench.sense --write",
        "figures": figures,
    }
    slopes = {
        name: round(float(weight), 4)
        for name, weight in zip(meant.pair.names, meant.pair.weights, strict=True)
    }
    parts = {
        "version": meant.version,
        "language": meant.language,
        "provenance": provenance,
        "pair": {"bias": meant.pair.bias, "weights": slopes},
    }
    lines = [f'  "{key}": {json.dumps(value, indent=4)}' for key, value in parts.items()]
    for key, values in (("mean", meant.mean), ("common", meant.common)):
        lines.append(f'  "{key}": {json.dumps([round(float(value), 4) for value in values])}')
    lines.append(f'  "pieces": {json.dumps(dict(meant.pieces), ensure_ascii=False)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Learns, measures, and writes where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="replace the shipped sense")
    parser.add_argument("--quick", action="store_true", help="without cross-validation")
    arguments = parser.parse_args()
    meant = directions()
    rows = plans()
    streams = {name: taken(name, rows[name], meant) for name in LEARNED}
    meant = replace(meant, pair=fitted([streams[name] for name in LEARNED]))
    print(f"{len(meant.pieces)} pieces weighed; pair: {meant.pair}", flush=True)
    plain = of_words()
    figures = {
        name: compared(taken(name, headlines(kept), meant), plain, replace(plain, sense=meant))
        for name, kept in {
            "headlines of triples kept out": triples(2000, 300),
            "headlines of allsides_triples_val": read("allsides_triples_val"),
            "uci_headlines": read("uci_headlines"),
        }.items()
    }
    if not arguments.quick:
        every = {name: scenario(name, some) for name, some in rows.items()}
        figures |= validated(streams, every, meant)
    for name, found in figures.items():
        print(f"{name}: {found}", flush=True)
    if arguments.write:
        target = Path(str(shipped_sense.__file__)).with_name("sense.json")
        target.write_text(written(meant, figures), encoding="utf-8")
        print(f"written: {target}")


if __name__ == "__main__":
    main()
