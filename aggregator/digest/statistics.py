"""Who was first, who copies whom, who writes texts of their own: counted over a span."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta, tzinfo

from aggregator.model.digest import Window
from aggregator.model.instants import Instant
from aggregator.model.statistics import Placed
from aggregator.text.outlet_names import shown_name

_SLOTS = 48
"""At most about so many slots in a span."""
_LENGTHS = (
    *(timedelta(minutes=count) for count in (1, 5, 10, 15, 30)),
    *(timedelta(hours=count) for count in (1, 2, 3, 4, 6, 12)),
    *(timedelta(days=count) for count in (1, 2, 7, 30, 365, 3650)),
)
"""How long a slot may be."""


@dataclass(slots=True)
class OutletFigures:
    """One outlet's part in the span.

    Attributes:
        articles, stories: what it published, and about how many events.
        texts: articles with a text of its own: that nobody had before.
        copies: articles whose text another outlet had first.
        copied: articles of other outlets that copy a text it had first.
        first: stories of several outlets in which it was the first.
        behind: the median time behind the first, in the stories it was not first in.
    """

    name: str
    articles: int = 0
    stories: int = 0
    texts: int = 0
    copies: int = 0
    copied: int = 0
    first: int = 0
    behind: timedelta | None = None
    _delays: list[timedelta] = field(default_factory=list, repr=False)

    @property
    def own_share(self) -> float:
        """The share of its articles that have a text of their own, 0 to 1."""
        return self.texts / self.articles if self.articles else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Copying:
    """``count`` articles of ``by`` have a text that ``source`` had first."""

    by: str
    source: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A span of time: articles with texts of their own, and copies, that were fetched in it."""

    start: Instant
    texts: int
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The figures of a span; outlets by articles, copying by count, slots in order."""

    window: Window
    articles: int
    stories: int
    shared_stories: int
    outlets: tuple[OutletFigures, ...]
    copying: tuple[Copying, ...]
    slots: tuple[Slot, ...]
    agencies: tuple[tuple[str, int], ...]


def statistics(placed: Sequence[Placed], *, window: Window, zone: tzinfo = UTC) -> Statistics:
    """Counts the articles of a span; only what was fetched in it is known here.

    Slots are as long as reads well on an axis and counted from the zone's midnight, so that the
    first and the last may reach past the span.
    """
    ordered = sorted(placed, key=lambda row: (row.published_at, row.fetched_at, row.article_id))
    outlets: dict[str, OutletFigures] = {}
    owner: dict[str, Placed] = {}
    first: dict[str, Placed] = {}
    members: defaultdict[str, set[str]] = defaultdict(set)
    pairs: Counter[tuple[str, str]] = Counter()
    agencies: Counter[str] = Counter()
    copies_at: Counter[int] = Counter()
    texts_at: Counter[int] = Counter()
    length = next(each for each in _LENGTHS if window.end - window.start <= _SLOTS * each)
    midnight = window.start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    begin = midnight.astimezone(UTC)
    begin += (window.start - begin) // length * length
    slots = max(1, -((begin - window.end) // length))
    for row in ordered:
        figures = outlets.setdefault(row.outlet_key, OutletFigures(_name(row)))
        figures.articles += 1
        if row.outlet_key not in members[row.story_id]:
            members[row.story_id].add(row.outlet_key)
            figures.stories += 1
            begun = first.setdefault(row.story_id, row)
            if begun is not row:
                figures._delays.append(row.published_at - begun.published_at)
        had = owner.setdefault(row.text_id, row)
        slot = min(slots - 1, (row.fetched_at - begin) // length)
        if had is row:
            figures.texts += 1
            texts_at[slot] += 1
            if row.agency:
                agencies[row.agency] += 1
        else:
            copies_at[slot] += 1
            if had.outlet_key != row.outlet_key:
                figures.copies += 1
                outlets[had.outlet_key].copied += 1
                pairs[(_name(row), _name(had))] += 1
    shared = [story for story, keys in members.items() if len(keys) > 1]
    for story in shared:
        outlets[first[story].outlet_key].first += 1
    for figures in outlets.values():
        delays = sorted(figures._delays)
        figures.behind = delays[len(delays) // 2] if delays else None
    return Statistics(
        window=window,
        articles=len(ordered),
        stories=len(members),
        shared_stories=len(shared),
        outlets=tuple(sorted(outlets.values(), key=lambda one: (-one.articles, one.name))),
        copying=tuple(
            Copying(by=by, source=source, count=count)
            for (by, source), count in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        slots=tuple(
            Slot(start=begin + length * n, texts=texts_at[n], copies=copies_at[n])
            for n in range(slots)
        ),
        agencies=tuple(agencies.most_common()),
    )


def _name(row: Placed) -> str:
    return shown_name(row.outlet, row.outlet_key)
