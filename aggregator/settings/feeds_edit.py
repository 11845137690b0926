"""Edits of feeds.toml that keep every comment: planned, shown, then written or not.

::

    apply(path, adding([feed]))                  # at once
    plan = draft(path, pausing(["https://…"]))   # or shown first:
    print(plan.diff())
    save(plan)                                   # refused if the file has changed meanwhile

An edit replaces one entry's text and leaves every other byte alone (see `feeds_text`); the result
is read before anything is written.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aggregator.errors import NotFound
from aggregator.model.feed import Feed
from aggregator.settings.faults import read_text
from aggregator.settings.feed_entry import FeedEntry, entry_values, same_address
from aggregator.settings.feeds_file import conflict, feeds_in, held, write_whole
from aggregator.settings.feeds_text import moved, with_changed, with_feeds, without

Edit = Callable[[str, Sequence[Feed]], str]
"""The text of a list and the feeds in it → the text as it is to be."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An edit that has not been written. ``before`` is None where there is no file yet."""

    path: Path
    before: str | None
    after: str
    feeds: tuple[Feed, ...]

    def diff(self) -> str:
        """What the edit changes, as a unified diff; empty where it changes nothing."""
        lines = difflib.unified_diff(
            (self.before or "").splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            self.path.name,
            self.path.name,
        )
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def draft(path: Path, edit: Edit) -> Draft:
    """What an edit would make of a file.

    Raises:
        ConfigError: the file is wrong, or would be (an address twice).
        NotFound: the edit names a feed that is not in the list.
    """
    path = path.resolve()  # a link stays a link
    before = read_text(path) if path.exists() else None
    after = edit(before or "", feeds_in(before or "", path))
    return Draft(path, before, after, feeds_in(after, path))


def save(plan: Draft) -> None:
    """Writes a draft. Raises `ConfigError` where the file is not what the draft began with."""
    with held(plan.path.parent):
        if plan.after != (plan.before or ""):
            write_whole(plan.path, plan.after, replaces=plan.before)


def apply(path: Path, edit: Edit, *, expected: str | None = None) -> tuple[Feed, ...]:
    """Edits a file at once and gives the new list; two commands at a time take turns.

    ``expected`` is the text the person saw: where the file has changed since, nothing is written.
    Raises as `draft` and `save`.
    """
    with held(path.resolve().parent):
        plan = draft(path, edit)
        if expected is not None and (plan.before or "") != expected:
            raise conflict(path)
        if plan.after != (plan.before or ""):
            write_whole(plan.path, plan.after, replaces=plan.before)
    return plan.feeds


def adding(feeds: Sequence[Feed]) -> Edit:
    """Adds feeds, each after the last one of its category, else at the end."""
    return lambda text, now: with_feeds(text, now, feeds)


def removing(urls: Sequence[str]) -> Edit:
    """Takes feeds out; the comments above them stay."""
    return lambda text, now: without(text, {_index(now, url) for url in urls})


def changing(urls: Sequence[str], values: Mapping[str, Any]) -> Edit:
    """Sets keys of feeds to TOML values; None takes a key out."""
    return lambda text, now: with_changed(text, {_index(now, url): values for url in urls})


def pausing(urls: Sequence[str]) -> Edit:
    """Pauses feeds."""
    return changing(urls, {"paused": True})


def resuming(urls: Sequence[str]) -> Edit:
    """Lets paused feeds go on."""
    return changing(urls, {"paused": None})


def replacing(url: str, feed: Feed) -> Edit:
    """Makes an entry say just what ``feed`` says, address included."""
    values = dict.fromkeys(FeedEntry.model_fields) | dict(entry_values(feed))
    return changing([url], values)


def moving(url: str, *, before: str | None) -> Edit:
    """Puts a feed before another one, or at the end; the comment right above it goes along."""

    def edit(text: str, now: Sequence[Feed]) -> str:
        return moved(text, _index(now, url), None if before is None else _index(now, before))

    return edit


def _index(feeds: Sequence[Feed], url: str) -> int:
    wanted = same_address(url)
    for index, feed in enumerate(feeds):
        if same_address(feed.url) == wanted:
            return index
    raise NotFound("feed", url, hint="`aggregator feeds list` shows all.")
