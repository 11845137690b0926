"""Learns the clusterer's weights anew: ``python -m tests.bench.train [--write]``.

From ECB+ topics 1 to 35 and the AllSides training triples (AGGREGATOR_SHARED_DATA/events), as they
are and in the forms that feeds have: headlines alone, leads, few reports an event, most articles
alone with theirs, and documents cut into pieces as long stories of many short items. Prints pair F1
on ECB+ cross-validated by topic, and on AllSides triples kept out of training. Without --write the
shipped file stays.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregator.cluster import weights as shipped_weights
from aggregator.cluster.around import around
from aggregator.cluster.gather import LIKELY, Tree, gathered, grow
from aggregator.cluster.graph import RELATIVE, Edges, Graph
from aggregator.cluster.groups import JOIN, JOIN_RISING, Labels, Links, join, pairs
from aggregator.cluster.joints import GATHER, GATHER_RISING
from aggregator.cluster.measures import pairs as agreement
from aggregator.cluster.settle import pair_columns
from aggregator.cluster.survey import Survey
from aggregator.cluster.vectors import FACETS, Vectors
from aggregator.cluster.vocabulary import Floats, Ints
from aggregator.cluster.weights import Boosted, Logistic
from aggregator.text.terms import terms_of

RECIPE = "neighbours, surroundings, tree; 2"
FOLDS = 5
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A labelled stream with everything that is computed once.

    ``fold`` is a row's fold by its ECB+ topic, -1 where it is of no topic.
    """

    name: str
    truth: Labels
    fold: Labels
    edges: Edges
    columns: Floats
    vectors: list[tuple[Ints, Floats]]
    vocabulary: int


def scenario(name: str, rows: Sequence[Row]) -> Scenario:
    """The stream of these rows, as the clusterer sees it after the last."""
    vectors, graph = Vectors(), Graph()
    survey = Survey(vectors)
    for row in rows:
        vectors.add(terms_of(row["title"], row["text"], "en"))
    for place in range(len(rows)):
        asking = np.array([place], np.int32)
        graph.set(asking, survey.found(asking), len(rows))
    everything = np.arange(len(rows), dtype=np.int32)
    edges = graph.edges(everything, len(rows))
    return Scenario(
        name,
        np.unique([row["cluster"] for row in rows], return_inverse=True)[1],
        np.array([int(row["topic"]) % FOLDS if "topic" in row else -1 for row in rows]),
        edges,
        pair_columns(edges, len(rows)),
        [vectors.telling(place) for place in range(len(rows))],
        vectors.vocabulary,
    )


# -- the streams learned from -----------------------------------------------------------------


@cache
def read(name: str) -> tuple[Row, ...]:
    """A labelled set's rows."""
    folder = Path(os.environ["AGGREGATOR_SHARED_DATA"]) / "events"
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


def triples(first: int, count: int) -> list[Row]:
    """Whole AllSides triples, in a fixed order of chance."""
    rows = read("allsides_triples_train")
    names = sorted({row["cluster"] for row in rows})
    random.Random(7).shuffle(names)
    chosen = set(names[first : first + count])
    return [row for row in rows if row["cluster"] in chosen]


def headlines(rows: Sequence[Row]) -> list[Row]:
    """The titles alone."""
    return [row | {"text": ""} for row in rows]


def leads(rows: Sequence[Row]) -> list[Row]:
    """Titles and some sixty words."""
    return [row | {"text": " ".join(row["text"].split()[:60])} for row in rows]


def thinned(rows: Sequence[Row], sizes: Sequence[int], seed: int) -> list[Row]:
    """At most so many reports an event, the number drawn from ``sizes``."""
    chance = random.Random(seed)
    left: dict[str, int] = {}
    kept = []
    for row in chance.sample(list(rows), len(rows)):
        left.setdefault(row["cluster"], chance.choice(sizes))
        left[row["cluster"]] -= 1
        if left[row["cluster"]] >= 0:
            kept.append(row)
    return kept


