"""The digest as Markdown (CommonMark): readable as it is, and rendered anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo

from aggregator.model.digest import Coverage, Digest
from aggregator.render.links import web_link
from aggregator.render.view import (
    StoryView,
    clock,
    copies_phrase,
    date_line,
    feeds_line,
    totals_line,
    views,
    window_words,
)
from aggregator.text.controls import single_line

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_LIST_START = re.compile(r"^(\d+)([.)])|^([-+=])")


def digest_markdown(digest: Digest, *, zone: tzinfo = UTC) -> str:
    """The digest as one Markdown document, ending with a line break."""
    blocks = [
        f"# Digest of {date_line(digest.generated_at, zone)}",
        f"{_sentence(window_words(digest, zone))}: {totals_line(digest)}. {feeds_line(digest)}.",
    ]
    for story in views(digest):
        blocks.extend(_story(story, digest, zone))
    return "\n\n".join(blocks) + "\n"


def _story(view: StoryView, digest: Digest, zone: tzinfo) -> Iterator[str]:
    story, now = view.story, digest.generated_at
    level = "##" if view.weight in ("top", "major") else "###"
    yield f"{level} {_link(story.title, story.url)}"
    where = f"**{_plain(view.lead.outlet)}**, {clock(view.lead.published_at, now, zone)}"
    where += f" · {view.counts}"
    if view.first.outlet_key != view.lead.outlet_key:
        first = f"{_plain(view.first.outlet)} {clock(view.first.published_at, now, zone)}"
        where += f" · first: {first}"
    if story.new_articles:
        where += f" · {story.new_articles} new since you read"
    yield where
    if story.summary:
        yield _plain(story.summary)
    lines = [f"- also: {_outlets(view.also)}"] if view.also else []
    lines += [f"- {_plain(copies_phrase(g))}: {_outlets(g.copies)}" for g in view.folded]
    if lines:
        yield "\n".join(lines)


def _outlets(rows: Sequence[Coverage]) -> str:
    return ", ".join(_link(row.outlet, row.url) for row in rows)


def _link(text: str, url: str | None) -> str:
    address = web_link(url)
    if address is None:
        return _plain(text)
    # Angle brackets let an address hold brackets and spaces (CommonMark §6.3).
    address = address.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
    return f"[{_plain(text)}](<{address}>)"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plain(text: str) -> str:
    """The text so that Markdown shows just it."""
    escaped = _SPECIAL.sub(r"\\\1", single_line(text))
    return _LIST_START.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", escaped)
