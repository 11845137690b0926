"""What every rendering of a story says alike: its texts, its counts in words, its weight.

Terminal, Markdown, web page and mail differ in dress; this is the body they share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from aggregator.model.digest import Coverage, Digest, DigestStory
from aggregator.model.instants import Instant

Weight = Literal["top", "major", "minor", "brief"]
"""How much room a story gets: the headline's size is the first thing a page says."""

MAJOR = 24
"""At most so many stories are major: on a day when all score alike, the page stays a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextGroup:
    """One independent text: the row that is shown for it, and the rows that copy it."""

    row: Coverage
    copies: tuple[Coverage, ...] = ()
    agency: str | None = None

    @property
    def rows(self) -> tuple[Coverage, ...]:
        """The shown row and its copies."""
        return (self.row, *self.copies)

    @property
    def text_name(self) -> str:
        """What the text is called: by its agency, else by the outlet it is shown for."""
        return self.agency or self.row.outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story, ready to be dressed.

    Attributes:
        groups: the story's texts, the lead's first.
        lead: the row that stands for the story.
        also: one row for each outlet other than the lead's that has a report of its own.
        folded: the texts that have copies, most copied first.
        first: the row that was published first.
        weight: the room it gets beside the others of its digest.
    """

    story: DigestStory
    groups: tuple[TextGroup, ...]
    lead: Coverage
    also: tuple[Coverage, ...]
    folded: tuple[TextGroup, ...]
    first: Coverage
    weight: Weight = "minor"

    @property
    def reprints(self) -> tuple[str, ...]:
        """The folded texts in words, those of one name together: ``5 copies of 2 AFP texts``."""
        named: dict[str, list[TextGroup]] = {}
        for group in self.folded:
            named.setdefault(group.text_name, []).append(group)
        said = []
        for name, groups in named.items():
            copies = plural(sum(len(group.copies) for group in groups), "copy", "copies")
            texts = f"{len(groups)} {name} texts"
            said.append(copies_phrase(groups[0]) if len(groups) == 1 else f"{copies} of {texts}")
        return tuple(said)

    @property
    def counts(self) -> str:
        """The counts in words: ``14 outlets, 4 independent texts, 17 articles``."""
        return counts(self.story)


def view(story: DigestStory, weight: Weight = "minor") -> StoryView:
    """The story with its texts grouped."""
    groups = group_texts(story.coverage)
    shown = {story.coverage[0].outlet_key}
    also: list[Coverage] = []
    for group in groups:
        if group.row.outlet_key not in shown:
            shown.add(group.row.outlet_key)
            also.append(group.row)
    return StoryView(
        story=story,
        groups=groups,
        lead=next((row for row in story.coverage if row.relation == "lead"), story.coverage[0]),
        also=tuple(also),
        folded=tuple(
            sorted((group for group in groups if group.copies), key=lambda g: -len(g.copies))
        ),
        first=min(story.coverage, key=lambda row: (row.published_at, row.fetched_at, row.id)),
        weight=weight,
    )


def views(digest: Digest) -> tuple[StoryView, ...]:
    """Every story of the digest with the weight it has among them."""
    best = digest.stories[0].score if digest.stories else 0.0
    return tuple(
        view(story, _weight(story, rank, best)) for rank, story in enumerate(digest.stories)
    )


def _weight(story: DigestStory, rank: int, best: float) -> Weight:
    """Size by the score's share of the best; what one outlet alone says stays brief."""
    if rank == 0:
        return "top"
    if story.outlets == 1:
        return "brief"
    return "major" if rank < MAJOR and story.score >= best / 2 else "minor"


