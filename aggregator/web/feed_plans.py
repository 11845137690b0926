"""Changes of feeds.toml that are shown before they are made.

A plan holds the file's text as it was read and as it would be. Making it is refused where the file
has changed meanwhile, so that an edit by hand is never overwritten.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from secrets import token_hex
from typing import Any, Literal

from aggregator.errors import NotFound, UsageError
from aggregator.model.feed import Feed
from aggregator.settings.faults import read_text
from aggregator.settings.feed_entry import feed_address, same_address
from aggregator.settings.feeds_file import feeds_in, write_whole
from aggregator.settings.feeds_text import with_changed, with_feeds, with_order, without

_REMEMBERED = 20
_SHOWN = 400

EDITABLE = ("title", "category", "outlet", "timezone", "interval")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference."""

    kind: Literal["same", "added", "dropped", "skipped"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A change to be made: ``words`` say what it is; ``notes`` what was left out of it."""

    words: str
    before: str
    after: str
    notes: tuple[str, ...] = ()

    def difference(self) -> list[Line]:
        """What changes, line by line, with two lines around it."""
        lines: list[Line] = []
        found = unified_diff(self.before.splitlines(), self.after.splitlines(), n=2, lineterm="")
        for number, line in enumerate(found):
            if number < 2:
                continue
            if line.startswith("@@"):
                if lines:
                    lines.append(Line("skipped", "…"))
            elif line.startswith("+"):
                lines.append(Line("added", line[1:]))
            elif line.startswith("-"):
                lines.append(Line("dropped", line[1:]))
            else:
                lines.append(Line("same", line[1:]))
            if len(lines) > _SHOWN:
                return [*lines, Line("skipped", "… and more of the same")]
        return lines


class Planner:
    """Plans changes of one feed list, and remembers the latest until they are made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._plans: OrderedDict[str, Plan] = OrderedDict()

    def feeds(self) -> Sequence[Feed]:
        """The list as the file has it. Raises `ConfigError`."""
        return feeds_in(self._text(), self._path)

    def add(self, feeds: Sequence[Feed], notes: Sequence[str] = ()) -> str:
        """Plans to add feeds; those in the list already are left out. Raises `UsageError`."""
        text, now = self._read()
        known = {same_address(feed.url) for feed in now}
        fresh: dict[str, Feed] = {}
        for feed in feeds:
            try:
                key = same_address(feed.url)
            except ValueError as error:
                raise UsageError(str(error)) from None
            if key not in known:
                fresh.setdefault(key, feed)
        if not fresh:
            raise UsageError("That is in the list already.")
        words = "Add a feed" if len(fresh) == 1 else f"Add {len(fresh)} feeds"
        if left := len(feeds) - len(fresh):
            notes = (*notes, f"{left} of them {'is' if left == 1 else 'are'} in the list already.")
        after = with_feeds(text, now, list(fresh.values()))
        return self._keep(words, text, after, notes)

    def change(self, url: str, values: Mapping[str, Any], words: str) -> str:
        """Plans to set keys of one feed; None takes a key out."""
        text, now = self._read()
        if "url" in values:
            try:
                values = {**values, "url": feed_address(str(values["url"]))}
            except ValueError as error:
                raise UsageError(str(error)) from None
        return self._keep(words, text, with_changed(text, {_index(now, url): values}))

    def remove(self, url: str) -> str:
        """Plans to take a feed out."""
        text, now = self._read()
        return self._keep("Remove a feed", text, without(text, {_index(now, url)}))

    def move(self, url: str, by: int) -> str:
        """Plans to move a feed past its next neighbour of the same category, up or down."""
        text, now = self._read()
        index = _index(now, url)
        others = range(index + by, len(now) if by > 0 else -1, by)
        other = next((n for n in others if now[n].category == now[index].category), None)
        if other is None:
            raise UsageError("It cannot go further within its category.")
        order = list(range(len(now)))
        order[index], order[other] = other, index
        return self._keep("Move a feed", text, with_order(text, order))

    def order(self, urls: Sequence[str]) -> str:
        """Plans to put these feeds in this order, those of each category in the places they have.

        Raises:
            NotFound: one of them is no longer in the list.
        """
        text, now = self._read()
        chosen = list(dict.fromkeys(_index(now, url) for url in urls))
        order = list(range(len(now)))
        for category in {now[index].category for index in chosen}:
            wanted = [index for index in chosen if now[index].category == category]
            for place, index in zip(sorted(wanted), wanted, strict=True):
                order[place] = index
        return self._keep("Put the feeds in another order", text, with_order(text, order))

    def adopt(self, url: str, moved: str) -> str:
        """Plans to take a feed's new address; one that is followed there already is taken out."""
        _, now = self._read()
        try:
            known = same_address(moved) in {same_address(feed.url) for feed in now}
        except ValueError as error:
            raise UsageError(str(error)) from None
        if known:
            return self.remove(url)
        return self.change(url, {"url": moved}, "Take the new address")

    def plan(self, key: str) -> Plan:
        """A plan by its key. Raises `NotFound` where it was made or forgotten."""
        try:
            return self._plans[key]
        except KeyError:
            hint = "Nothing was written by it now; plan it again."
            raise NotFound("planned change", key, hint=hint) from None

    def make(self, key: str) -> Plan:
        """Writes the file. Raises `ConfigError` where it is no longer the one that was read."""
        plan = self.plan(key)
        write_whole(self._path.resolve(), plan.after, replaces=plan.before or self._absent())
        del self._plans[key]
        return plan

    def _keep(self, words: str, before: str, after: str, notes: Sequence[str] = ()) -> str:
        if before == after:
            raise UsageError("That would change nothing.")
        feeds_in(after, self._path)  # what would not be read again is not planned
        key = token_hex(8)
        self._plans[key] = Plan(words=words, before=before, after=after, notes=tuple(notes))
        while len(self._plans) > _REMEMBERED:
            self._plans.popitem(last=False)
        return key

    def _read(self) -> tuple[str, Sequence[Feed]]:
        text = self._text()
        return text, feeds_in(text, self._path)

    def _text(self) -> str:
        return read_text(self._path) if self._path.exists() else ""

    def _absent(self) -> str | None:
        return "" if self._path.exists() else None


def _index(feeds: Sequence[Feed], url: str) -> int:
    for index, feed in enumerate(feeds):
        if feed.url == url:
            return index
    raise NotFound("feed", url, hint="It is no longer in the list; load the page again.")
