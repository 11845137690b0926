"""The digest for a terminal: dense, in colour where there is any, quiet in a pipe.

Nothing that came from a feed reaches the terminal with its control characters: titles and names
pass `single_line` where a `Span` is made. Hyperlinks are OSC 8 sequences (the terminals that do not
know them show nothing of them).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from zlib import crc32

from rich.cells import cell_len

from aggregator.model.digest import Coverage, Digest
from aggregator.render.links import web_link
from aggregator.render.view import (
    StoryView,
    TextGroup,
    clock,
    copies_phrase,
    date_line,
    feeds_line,
    plural,
    totals_line,
    views,
    window_words,
)
from aggregator.text.controls import single_line

_SGR = {"bold": "1", "dim": "2", "accent": "36", "good": "32", "plain": ""}
_NAMED_OUTLETS = 12
_NAMED_COPIES = 4
_INDENT = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalOptions:
    """What the terminal can do. ``width`` in cells; None, as in a pipe: lines are not broken."""

    width: int | None = None
    colour: bool = False
    links: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Text in one style, perhaps a link."""

    text: str
    style: str = "plain"
    url: str | None = None


def digest_text(
    digest: Digest, *, options: TerminalOptions | None = None, zone: tzinfo = UTC
) -> str:
    """The digest as lines of text, ending with a line break."""
    dress = _Dress(options or TerminalOptions())
    made = date_line(digest.generated_at, zone)
    heading = f"Digest of {made} · {window_words(digest, zone)}"
    lines = [
        *dress.lines([Span(heading, "bold")]),
        *dress.lines([Span(f"{totals_line(digest)} · {feeds_line(digest)}", "dim")]),
    ]
    if not digest.stories:
        lines += ["", *dress.lines([Span("Nothing new was fetched in this time.")])]
    for story in views(digest):
        lines.append("")
        lines += _story(story, digest, dress, zone)
    return "\n".join(lines) + "\n"


def _story(view: StoryView, digest: Digest, dress: _Dress, zone: tzinfo) -> Iterator[str]:
    story, now = view.story, digest.generated_at
    marker = {"top": "█ ", "major": "▌ "}.get(view.weight, "· ")
    new = f" +{story.new_articles} new" if story.new_articles else ""
    headline = [Span(single_line(story.title), "bold", story.url)]
    if new:
        headline.append(Span(new, "good"))
    yield from dress.lines(headline, first=marker)
    where = [
        Span(single_line(view.lead.outlet), "accent"),
        Span(f" · {clock(view.lead.published_at, now, zone)}", "dim"),
    ]
    if story.articles > 1:
        where.append(Span(f" · {view.counts}", "dim"))
    if view.first.outlet_key != view.lead.outlet_key:
        at = clock(view.first.published_at, now, zone)
        where.append(Span(f" · first: {single_line(view.first.outlet)} {at}", "dim"))
    where.append(Span(f" · story {story.id}", "dim"))
    yield from dress.lines(where, first=_INDENT)
    if story.summary and view.weight != "brief":
        yield from dress.lines([Span(single_line(story.summary))], first=_INDENT)
    if view.also:
        yield from dress.lines(
            [Span("also: ", "dim"), *_outlets(view.also, _NAMED_OUTLETS)], first=_INDENT
        )
    for group in view.folded:
        yield from dress.lines(_copies(group), first=_INDENT)
    if (address := web_link(story.url)) and not dress.options.links:
        yield from dress.lines([Span(address, "dim")], first=_INDENT)


def _copies(group: TextGroup) -> list[Span]:
    return [
        Span(f"{single_line(copies_phrase(group))}: ", "dim"),
        *_outlets(group.copies, _NAMED_COPIES),
    ]


def _outlets(rows: Sequence[Coverage], named: int) -> list[Span]:
    spans: list[Span] = []
    for row in rows[:named]:
        if spans:
            spans.append(Span(", ", "dim"))
        spans.append(Span(single_line(row.outlet), "accent", row.url))
    if len(rows) > named:
        spans.append(Span(f" and {plural(len(rows) - named, 'other')}", "dim"))
    return spans


@dataclass(frozen=True, slots=True)
class _Dress:
    """Spans broken into lines and dressed as the terminal can."""

    options: TerminalOptions

    def lines(self, spans: Iterable[Span], first: str = "") -> Iterator[str]:
        """Lines of at most the width; ``first`` stands before the first, as much space after."""
        room = self.options.width
        hang = " " * cell_len(first)
        start, used = first, cell_len(first)
        runs: list[tuple[Span, str]] = []
        for span in spans:
            for word in re.findall(r"\s+|\S+", span.text):
                width = _cells(word)
                if room is not None and runs and used + width > room:
                    yield start + self._joined(runs)
                    start, used = hang, len(hang)
                    runs.clear()
                if not runs and word.isspace():
                    continue
                if runs and runs[-1][0] is span:
                    runs[-1] = (span, runs[-1][1] + word)
                else:
                    runs.append((span, word))
                used += width
        if runs:
            yield start + self._joined(runs)

    def _joined(self, runs: Sequence[tuple[Span, str]]) -> str:
        """What stands on one line, without the space at its end."""
        *others, (last, text) = runs
        ended = [*others, (last, text.rstrip())]
        return "".join(self._dressed(text, span) for span, text in ended if text)

    def _dressed(self, text: str, span: Span) -> str:
        code = _SGR[span.style] if self.options.colour else ""
        if code:
            text = f"\x1b[{code}m{text}\x1b[0m"
        address = web_link(span.url) if self.options.links else None
        if address is not None:
            # One id for all words of a link, so that a link over two lines lights up as one.
            name = crc32(address.encode())
            text = f"\x1b]8;id={name};{address}\x1b\\{text}\x1b]8;;\x1b\\"
        return text


@lru_cache(maxsize=4096)
def _cells(word: str) -> int:
    return cell_len(word)