def pieces(rows: Sequence[Row], sentences: int, parity: int, shares: Sequence[float]) -> list[Row]:
    """Documents of every other topic cut into headlines of some sentences: long, broad stories."""
    chance = random.Random(sentences)
    share: dict[str, float] = {}
    cut = []
    for row in rows:
        if int(row["topic"]) % 2 != parity:
            continue
        if chance.random() > share.setdefault(row["cluster"], chance.choice(shares)):
            continue
        parts = [row["title"], *re.split(r"\n|(?<=[.!?]) ", row["text"])]
        parts = [part for part in parts if len(part.split()) >= 4]
        cut += [
            row | {"title": " ".join(parts[k : k + sentences]), "text": ""}
            for k in range(0, min(len(parts), 8 * sentences), sentences)
        ]
    return cut


ALL_SIZES = (1, 1, 2, 3, 5, 8, 100)
FEW = (1, 1, 1, 1, 1, 1, 1, 1, 2, 3)
"""Most events have one report, as in a reader's feeds."""


def scenarios() -> dict[str, Scenario]:
    """Every stream, by name."""
    ecb = read("ecbplus_topics_1-35")
    forms: dict[str, Sequence[Row]] = {
        "ecb": ecb,
        "ecb headlines": headlines(ecb),
        "ecb leads": leads(ecb),
        "ecb sizes": thinned(ecb, ALL_SIZES, 1),
        "ecb threes": thinned(ecb, [3], 2),
        "ecb pieces": pieces(ecb, 3, 1, [1.0]),
        "ecb some pieces": pieces(ecb, 4, 0, [0.1, 0.4, 1.0, 1.0]),
        "ecb long pieces": pieces(ecb, 5, 1, [1.0]),
        "triples": triples(0, 800),
        "few triples": triples(800, 300),
        "other triples": triples(1200, 300),
        "triple headlines": headlines(triples(1600, 300)),
        "more triple headlines": headlines(triples(800, 800)),
        "sparse triples": thinned(triples(0, 1600), FEW, 11),
        "sparse headlines": headlines(thinned(triples(200, 1600), FEW, 12)),
        "sparse": thinned(ecb, [1, 1, 1, 2, 3, 8, 100], 13) + thinned(triples(500, 800), [1], 14),
        "sparse mixed headlines": headlines(
            thinned(ecb, [1, 1, 2, 5, 100, 100], 15) + thinned(triples(100, 700), [1], 16)
        ),
        "sparse leads": leads(
            thinned(ecb, [1, 1, 2, 5, 100], 17) + thinned(triples(900, 700), [1, 1, 1, 3], 18)
        ),
        "mixed pieces": pieces(ecb, 3, 0, [0.3, 1.0])
        + headlines(thinned(triples(800, 600), [1, 1, 1, 3], 19)),
        "mixed short pieces": pieces(ecb, 2, 1, [0.3, 1.0, 1.0])
        + headlines(thinned(triples(100, 600), [1, 1, 2], 20)),
        "kept triples": triples(2000, 300),
    }
    return {name: scenario(name, rows) for name, rows in forms.items()}


PAIR = (
    "ecb", "ecb headlines", "ecb leads", "ecb sizes", "ecb threes", "ecb pieces",
    "triples", "few triples", "more triple headlines",
)  # fmt: skip
JOINED = (
    "ecb", "ecb headlines", "ecb leads", "ecb sizes", "ecb threes",
    "few triples", "other triples", "triple headlines", "sparse", "sparse triples",
)  # fmt: skip
GATHERED = (
    "ecb", "ecb headlines", "ecb leads", "ecb sizes", "ecb threes",
    "ecb pieces", "ecb some pieces", "ecb long pieces",
    "triples", "few triples", "other triples", "triple headlines", "more triple headlines",
    "sparse triples", "sparse headlines", "sparse", "sparse mixed headlines", "sparse leads",
    "mixed pieces", "mixed short pieces",
)  # fmt: skip
KEPT_OUT = "kept triples"


# -- learning ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Learned:
    """The four models."""

    pair: Logistic
    plain: Logistic
    join: Boosted
    gather: Boosted


