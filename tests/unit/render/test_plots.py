from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from aggregator.render.plots import Stack, columns, sparkline


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60), st.text(alphabet="a<>&\"' é"))
def test_plots_are_well_formed_whatever_they_show(counts: list[int], label: str) -> None:
    drawn = ET.fromstring(sparkline(counts, label=label))
    assert drawn.get("aria-label") == label
    assert drawn.find("path").get("d").count("M") == len(counts)  # type: ignore[union-attr]
    stacks = [Stack(label=label, low=count, high=count // 2) for count in counts]
    ET.fromstring(columns(stacks, label=label))


def test_the_tallest_bar_fills_the_plot_and_an_empty_day_keeps_a_line() -> None:
    drawn = str(sparkline([0, 5, 10], label="x", height=11))
    assert "M0 10h5v1h-5z" in drawn
    assert "M6 5h5v6h-5z" in drawn
    assert "M12 0h5v11h-5z" in drawn
