"""Small plots as SVG, drawn here and styled by the page: no script, no style inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape


def sparkline(counts: Sequence[int], *, label: str, height: int = 18, step: int = 6) -> Markup:
    """One bar a day, the tallest as tall as the plot; empty days keep a line at the foot."""
    tallest = max([1, *counts])
    width = step * len(counts)
    bars = []
    for place, count in enumerate(counts):
        tall = round(count / tallest * (height - 1)) if count else 0
        x, y = place * step, height - 1 - tall
        bars.append(f"M{x} {y}h{step - 1}v{tall + 1}h-{step - 1}z")
    return Markup(  # noqa: S704 - numbers of our own, and a label that is escaped
        f'<svg class="spark" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="{escape(label)}"><path d="{"".join(bars)}"/></svg>'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One column of a plot: two counts, one on the other."""

    label: str
    low: int
    high: int


_NAMED = 8


def columns(stacks: Sequence[Stack], *, label: str, width: int = 960, height: int = 190) -> Markup:
    """Stacked columns over a scale of round numbers; at most `_NAMED` labels stand below."""
    tallest = _round_up(max([1, *(stack.low + stack.high for stack in stacks)]))
    left, foot = 56, 22
    room, tall = width - left, height - foot - 6
    step = room / max(1, len(stacks))
    parts = [
        f'<line class="grid" x1="{left}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="scale" x="{left - 6}" y="{y + 4:.1f}">{value:,}</text>'
        for value in (0, tallest // 2, tallest)
        for y in (6 + tall - value / tallest * tall,)
    ]
    named = [place for place, stack in enumerate(stacks) if stack.label]
    named = named[:: -(-len(named) // _NAMED) or 1]
    low, high = [], []
    for place, stack in enumerate(stacks):
        x, wide = left + place * step + step * 0.1, step * 0.8
        lower, upper = stack.low / tallest * tall, stack.high / tallest * tall
        y = 6 + tall - lower
        low.append(f"M{x:.1f} {y:.1f}h{wide:.1f}v{lower:.1f}h-{wide:.1f}z")
        high.append(f"M{x:.1f} {y - upper:.1f}h{wide:.1f}v{upper:.1f}h-{wide:.1f}z")
    for place in named:
        x, label_text = left + place * step, escape(stacks[place].label)
        parts.append(f'<text class="name" x="{x:.1f}" y="{height - 5}">{label_text}</text>')
    return Markup(  # noqa: S704 - numbers of our own, and labels that are escaped
        f'<svg class="columns-plot" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="{escape(label)}">{"".join(parts)}'
        f'<path class="low" d="{"".join(low)}"/><path class="high" d="{"".join(high)}"/></svg>'
    )


def _round_up(value: int) -> int:
    """The next number that reads well on a scale, and halves without a rest."""
    scale = 1
    while True:
        for factor in (2, 4, 10):
            if value <= factor * scale:
                return factor * scale
        scale *= 10