def learn(streams: dict[str, Scenario], skipped: Sequence[int] = ()) -> Learned:
    """All models, without the rows of the topics in the ``skipped`` folds."""
    used = {name: ~np.isin(stream.fold, skipped) for name, stream in streams.items()}
    pair = _pair(streams, used, len(RELATIVE))
    plain = _pair(streams, used, len(FACETS))
    model: Boosted | None = None
    gained: list[tuple[NDArray[Any], ...]] = []
    for turn in range(2):
        for name in JOINED:
            stream = streams[name]
            links = Links.of(stream.edges.a, stream.edges.b, pair(stream.columns))
            gained.append(_states(stream, links, used[name], model, turn))
        model = _boosted(JOIN, JOIN_RISING, gained, turns=80, least=300, ridge=20)
    assert model is not None
    joints = []
    for name in GATHERED:
        columns, right, weight = _joints(streams[name], used[name], pair)
        joints.append((columns, right, weight / weight.sum() * 500))
    gather = _boosted(GATHER, GATHER_RISING, joints, turns=250, least=40, ridge=10)
    return Learned(pair, plain, model, gather)


def _pair(streams: dict[str, Scenario], used: dict[str, NDArray[np.bool_]], width: int) -> Logistic:
    from sklearn.linear_model import LogisticRegression

    columns, right, weight = [], [], []
    for name in PAIR:
        stream = streams[name]
        a, b = stream.edges.a, stream.edges.b
        chosen = np.flatnonzero(used[name][a] & used[name][b])
        if len(chosen) > 60_000:
            chosen = np.random.default_rng(0).choice(chosen, 60_000, replace=False)
        columns.append(stream.columns[chosen, :width])
        right.append(stream.truth[a[chosen]] == stream.truth[b[chosen]])
        weight.append(np.full(len(chosen), 10_000 / len(chosen)))
    table = np.concatenate(columns).astype(np.float64)
    mean, scale = table.mean(axis=0), table.std(axis=0)
    model = LogisticRegression(max_iter=500).fit(
        (table - mean) / scale, np.concatenate(right), sample_weight=np.concatenate(weight)
    )
    slopes = model.coef_[0] / scale
    return Logistic(
        RELATIVE[:width],
        np.round(slopes, 4).astype(np.float32),
        round(float(model.intercept_[0] - (slopes * mean).sum()), 4),
    )


def _states(
    stream: Scenario,
    links: Links,
    used: NDArray[np.bool_],
    model: Boosted | None,
    seed: int,
) -> tuple[NDArray[Any], ...]:
    """Decisions to learn from: pairs of groups in half-made clusterings, chance ones and own."""
    chance = np.random.default_rng(seed)
    found = [_looked_at(stream, links, used, _half_made(stream, links, chance)) for _ in range(4)]
    if model is not None:
        own = np.arange(len(stream.truth))
        for bound in (0.85,) * 5 + (-0.85,) * 5:
            found.append(_looked_at(stream, links, used, own))
            own = join(own, links, model, bounds=(bound,), rounds=1)
    columns, right, weight = (np.concatenate(part) for part in zip(*found, strict=True))
    return columns, right, weight / weight.sum() * 10_000


