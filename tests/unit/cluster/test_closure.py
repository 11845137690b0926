from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from aggregator.cluster.closure import closedness, closure
from aggregator.cluster.links import Links
from aggregator.cluster.sense import Senses
from aggregator.cluster.vectors import Vectors
from aggregator.cluster.weights import shipped
from aggregator.text.terms import terms_of

Pairs = list[tuple[int, int]]


def share(pairs: Pairs, count: int, likely: float = 0.5) -> float:
    a = np.array([pair[0] for pair in pairs] + [pair[1] for pair in pairs])
    b = np.array([pair[1] for pair in pairs] + [pair[0] for pair in pairs])
    return closure(a, b, np.full(len(a), likely), np.arange(count), count)


def test_a_story_is_closed_and_a_theme_is_open() -> None:
    story = list(combinations(range(6), 2))
    theme = [(0, other) for other in range(1, 6)]
    assert share(story, 6, 1.0) == pytest.approx(120 / 150)
    assert share(theme, 6) == 0.0
    assert 0.0 < share([*story, *((0, other) for other in range(6, 12))], 12) < share(story, 6)


def test_a_handful_proves_nothing() -> None:
    assert closedness(share(list(combinations(range(3), 2)), 3, 1.0)) == 0.0
    assert closedness(share(list(combinations(range(9), 2)), 9, 1.0)) == 1.0


def test_likelier_triangles_close_more_and_faint_pairs_count_nothing() -> None:
    story = list(combinations(range(5), 2))
    assert share(story, 5, 0.9) > share(story, 5, 0.3)
    assert share(story, 5, 0.01) == 0.0
    assert share([], 5) == 0.0


def test_between_open_and_closed_it_rises_evenly() -> None:
    found = [closedness(value) for value in (0.0, 0.2, 0.3, 0.31, 0.5)]
    assert found == pytest.approx([0.0, 0.0, 0.5, 0.6, 1.0])


class Reader:
    """A stream of three events that is read one side of each at a time."""

    def __init__(self) -> None:
        self.vectors = Vectors()
        self.links = Links(self.vectors, Senses(None), shipped())

    def read(self, *sides: str) -> None:
        for side in sides:
            for event in (
                "ferry sinks harbour storm",
                "malaria vaccine trial",
                "dam bursts valley",
            ):
                terms = terms_of(f"{side} {event}", "", "en")
                self.links.look_around([self.vectors.add(terms)])


SIDES = ("rescue", "owner", "inquiry", "families", "minister", "divers", "weather", "photos")


def test_links_see_long_stories() -> None:
    reader = Reader()
    assert reader.links.closedness(whole=True) == 0.0
    reader.read(*SIDES)
    assert reader.links.closedness(whole=True) == 1.0


def test_what_was_seen_holds_until_much_came_or_went() -> None:
    reader = Reader()
    reader.read(SIDES[0])
    assert reader.links.closedness() == 0.0
    reader.read(*SIDES[1:])
    assert reader.links.closedness() == 1.0
    first = np.arange(3, dtype=np.int32)
    reader.links.keep(first)
    reader.vectors.keep(first)
    assert reader.links.closedness() == 0.0
