"""Edits of feeds.toml as text: pure, and blind to everything but the entries they are about.

Each entry is cut out, edited by tomlkit on its own and put back, so that the cost does not grow
with the list (tomlkit takes seconds to read one of 10,000 feeds) and every comment, blank line
and order outside the entry stays as it is, byte for byte.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from aggregator.errors import ConfigError
from aggregator.model.feed import Feed
from aggregator.settings.feed_entry import entry_values
from aggregator.settings.places import statements


def with_feeds(text: str, now: Sequence[Feed], added: Sequence[Feed]) -> str:
    """The text with feeds added, each after the last entry of its category, else at the end.

    ``now`` are the feeds the text holds.
    """
    last: dict[str, int] = {}
    for feed, (_, end) in zip(now, _spans(text), strict=True):
        if feed.category:
            last[feed.category] = end
    newline = _newline(text)
    insertions: dict[int, list[str]] = {}
    for feed in added:
        at = last.get(feed.category or "", len(text))
        insertions.setdefault(at, []).append(_entry_text(feed).replace("\n", newline))
    for at in sorted(insertions, reverse=True):
        text = _inserted(text, at, newline.join(insertions[at]), newline)
    return text


def without(text: str, indices: Collection[int]) -> str:
    """The text without these entries; comments above an entry and after it stay."""
    spans = _spans(text)
    for index in sorted(indices, reverse=True):
        start, end = spans[index]
        before, after = text[:start], text[end:]
        # Of the blank lines above and below the entry, those above stay.
        text = before + after.lstrip("\r\n") if after.strip() else before.rstrip("\r\n") + "\n"
    return text if text.strip() else ""


def with_changed(text: str, changes: Mapping[int, Mapping[str, Any]]) -> str:
    """The text with keys of entries set; None takes a key out."""
    import tomlkit

    spans = _spans(text)
    for index in sorted(changes, reverse=True):
        start, end = spans[index]
        document = tomlkit.parse(text[start:end])
        entry: Any = document["feeds"][0]
        for key, value in changes[index].items():
            if value is None:
                entry.pop(key, None)
            elif key not in entry or entry[key] != value:
                entry[key] = value
        text = text[:start] + tomlkit.dumps(document) + text[end:]
    return text


def with_order(text: str, order: Sequence[int]) -> str:
    """The text with the entry ``order[n]`` in the nth place; comments between stay where they are.

    Raises:
        ValueError: the order does not name every entry once.
    """
    spans = _spans(text)
    if sorted(order) != list(range(len(spans))):
        raise ValueError(f"{len(spans)} entries are to be ordered, each once")
    parts: list[str] = []
    done = 0
    for (start, end), source in zip(spans, order, strict=True):
        entry = text[slice(*spans[source])]
        if not entry.endswith("\n") and end < len(text):
            entry += _newline(text)  # it stood last in a file that ends without one
        parts += text[done:start], entry
        done = end
    return "".join(parts) + text[done:]


def _entry_text(feed: Feed) -> str:
    import tomlkit

    table = tomlkit.table()
    for key, value in entry_values(feed).items():
        if isinstance(value, dict):
            inline = tomlkit.inline_table()
            inline.update(value)
            table.add(key, inline)
        else:
            table.add(key, value)
    return f"[[feeds]]\n{table.as_string()}"


def _inserted(text: str, at: int, entries: str, newline: str) -> str:
    """The text with entries put in, a blank line above them and one below."""
    before, after = text[:at], text[at:]
    if before and not before.endswith("\n"):
        before += newline
    if before.strip() and not before.endswith(newline * 2):
        before += newline
    if after.strip() and not after.startswith(("\n", "\r\n")):
        entries += newline
    return before + entries + after


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _spans(text: str) -> list[tuple[int, int]]:
    """Offsets of each entry: its header's line to the end of the line of its last key.

    Raises:
        ConfigError: the list is not written as [[feeds]] tables.
    """
    spans: list[tuple[int, int]] = []
    for statement in statements(text):
        if len(statement.path) == 1:
            raise ConfigError(
                "feeds.toml holds its feeds in one array; commands edit [[feeds]] tables alone",
                hint="Write each feed as a [[feeds]] table of its own.",
            )
        line_start = text.rfind("\n", 0, statement.start) + 1
        line_end = text.find("\n", statement.end)
        end = len(text) if line_end < 0 else line_end + 1
        if statement.is_header and len(statement.path) == 2:
            spans.append((line_start, end))
        else:
            spans[-1] = (spans[-1][0], end)
    return spans