def _half_made(stream: Scenario, links: Links, chance: np.random.Generator) -> Labels:
    labels = np.zeros(len(stream.truth), np.int64)
    mode, free = chance.integers(0, 4), 0
    for event in np.unique(stream.truth):
        rows = np.flatnonzero(stream.truth == event)
        chance.shuffle(rows)
        parts = [
            len(rows),
            1 + int(chance.integers(0, 3)),
            1 + int(chance.integers(0, len(rows))),
            max(1, len(rows) // int(chance.integers(2, 6))),
        ][mode]
        drawn = (chance.beta(1, 1.5, len(rows)) * parts).astype(int)
        labels[rows] = free + np.minimum(drawn, parts - 1)
        free += parts
    # Some articles stand with a likely neighbour that may be wrong.
    strayed = int(len(labels) * chance.choice([0, 0.03, 0.08]))
    edges = chance.choice(len(links.a), strayed, p=links.p / links.p.sum())
    labels[links.a[edges]] = labels[links.b[edges]]
    return np.unique(labels, return_inverse=True)[1]


def _looked_at(
    stream: Scenario, links: Links, used: NDArray[np.bool_], labels: Labels
) -> tuple[NDArray[Any], ...]:
    found = pairs(labels, links)
    groups = int(labels.max()) + 1
    size = np.minimum(np.bincount(labels, minlength=groups), 100)
    event = _majority(labels, stream.truth, groups)
    order = np.lexsort((-found.columns[:, 0], found.a))
    rank = np.empty(len(order), np.int64)
    rank[order] = (
        np.arange(len(order)) - np.searchsorted(found.a, np.arange(groups))[found.a[order]]
    )
    whole = np.ones(groups, np.bool_)
    whole[labels[~used]] = False
    kept = (rank < 4) & (found.columns[:, 2] > 0.05) & whole[found.a] & whole[found.b]
    a, b = found.a[kept], found.b[kept]
    return found.columns[kept], event[a] == event[b], np.sqrt(size[a] * size[b])


def _majority(labels: Labels, truth: Labels, groups: int) -> Labels:
    key, count = np.unique(labels * (truth.max() + 1) + truth, return_counts=True)
    order = np.argsort(count, kind="stable")
    event = np.zeros(groups, np.int64)
    event[key[order] // (truth.max() + 1)] = key[order] % (truth.max() + 1)
    return event


def _joints(stream: Scenario, used: NDArray[np.bool_], pair: Logistic) -> tuple[NDArray[Any], ...]:
    tree = _grown(stream, pair)
    counts = [{event: 1} for event in stream.truth.tolist()]
    right, kept = [], used.tolist()
    for x, y in zip(tree.first, tree.second, strict=True):
        one, two = counts[x], counts[y]
        right.append(max(one, key=lambda e: one[e]) == max(two, key=lambda e: two[e]))
        counts.append({e: one.get(e, 0) + two.get(e, 0) for e in one.keys() | two.keys()})
        kept.append(kept[x])
    chosen = np.array(kept[tree.leaves :], np.bool_)
    sizes = [GATHER.index("size_min"), GATHER.index("size_max")]
    weight = np.exp(0.25 * tree.columns[:, sizes].sum(axis=1))
    return tree.columns[chosen], np.array(right)[chosen], weight[chosen]


def _grown(stream: Scenario, pair: Logistic) -> Tree:
    likely = pair(stream.columns)
    counted = likely > LIKELY
    a, b, p = stream.edges.a[counted], stream.edges.b[counted], likely[counted]
    drawn = around(stream.vectors, stream.vocabulary, a, b, p)
    return grow(np.arange(len(stream.truth)), a, b, p, drawn)


def _boosted(
    names: Sequence[str],
    rising: Sequence[int],
    parts: Sequence[tuple[NDArray[Any], ...]],
    *,
    turns: int,
    least: int,
    ridge: float,
) -> Boosted:
    from sklearn.ensemble import HistGradientBoostingClassifier

    columns, right, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    model = HistGradientBoostingClassifier(
        max_depth=2,
        max_iter=turns,
        learning_rate=0.1,
        monotonic_cst=list(rising),
        min_samples_leaf=least,
        l2_regularization=ridge,
        random_state=0,
    ).fit(columns, right, sample_weight=weight)
    trees = [_tree(predictors[0].nodes, names) for predictors in model._predictors]
    bias = round(float(model._baseline_prediction.ravel()[0]), 4)
    return Boosted.read({"columns": list(names), "trees": trees, "bias": bias})


def _tree(nodes: Any, names: Sequence[str]) -> list[Any]:
    """A tree of two questions; a missing question is one that is always answered "not above"."""

    def question(node: Any) -> tuple[str, float | None, float, float]:
        if node["is_leaf"]:
            return names[0], None, float(node["value"]), float(node["value"])
        left, right = nodes[node["left"]], nodes[node["right"]]
        return (
            names[node["feature_idx"]],
            float(node["num_threshold"]),
            float(left["value"]),
            float(right["value"]),
        )

    root = nodes[0]
    if root["is_leaf"]:
        value = round(float(root["value"]), 4)
        return [names[0], None, names[0], None, names[0], None, value, value, value, value]
    left, right = question(nodes[root["left"]]), question(nodes[root["right"]])
    flat = [
        names[root["feature_idx"]], float(root["num_threshold"]), left[0], left[1], right[0],
        right[1], *left[2:], *right[2:],
    ]  # fmt: skip
    return [round(value, 5) if isinstance(value, float) else value for value in flat]


# -- measuring and writing --------------------------------------------------------------------


def clustered(stream: Scenario, learned: Learned) -> Labels:
    """The groups these models find."""
    return gathered(_grown(stream, learned.pair), learned.gather)


def cross_validated(
    streams: dict[str, Scenario], names: Sequence[str], say: Callable[[str], None]
) -> dict[str, float]:
    """Pair F1 of every topic under models that saw nothing of its fold, in one stream with all."""
    truth: dict[str, list[int]] = {name: [] for name in names}
    found: dict[str, list[int]] = {name: [] for name in names}
    for fold in range(FOLDS):
        learned = learn(streams, [fold])
        for name in names:
            stream = streams[name]
            held = stream.fold == fold
            truth[name] += stream.truth[held].tolist()
            found[name] += (clustered(stream, learned)[held] + fold * 1_000_000).tolist()
        say(f"fold {fold + 1} of {FOLDS}")
    return {name: round(agreement(truth[name], found[name]).f1, 4) for name in names}


def _figures(streams: dict[str, Scenario], learned: Learned) -> Iterator[tuple[str, float]]:
    for name in ("ecb", KEPT_OUT):
        stream = streams[name]
        f1 = agreement(stream.truth.tolist(), clustered(stream, learned).tolist()).f1
        yield name, round(f1, 4)


def written(learned: Learned, figures: dict[str, Any]) -> str:
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
        f'  "version": {json.dumps(figures["version"])},\n'
        f'  "provenance": {json.dumps(figures["provenance"], indent=4)},\n'
        f'  "pair": {json.dumps(logistic(learned.pair))},\n'
        f'  "plain": {json.dumps(logistic(learned.plain))},\n'
        f'  "join": {boosted(learned.join)},\n'
        f'  "gather": {boosted(learned.gather)}\n'
        "}\n"
    )


def main() -> None:
    """Learns, measures, and writes where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="replace the shipped weights")
    parser.add_argument("--quick", action="store_true", help="without cross-validation")
    arguments = parser.parse_args()
    streams = scenarios()
    print("streams:", ", ".join(f"{n} {len(s.truth)}" for n, s in streams.items()))
    learned = learn(streams)
    figures = dict(_figures(streams, learned))
    print(f"pair F1, ecb as trained on {figures['ecb']}, triples kept out {figures[KEPT_OUT]}")
    validated: dict[str, float] = {}
    if not arguments.quick:
        names = ["ecb", "ecb headlines", "ecb leads", "ecb sizes", "ecb pieces"]
        validated = cross_validated(streams, names, print)
        print("pair F1, cross-validated by topic:", validated)
    if arguments.write:
        target = Path(str(shipped_weights.__file__)).with_name("weights.json")
        provenance = {
            "sets": ["ECB+ topics 1-35 (CC BY 3.0)", "AllSides triples, training (NeuS)"],
            "recipe": RECIPE,
            "command": "python -m tests.bench.train --write",
            "cross_validated_pair_f1": validated,
            "kept_out_triples_pair_f1": figures[KEPT_OUT],
        }
        text = written(learned, {"version": "stories-2", "provenance": provenance})
        target.write_text(text, encoding="utf-8")
        print(f"written: {target}")


if __name__ == "__main__":
    main()
