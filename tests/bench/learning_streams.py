"""The labelled streams that the weights are learned from.

ECB+ topics 1 to 35 and the AllSides training triples (AGGREGATOR_SHARED_DATA/events), as they are
and in the forms that feeds have: headlines alone, leads, few reports an event, most articles alone
with theirs, and documents cut into pieces or told in many headlines, as long stories.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregator.cluster.graph import Edges, Graph
from aggregator.cluster.groups import Labels
from aggregator.cluster.settle import pair_columns
from aggregator.cluster.survey import Survey
from aggregator.cluster.vectors import Vectors
from aggregator.cluster.vocabulary import Floats, Ints
from aggregator.text.terms import terms_of

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

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which pairs tell one event."""
        right: NDArray[np.bool_] = self.truth[self.edges.a] == self.truth[self.edges.b]
        return right

    def within(self, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which pairs are two of these rows."""
        both: NDArray[np.bool_] = rows[self.edges.a] & rows[self.edges.b]
        return both


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


def scattered(rows: Sequence[Row], most: float) -> list[Row]:
    """Events of which no two have more than this in common, by the cosine of their TF-IDF."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    events: dict[str, list[Row]] = {}
    for row in rows:
        events.setdefault(row["cluster"], []).append(row)
    texts = [
        " ".join(f"{row['title']} {row['text']}" for row in event) for event in events.values()
    ]
    vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(texts)
    alike = (vectors @ vectors.T).toarray()
    kept: list[int] = []
    for place in range(len(texts)):
        if not kept or alike[place, kept].max() < most:
            kept.append(place)
    chosen = list(events.values())
    return [row for place in kept for row in chosen[place]]


def topics(rows: Sequence[Row], numbers: Sequence[int]) -> list[Row]:
    """The rows of these topics."""
    return [row for row in rows if int(row["topic"]) in numbers]


def every_other(rows: Sequence[Row], parity: int) -> list[Row]:
    """The rows of every other topic."""
    return [row for row in rows if int(row["topic"]) % 2 == parity]


def one_a_topic(rows: Sequence[Row], seed: int) -> tuple[list[Row], list[Row]]:
    """One event of each topic's two, drawn by chance, and the others.

    ECB+ has two alike events a topic, on purpose. Where stories are long, news mostly has one.
    """
    chance = random.Random(seed)
    events: dict[str, set[str]] = {}
    for row in rows:
        events.setdefault(row["topic"], set()).add(row["cluster"])
    chosen = {chance.choice(sorted(names)) for _, names in sorted(events.items())}
    return (
        [row for row in rows if row["cluster"] in chosen],
        [row for row in rows if row["cluster"] not in chosen],
    )


def pieces(
    rows: Sequence[Row], sentences: int, shares: Sequence[float], seed: int, most: int = 8
) -> list[Row]:
    """Documents cut into headlines of some sentences, ``most`` of each: long, broad stories.

    ``shares``: of an event's documents so many are taken, the share drawn by chance.
    """
    chance = random.Random(seed)
    share: dict[str, float] = {}
    cut = []
    for row in rows:
        if chance.random() > share.setdefault(row["cluster"], chance.choice(shares)):
            continue
        parts = [part for part in [row["title"], *_sentences(row)] if len(part.split()) >= 4]
        cut += [
            row | {"title": " ".join(parts[k : k + sentences]), "text": ""}
            for k in range(0, min(len(parts), most * sentences), sentences)
        ]
    return cut


def told(rows: Sequence[Row], times: Sequence[int], seed: int, kept: float = 0.5) -> list[Row]:
    """Documents as headlines that each tell of another side.

    Beside its title a document gives one to eight headlines: some words of the title (each with
    probability ``kept``), then some of a sentence.
    """
    chance = random.Random(seed)
    found = []
    for row in rows:
        title = row["title"].split()
        sentences = [words for one in _sentences(row) if len(words := one.split()) >= 5]
        count = min(len(sentences), chance.choice(times))
        found.append(row | {"text": ""})
        for words in chance.sample(sentences, count):
            length = chance.randint(5, 10)
            start = chance.randint(0, max(0, min(len(words) - length, 6)))
            some = [word for word in title if chance.random() < kept]
            some += words[start : start + length]
            found.append(row | {"title": " ".join(some), "text": ""})
    return found


def _sentences(row: Row) -> list[str]:
    return re.split(r"\n|(?<=[.!?]) ", row["text"])


ALL_SIZES = (1, 1, 2, 3, 5, 8, 100)
FEW = (1, 1, 1, 1, 1, 1, 1, 1, 2, 3)
TAILED = (1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 5, 8, 12, 25)
"""Most events have one report, as in a reader's feeds."""


def scenarios() -> dict[str, Scenario]:
    """Every stream, by name."""
    return {name: scenario(name, rows) for name, rows in plans().items()}


def plans() -> dict[str, Sequence[Row]]:
    """What every stream consists of, by name."""
    return _plain() | _sparse() | _long() | _tailed()


def _plain() -> dict[str, Sequence[Row]]:
    """The sets themselves, whole and thinned."""
    ecb = read("ecbplus_topics_1-35")
    return {
        "ecb": ecb,
        "ecb headlines": headlines(ecb),
        "ecb leads": leads(ecb),
        "ecb sizes": thinned(ecb, ALL_SIZES, 1),
        "ecb threes": thinned(ecb, [3], 2),
        "triples": triples(0, 800),
        "few triples": triples(800, 300),
        "other triples": triples(1200, 300),
        "triple headlines": headlines(triples(1600, 300)),
        "more triple headlines": headlines(triples(800, 800)),
        "kept triples": triples(2000, 300),
    }


def _sparse() -> dict[str, Sequence[Row]]:
    """Streams in which most articles stand alone."""
    ecb = read("ecbplus_topics_1-35")
    return {
        "sparse triples": thinned(triples(0, 1600), FEW, 11),
        "sparse headlines": headlines(thinned(triples(200, 1600), FEW, 12)),
        "sparse": thinned(ecb, [1, 1, 1, 2, 3, 8, 100], 13) + thinned(triples(500, 800), [1], 14),
        "sparse mixed headlines": headlines(
            thinned(ecb, [1, 1, 2, 5, 100, 100], 15) + thinned(triples(100, 700), [1], 16)
        ),
        "sparse leads": leads(
            thinned(ecb, [1, 1, 2, 5, 100], 17) + thinned(triples(900, 700), [1, 1, 1, 3], 18)
        ),
    }


def _long() -> dict[str, Sequence[Row]]:
    """Long stories of many short items, with two alike events a topic and with one."""
    ecb = read("ecbplus_topics_1-35")
    odd, even = every_other(ecb, 1), every_other(ecb, 0)
    first, second = one_a_topic(ecb, 1)
    third, fourth = one_a_topic(ecb, 2)
    return {
        "ecb pieces": pieces(odd, 3, [1.0], 3),
        "ecb some pieces": pieces(even, 4, [0.1, 0.4, 1.0, 1.0], 4),
        "ecb long pieces": pieces(odd, 5, [1.0], 5),
        "mixed pieces": pieces(even, 3, [0.3, 1.0], 3)
        + headlines(thinned(triples(800, 600), [1, 1, 1, 3], 19)),
        "mixed short pieces": pieces(odd, 2, [0.3, 1.0, 1.0], 2)
        + headlines(thinned(triples(100, 600), [1, 1, 2], 20)),
        "one pieces": pieces(first, 3, [1.0], 51),
        "one short pieces": pieces(second, 2, [0.2, 0.6, 1.0], 52, 12),
        "one told": told(third, (2, 4, 6, 8), 53),
        "one told anew": told(second, (1, 3, 8), 54, 0.35),
        "one": thinned(first, [2, 5, 10, 100, 100], 55) + triples(1500, 100),
        "one headlines": headlines(second) + headlines(thinned(triples(200, 400), [1, 1, 3], 56)),
        "one mixed pieces": pieces(third, 2, [0.1, 0.4, 1.0], 57)
        + headlines(thinned(triples(700, 500), [1, 1, 1, 3], 58)),
        "one long pieces": pieces(fourth, 5, [0.3, 1.0], 59)
        + leads(thinned(triples(900, 300), [1, 2, 3], 60)),
    }


def _tailed() -> dict[str, Sequence[Row]]:
    """A few topics alone; and some long stories among events that have nothing in common."""
    ecb = read("ecbplus_topics_1-35")
    numbers = list(range(1, 36))
    random.Random(5).shuffle(numbers)
    few = [1, 1, 1, 1, 1, 1, 2, 3]
    (first, _), (_, second), (fourth, _) = (one_a_topic(ecb, seed) for seed in (71, 72, 74))
    (fifth, _), (_, sixth) = one_a_topic(ecb, 93), one_a_topic(ecb, 91)
    broad = [1, 1, 1, 1, 1, 1, 2, 3, 5, 10, 18, 30]
    return {
        "ecb few": topics(ecb, numbers[:8]),
        "ecb few more": topics(ecb, numbers[8:20]),
        "ecb few headlines": headlines(topics(ecb, numbers[20:])),
        "scattered threes": scattered(triples(200, 1500), 0.06),
        "tailed": thinned(first, TAILED, 71) + thinned(scattered(triples(0, 1500), 0.08), few, 72),
        "tailed alone": thinned(fourth, [1] * 12 + [2, 4, 10, 30], 77)
        + thinned(scattered(triples(700, 1300), 0.07), [1], 78),
        "tailed wide": thinned(second, [1, 1, 1, 1, 3, 6, 10, 20], 81)
        + thinned(scattered(triples(900, 1100), 0.12), [1, 1, 1, 1, 2, 3], 82),
        "tailed pieces": thinned(pieces(sixth, 4, [1.0], 93, 3), broad, 93)
        + thinned(scattered(triples(300, 1500), 0.1), few, 94),
        "tailed long pieces": thinned(
            pieces(fifth, 3, [1.0], 99, 8), [1, 1, 1, 1, 1, 1, 2, 8, 25, 50], 99
        )
        + thinned(scattered(triples(0, 1000), 0.1), few, 100),
    }


PAIR = (
    "ecb", "ecb headlines", "ecb leads", "ecb sizes", "ecb threes", "ecb pieces",
    "triples", "few triples", "more triple headlines",
)  # fmt: skip
JOINED = (
    "ecb", "ecb headlines", "ecb leads", "ecb sizes", "ecb threes",
    "few triples", "other triples", "triple headlines", "sparse", "sparse triples",
)  # fmt: skip
GATHERED = dict.fromkeys(
    (
        "ecb", "ecb headlines", "ecb leads", "ecb sizes", "ecb threes",
        "triples", "few triples", "other triples", "triple headlines", "more triple headlines",
        "sparse triples", "sparse headlines", "sparse", "sparse mixed headlines", "sparse leads",
        "one pieces", "one short pieces", "one told", "one told anew", "one", "one headlines",
        "one mixed pieces", "one long pieces",
    ),
    1.0,
) | dict.fromkeys(
    (
        "ecb pieces", "ecb some pieces", "ecb long pieces", "mixed pieces", "mixed short pieces",
    ),
    0.25,
)  # fmt: skip
"""How much each stream counts: those whose long stories stand two by two, less."""
CLOSED = {
    name: share
    for name, share in GATHERED.items()
    if "triple" not in name and name != "sparse headlines"
} | dict.fromkeys(
    (
        "ecb few", "ecb few more", "ecb few headlines", "scattered threes", "tailed",
        "tailed alone", "tailed wide", "tailed pieces", "tailed long pieces",
    ),
    1.0,
)  # fmt: skip
"""The same for streams whose company is closed, see `aggregator.cluster.closure`."""
KEPT_OUT = "kept triples"