def group_texts(coverage: Sequence[Coverage]) -> tuple[TextGroup, ...]:
    """Coverage folded by text, in the order it stands in."""
    texts: dict[str, list[Coverage]] = {}
    for row in coverage:
        texts.setdefault(row.copy_of or row.id, []).append(row)
    return tuple(
        TextGroup(
            row=rows[0],
            copies=tuple(rows[1:]),
            agency=next((row.agency for row in rows if row.agency), None),
        )
        for rows in texts.values()
    )


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun.

    >>> plural(1, "copy", "copies"), plural(1200, "outlet")
    ('1 copy', '1,200 outlets')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def counts(story: DigestStory) -> str:
    """How widely and how independently a story is told; a number is named only where it tells."""
    parts = [plural(story.outlets, "outlet")]
    if story.articles > 1:
        parts.append(plural(story.independent_texts, "independent text"))
    if story.articles > max(story.outlets, story.independent_texts):
        parts.append(plural(story.articles, "article"))
    return ", ".join(parts)


def copies_phrase(group: TextGroup) -> str:
    """How often a text was reprinted: ``6 copies of the AFP text``."""
    name = group.text_name.removeprefix("The ")
    return f"{plural(len(group.copies), 'copy', 'copies')} of the {name} text"


def span_words(span: timedelta) -> str:
    """A span in words, to the unit that matters.

    >>> span_words(timedelta(hours=24)), span_words(timedelta(days=7)), span_words(timedelta())
    ('24 hours', '7 days', '0 minutes')
    """
    minutes = round(span.total_seconds() / 60)
    if minutes < 120 and minutes != 60:
        return plural(minutes, "minute")
    if minutes < 60 * 48:
        return plural(round(minutes / 60), "hour")
    return plural(round(minutes / 60 / 24), "day")


def clock(instant: Instant, now: Instant, zone: tzinfo, *, timed: bool = False) -> str:
    """When something was, as shortly as the reader needs it: 14:05, Tue 14:05, 3 Mar, 3 Mar 2024.

    ``timed`` keeps the time of day beside a date, for events of one day that follow one another.
    Independent of the locale, so that two machines print one digest.
    """
    local, today = instant.astimezone(zone), now.astimezone(zone)
    days = abs((today.date() - local.date()).days)
    if days == 0:
        return f"{local:%H:%M}"
    if days < 7:
        return f"{_WEEKDAYS[local.weekday()]} {local:%H:%M}"
    date = f"{local.day} {_MONTHS[local.month - 1]}"
    date = date if local.year == today.year else f"{date} {local.year}"
    return f"{date} {local:%H:%M}" if timed else date


def date_line(instant: Instant, zone: tzinfo) -> str:
    """A date and time written out: ``Wed 4 March 2026, 06:00``."""
    local: datetime = instant.astimezone(zone)
    month = _LONG_MONTHS[local.month - 1]
    return f"{_WEEKDAYS[local.weekday()]} {local.day} {month} {local.year}, {local:%H:%M}"


def window_words(digest: Digest, zone: tzinfo) -> str:
    """The span a digest speaks of: ``the last 24 hours``, or from when to when."""
    window = digest.window
    if abs(digest.generated_at - window.end) < timedelta(minutes=2):
        return f"the last {span_words(window.end - window.start).removeprefix('1 ')}"
    return f"{date_line(window.start, zone)} to {date_line(window.end, zone)}"


def feeds_line(digest: Digest) -> str:
    """How the feeds fared: ``96 feeds polled, 2 failing, 1 silent``."""
    feeds = digest.feeds
    parts = [f"{plural(feeds.polled, 'feed')} polled"]
    if feeds.failing:
        parts.append(f"{feeds.failing:,} failing")
    if feeds.silent:
        parts.append(f"{feeds.silent:,} silent")
    return ", ".join(parts)


def totals_line(digest: Digest) -> str:
    """What the digest holds: ``37 stories from 112 articles``."""
    articles = sum(story.articles for story in digest.stories)
    return f"{plural(len(digest.stories), 'story', 'stories')} from {plural(articles, 'article')}"


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTHS = tuple(month[:3] for month in _LONG_MONTHS)
