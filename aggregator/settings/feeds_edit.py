"""Edits of feeds.toml that keep every comment: ``apply(path, pausing(["https://…"]))``.

An edit replaces one entry's text and leaves every other byte alone (see `feeds_text`); the result
is read before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aggregator.errors import NotFound
from aggregator.model.feed import Feed
from aggregator.settings.faults import read_text
from aggregator.settings.feed_entry import same_address
from aggregator.settings.feeds_file import feeds_in, held, write_whole
from aggregator.settings.feeds_text import with_changed, with_feeds, without

Edit = Callable[[str, Sequence[Feed]], str]
"""The text of a list and the feeds in it → the text as it is to be."""


def apply(path: Path, edit: Edit) -> tuple[Feed, ...]:
    """Edits a file and gives the new list; two commands at a time take turns.

    Raises:
        ConfigError: the file is wrong, or would be (an address twice), or was changed by somebody
            else meanwhile.
        NotFound: the edit names a feed that is not in the list.
    """
    target = path.resolve()  # a link stays a link
    with held(target.parent):
        before = read_text(path) if path.exists() else None
        after = edit(before or "", feeds_in(before or "", path))
        feeds = feeds_in(after, path)
        if after != (before or ""):
            write_whole(target, after, replaces=before)
    return feeds


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


def _index(feeds: Sequence[Feed], url: str) -> int:
    wanted = same_address(url)
    for index, feed in enumerate(feeds):
        if same_address(feed.url) == wanted:
            return index
    raise NotFound("feed", url, hint="`aggregator feeds list` shows all.")
