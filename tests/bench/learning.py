"""Learning: from labelled streams to the four models.

Every function takes what it learns from as an argument; which rows count is a mask, so that the
same streams serve for cross-validation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregator.cluster.around import around
from aggregator.cluster.closure import closedness, closure
from aggregator.cluster.gather import LIKELY, Tree, gathered, grow
from aggregator.cluster.graph import RELATIVE
from aggregator.cluster.groups import JOIN, JOIN_RISING, Labels
from aggregator.cluster.joints import GATHER, GATHER_RISING
from aggregator.cluster.models import Boosted, Logistic
from aggregator.cluster.vectors import FACETS
from aggregator.cluster.weights import Weights
from tests.bench.joining import Links, join, pairs
from tests.bench.learning_streams import CLOSED, GATHERED, JOINED, PAIR, Scenario

VERSION = "stories-4"
ASKED = 0.3
"""Log-odds asked of a joint beyond even chances, found on triples kept out of training: the streams
learned from have more company than most that there are."""


def learn(streams: Mapping[str, Scenario], skipped: Sequence[int] = ()) -> Weights:
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
    joints: dict[str, tuple[NDArray[Any], ...]] = {}
    for name in GATHERED | CLOSED:
        columns, right, weight = _joints(streams[name], used[name], pair)
        joints[name] = columns, right, weight / weight.sum() * 500
    gather, long = (_gathering(joints, shares) for shares in (GATHERED, CLOSED))
    return Weights(VERSION, pair, plain, model, gather, long)


def _gathering(
    joints: Mapping[str, tuple[NDArray[Any], ...]], shares: Mapping[str, float]
) -> Boosted:
    parts = [
        (columns, right, weight * shares[name])
        for name, (columns, right, weight) in joints.items()
        if name in shares
    ]
    model = _boosted(GATHER, GATHER_RISING, parts, turns=250, least=40, ridge=10)
    return replace(model, bias=model.bias - ASKED)


def _pair(
    streams: Mapping[str, Scenario], used: dict[str, NDArray[np.bool_]], width: int
) -> Logistic:
    parts = []
    for stream in (streams[name] for name in PAIR):
        chosen = stream.within(used[stream.name])
        parts.append((stream.columns[chosen, :width], stream.right[chosen]))
    return logistic(RELATIVE[:width], parts)


def logistic(
    names: Sequence[str], parts: Sequence[tuple[NDArray[Any], NDArray[np.bool_]]]
) -> Logistic:
    """A model of pairs, from several streams that count alike: their columns, and which is right.

    60,000 pairs of each at the most, drawn by chance.
    """
    from sklearn.linear_model import LogisticRegression

    columns, right, weight = [], [], []
    for table, truth in parts:
        chosen = np.arange(len(table))
        if len(chosen) > 60_000:
            chosen = np.random.default_rng(0).choice(chosen, 60_000, replace=False)
        columns.append(table[chosen])
        right.append(truth[chosen])
        weight.append(np.full(len(chosen), 10_000 / len(chosen)))
    table = np.concatenate(columns).astype(np.float64)
    mean, scale = table.mean(axis=0), table.std(axis=0)
    model = LogisticRegression(max_iter=500).fit(
        (table - mean) / scale, np.concatenate(right), sample_weight=np.concatenate(weight)
    )
    slopes = model.coef_[0] / scale
    return Logistic(
        tuple(names),
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
            own = join(own, links, model, bound)
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
    tree = grown(stream, pair(stream.columns))
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


def grown(stream: Scenario, likely: NDArray[Any]) -> Tree:
    """The tree over a stream whose pairs are so likely."""
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


def closed(stream: Scenario, learned: Weights) -> float:
    """How much a stream is one of long stories."""
    a, b, likely = stream.edges.a, stream.edges.b, learned.pair(stream.columns)
    count = len(stream.truth)
    return closedness(closure(a, b, likely, np.arange(count), count))


def clustered(stream: Scenario, learned: Weights) -> Labels:
    """The groups these models find."""
    tree = grown(stream, learned.pair(stream.columns))
    return gathered(tree, learned, closed(stream, learned))
