"""Floors under the quality of stories. Lowering one is a visible act."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.cli.rows import read_rows, signed
from aggregator.cluster.evaluation import Figures, Labelled, evaluate
from aggregator.cluster.weights import of_words, shipped

OWN = Path(__file__).parent / "data"
SHARED = os.environ.get("AGGREGATOR_SHARED_DATA")
needs_shared = pytest.mark.skipif(
    SHARED is None, reason="AGGREGATOR_SHARED_DATA names no folder of labelled sets"
)


def labelled(file: Path) -> list[Labelled]:
    rows = list(read_rows(str(file)))
    return [
        Labelled(article=article, cluster=str(row.fields["cluster"]))
        for row, article in zip(rows, signed(rows), strict=True)
    ]


def figures(rows: list[Labelled], seed: int | None = None) -> Figures:
    if seed is not None:
        rows = random.Random(seed).sample(rows, len(rows))
    return evaluate(rows).figures


def figure(found: Figures, name: str) -> float:
    value = found[name]
    assert isinstance(value, int | float)
    return float(value)


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("two_events", 1.0, 1.0),
        ("glue", 1.0, 1.0),
        ("updates", 1.0, 0.65),
        ("short", 1.0, 1.0),
        ("languages", 1.0, 1.0),
        ("elsewhere", 1.0, 1.0),
        ("headlines", 1.0, 0.55),
    ],
)
def test_written_streams(name: str, precision: float, recall: float) -> None:
    found = figures(labelled(OWN / f"{name}.jsonl"))
    assert figure(found, "pair_precision") >= precision
    assert figure(found, "pair_recall") >= recall


def test_everything_in_one_stream_in_any_order() -> None:
    rows = [
        row
        for name in ("two_events", "glue", "updates", "short", "languages")
        for row in labelled(OWN / f"{name}.jsonl")
    ]
    for seed in range(3):
        found = figures(rows, seed)
        assert figure(found, "pair_precision") >= 0.9
        assert figure(found, "pair_recall") >= 0.8


@pytest.mark.parametrize(("name", "stories", "largest"), [("templates", 9, 3), ("series", 6, 3)])
def test_forms_filled_anew_are_kept_from_running_together(
    name: str, stories: int, largest: int
) -> None:
    """Results, bulletins, share prices, each from one desk: the known weak spot.

    Thirteen English events; eight German and Spanish ones beside one that is told three times.
    """
    rows = labelled(OWN / f"{name}.jsonl")
    for seed in range(3):
        found = figures(rows, seed)
        assert figure(found, "pair_recall") == 1.0
        assert figure(found, "stories") >= stories
        assert figure(found, "largest_story") <= largest


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize(
    ("name", "f1", "largest"),
    [
        # Trained on (cross-validated: see weights.json).
        ("ecbplus_topics_1-35", 0.92, 33),
        # Never trained on.
        ("allsides_triples_val", 0.78, 9),
    ],
)
def test_labelled_sets(name: str, f1: float, largest: int) -> None:
    rows = labelled(Path(str(SHARED)) / "events" / f"{name}.jsonl")
    found = [figures(rows, seed) for seed in range(2)]
    reached = [figure(one, "pair_f1") for one in found]
    assert min(reached) >= f1
    assert max(reached) - min(reached) <= 0.03
    assert max(figure(one, "largest_story") for one in found) <= largest


@pytest.mark.slow
@needs_shared
def test_long_stories_of_headlines() -> None:
    """A fifth of the stories of the headline set, each whole; never trained on."""
    rows = labelled(Path(str(SHARED)) / "events" / "uci_headlines.jsonl")
    chosen = set(sorted({row.cluster for row in rows})[::5])
    kept = [row for row in rows if row.cluster in chosen]
    found = figures(kept, 0)
    assert figure(found, "pair_f1") >= 0.69
    largest = max(sum(row.cluster == name for row in kept) for name in chosen)
    assert figure(found, "largest_story") <= 1.5 * largest


@pytest.mark.slow
@needs_shared
def test_headlines_are_told_better_by_their_sense_than_by_words() -> None:
    """The titles alone of a set never trained on, three outlets an event."""
    if shipped().sense is None:
        pytest.skip("needs the extra [semantic]")
    rows = labelled(Path(str(SHARED)) / "events" / "allsides_triples_val.jsonl")
    titles = [replace(row, article=replace(row.article, text="", signature=None)) for row in rows]
    meant, words = (figure(evaluate(titles, by).figures, "pair_f1") for by in (None, of_words()))
    assert meant >= 0.57
    assert meant >= words + 0.03
