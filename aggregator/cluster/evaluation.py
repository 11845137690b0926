"""Clustering measured against labels, in figures and in the worst faults as text."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from aggregator.cluster import measures
from aggregator.cluster.run import run
from aggregator.cluster.weights import Weights
from aggregator.model.signature import SignedArticle
from aggregator.model.story import Membership

Figures = dict[str, object]
_WORST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """An article and what is true of it; ``kind`` says how a made copy was made."""

    article: SignedArticle
    cluster: str
    copy: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One arrival order: the figures and the places they were taken from."""

    figures: Figures
    rows: Sequence[Labelled]
    places: Mapping[str, Membership]


def evaluate(rows: Sequence[Labelled], weights: Weights | None = None) -> Result:
    """Clusters rows in the order given, by the shipped weights or these; measures the outcome."""
    places = run([row.article for row in rows], weights)
    true = [row.cluster for row in rows]
    found = [places[row.article.id].story_id for row in rows]
    stories = measures.pairs(true, found)
    alone = list(range(len(rows)))
    sizes = Counter(found)
    figures: Figures = {
        "pair_precision": stories.precision,
        "pair_recall": stories.recall,
        "pair_f1": stories.f1,
        "b3_f1": measures.b_cubed(true, found),
        "b3_f1_singletons": measures.b_cubed(true, alone),
        "ari": measures.adjusted_rand(true, found),
        "nmi": measures.mutual_information(true, found),
        "stories": len(sizes),
        "largest_story": max(sizes.values(), default=0),
    }
    figures |= _copies(rows, places)
    return Result(figures, rows, places)


def summary(figures: Sequence[Figures]) -> Figures:
    """Mean and standard deviation of figures over arrival orders; confusions are summed up.

    A figure that could not be taken, those of copies where no row is labelled, is None, and so is
    its deviation.
    """
    merged: Figures = {}
    for name in figures[0]:
        values = [one[name] for one in figures]
        numbers = [value for value in values if isinstance(value, int | float)]
        if len(numbers) == len(values):
            merged[name] = numbers[0] if len(numbers) == 1 else statistics.fmean(numbers)
            merged[f"{name}_std"] = statistics.pstdev(numbers)
        else:
            merged[name] = _summed(values)
            if name != "copy_confusion":
                merged[f"{name}_std"] = None
    return merged


def faults(result: Result) -> list[str]:
    """The worst wrong joins and misses: those that most other rows share, one a pair of labels."""
    by_story: defaultdict[str, list[Labelled]] = defaultdict(list)
    by_label: defaultdict[str, list[Labelled]] = defaultdict(list)
    for row in result.rows:
        by_story[result.places[row.article.id].story_id].append(row)
        by_label[row.cluster].append(row)
    joined = _largest(by_story.values(), lambda row: row.cluster)
    missed = _largest(by_label.values(), lambda row: result.places[row.article.id].story_id)
    lines = []
    for heading, found in (("wrongly joined", joined), ("missed", missed)):
        for count, one, two in found[:_WORST]:
            evidence = result.places[two.article.id].evidence
            lines.append(
                f"{heading} ({count} pairs)\n"
                f"  {one.article.id}  {one.cluster}  {one.article.title}\n"
                f"  {two.article.id}  {two.cluster}  {two.article.title}\n"
                f"  {evidence.rule} {evidence.score} {' '.join(evidence.terms)}"
            )
    return lines


def _largest(
    groups: Iterable[Sequence[Labelled]], key: Callable[[Labelled], Hashable]
) -> list[tuple[int, Labelled, Labelled]]:
    found = []
    for group in groups:
        parts: defaultdict[Hashable, list[Labelled]] = defaultdict(list)
        for row in group:
            parts[key(row)].append(row)
        for one, two in combinations(parts.values(), 2):
            found.append((len(one) * len(two), one[0], two[0]))
    return sorted(found, key=lambda fault: -fault[0])


def _copies(rows: Sequence[Labelled], places: Mapping[str, Membership]) -> Figures:
    """Copy figures over pairs of rows with one source (all rows where none names a source).

    ``copy_confusion`` has, by kind, how many edited copies were found beside their base, missed,
    and how many rows were joined with a text that is another.
    """
    labelled = [row for row in rows if row.copy is not None]
    if not labelled:
        return dict.fromkeys(("copy_precision", "copy_recall", "copy_f1")) | {"copy_confusion": {}}
    groups: defaultdict[str | None, list[Labelled]] = defaultdict(list)
    for row in labelled:
        groups[row.article.source].append(row)
    both = joined = wanted = 0
    confusion: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for group in groups.values():
        for one, two in combinations(group, 2):
            same = one.copy == two.copy
            found = _text(places, one) == _text(places, two)
            both += same and found
            joined += found
            wanted += same
            if same or found:
                outcome = "found" if same and found else "missed" if same else "wrong"
                for kind in {one.kind or "", two.kind or ""} - {"base"} or {"base"}:
                    confusion[kind][outcome] += 1
    agreement = measures.Agreement(
        both / joined if joined else 1.0, both / wanted if wanted else 1.0
    )
    return {
        "copy_precision": agreement.precision,
        "copy_recall": agreement.recall,
        "copy_f1": agreement.f1,
        "copy_confusion": {kind: dict(counts) for kind, counts in sorted(confusion.items())},
    }


def _text(places: Mapping[str, Membership], row: Labelled) -> str:
    return places[row.article.id].copy_of or row.article.id


def _summed(values: Sequence[object]) -> object:
    total: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for value in values:
        if not isinstance(value, dict):
            return None
        for kind, counts in value.items():
            total[kind].update(counts)
    return {kind: dict(counts) for kind, counts in total.items()}
