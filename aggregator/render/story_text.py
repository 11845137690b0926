"""One story as plain text: what the terminal shows of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, tzinfo

from aggregator.model.digest import Coverage, DigestStory
from aggregator.render.view import plural
from aggregator.text.controls import single_line


def story_text(story: DigestStory, *, zone: tzinfo = UTC) -> str:
    """The story's head and its coverage in the order of publication, copies under their text."""
    return "\n".join(_lines(story, zone)) + "\n"


def _lines(story: DigestStory, zone: tzinfo) -> Iterator[str]:
    yield single_line(story.title)
    yield (
        f"{plural(story.outlets, 'outlet')}, {plural(story.articles, 'article')}, "
        f"{plural(story.independent_texts, 'independent text')}; "
        f"first: {single_line(story.first_reporter)}"
    )
    if story.summary:
        yield ""
        yield single_line(story.summary)
    yield ""
    copies: dict[str, list[Coverage]] = {}
    for row in story.coverage:
        if row.copy_of is not None:
            copies.setdefault(row.copy_of, []).append(row)
    ids = {row.id for row in story.coverage}
    texts = [row for row in story.coverage if row.copy_of is None or row.copy_of not in ids]
    for row in sorted(texts, key=lambda row: row.published_at):
        yield _row(row, zone)
        for copy in sorted(copies.get(row.id, ()), key=lambda copy: copy.published_at):
            yield "    = " + _row(copy, zone)
    yield ""
    yield f"story {story.id}"


def _row(row: Coverage, zone: tzinfo) -> str:
    when = f"{row.published_at.astimezone(zone):%Y-%m-%d %H:%M}"
    mark = " (lead)" if row.relation == "lead" else ""
    if row.withdrawn_at is not None:
        mark += " (withdrawn)"
    link = f"  {single_line(row.url)}" if row.url else ""
    return f"{when}  {single_line(row.outlet)}: {single_line(row.title)}{mark}{link}"
