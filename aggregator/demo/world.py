"""What the demo's outlets have published by a given round."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.resources import files
from typing import Any, Literal

from aggregator.model.instants import Instant

Format = Literal[
    "rss091", "rss092", "rss10", "rss20", "atom03", "atom10", "cdf", "json10", "json11"
]

_PRESS_TIME = timedelta(hours=3)
"""Before midnight: the first day's reports, of which round 0 holds all, are out by then."""

_DAYS = (
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
)
_DAY = re.compile("|".join(day for days in _DAYS for day in days))
_WRITTEN_ON = 4
"""The texts take it to be a Friday when round 1 begins, and were Thursday's until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher with one feed. ``moved`` and ``dead`` say how its address answers."""

    key: str
    name: str
    tagline: str
    format: Format
    body: Literal["full", "both", "summary"]
    category: str
    language: str = "en"
    moved: bool = False
    dead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article of one outlet. ``image`` is a caption with its credit in square brackets."""

    id: str
    outlet: str
    title: str
    paragraphs: tuple[str, ...]
    published_at: Instant
    updated_at: Instant | None = None
    by: str | None = None
    topics: tuple[str, ...] = ()
    image: str | None = None


@dataclass(frozen=True, slots=True)
class World:
    """The outlets, and all that they ever publish."""

    outlets: tuple[Outlet, ...]
    _rows: tuple[Mapping[str, Any], ...]

    @property
    def rounds(self) -> int:
        """How many rounds bring something new, the first included."""
        return 1 + max(int(row.get("round", 0)) for row in self._rows)

    def outlet(self, key: str) -> Outlet | None:
        """The outlet of this key."""
        return next((outlet for outlet in self.outlets if outlet.key == key), None)

    def published(self, outlet: str, rounds: Sequence[Instant]) -> tuple[Item, ...]:
        """An outlet's items, latest first; ``rounds`` are the instants each round so far began."""
        items: dict[str, Item] = {}
        bodies: dict[str, tuple[str, ...]] = {}
        for row in self._rows:
            if "body" in row and "id" in row:
                bodies[row["id"]] = _paragraphs(row["body"])
            number = int(row.get("round", 0))
            if number >= len(rounds):
                continue
            began = rounds[number]
            day = rounds[0]
            if old := items.get(row.get("revises", "")):
                items[old.id] = replace(
                    old,
                    title=_today(row["title"], day),
                    paragraphs=tuple(_today(text, day) for text in _paragraphs(row["body"])),
                    updated_at=began,
                )
            elif row.get("outlet") == outlet:
                items[row["id"]] = _item(row, bodies, began, day)
        return tuple(sorted(items.values(), key=lambda item: item.published_at, reverse=True))


def load_world() -> World:
    """The world as the package ships it."""
    content = files("aggregator.demo").joinpath("content")
    rows: list[Mapping[str, Any]] = []
    outlets: list[Outlet] = []
    for file in sorted(content.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            values = tomllib.loads(file.read_text(encoding="utf-8"))
            rows += values.get("items", [])
            outlets += [Outlet(**outlet) for outlet in values.get("outlets", [])]
    return World(tuple(outlets), tuple(rows))


def _item(
    row: Mapping[str, Any], bodies: Mapping[str, tuple[str, ...]], began: Instant, day: Instant
) -> Item:
    if "quake" in row:
        paragraphs = tuple(_quake_report(row["quake"]))
    elif "reprints" in row:
        paragraphs = bodies[row["reprints"]][: row.get("paragraphs")]
    else:
        paragraphs = bodies[row["id"]]
    if "tail" in row:
        paragraphs = (*paragraphs, row["tail"])
    newest = began if row.get("round") else _evening_before(began)
    return Item(
        id=row["id"],
        outlet=row["outlet"],
        title=_today(row["title"], day),
        paragraphs=tuple(_today(paragraph, day) for paragraph in paragraphs),
        published_at=newest - timedelta(minutes=row["minutes"]),
        by=row.get("by"),
        topics=tuple(row.get("topics", ())),
        image=row.get("image"),
    )


def _evening_before(day: Instant) -> Instant:
    return day.replace(hour=0, minute=0, second=0, microsecond=0) - _PRESS_TIME


def _quake_report(quake: Mapping[str, Any]) -> Iterator[str]:
    """What a seismic network writes of every quake, in the same words each time."""
    felt = quake["felt"]
    yield (
        f"An earthquake of magnitude {quake['magnitude']} occurred {quake['place']}, at "
        f"{quake['time']} UTC at a depth of {quake['depth']} km. This report was made "
        "automatically and has been reviewed by a seismologist."
    )
    yield f"Reports of people who felt it: {felt or 'none so far'}."
    yield "Did you feel it? Tell us what you noticed. Your report helps to map the shaking."


def _paragraphs(body: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in body.strip().split("\n\n"))


def _today(text: str, day: Instant) -> str:
    """The text with its days of the week moved, so that its Friday is the day the demo runs."""
    shift = day.weekday() - _WRITTEN_ON

    def moved(match: re.Match[str]) -> str:
        days = _DAYS[0] if match[0] in _DAYS[0] else _DAYS[1]
        return days[(days.index(match[0]) + shift) % 7]

    return _DAY.sub(moved, text)
