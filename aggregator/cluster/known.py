"""What the exact rules remember of the window: addresses, titles and whole texts, by hash.

Hashes here are Python's own: they live and die with the process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from aggregator.cluster.ranking import by_key
from aggregator.cluster.vocabulary import roomy
from aggregator.kernels.port import I32
from aggregator.kernels.table import KeyTable
from aggregator.model.signature import SignedArticle
from aggregator.text.folding import fold, has_content

_MOST = 8  # articles answered for one key, the latest
_SALTS = np.array([0, 0x243F6A8885A308D3, 0x13198A2E03707344], np.int64)
"""So that an address and a title never meet (digits of π)."""


class Keys(NamedTuple):
    """One article's keys, of 64 bits with a sign; 0 stands for none."""

    address: int
    title: int
    text: int


@dataclass(frozen=True, slots=True)
class Known:
    """An earlier article, as the exact rules see it.

    ``hour`` counts since 1970, None for the undated. ``bare``: it has no text of its own, being a
    title alone or too short. ``number`` says how many were read before it.
    """

    id: str
    source: str | None
    keys: Keys
    hour: int | None
    bare: bool
    number: int


def keys_of(article: SignedArticle, text_digest: bytes) -> Keys:
    """An article's keys; the address of a site's front page names no article and gives none."""
    title = fold(article.title)
    return Keys(
        address=_address(article.url),
        title=hash(title) if has_content(title) else 0,
        text=int.from_bytes(text_digest, "little", signed=True),
    )


def hour_of(article: SignedArticle) -> int | None:
    """The hour the article is dated to, else the one it was fetched in."""
    when = article.published_at or article.fetched_at
    return None if when is None else int(when.timestamp() // 3600)


class Wording(NamedTuple):
    """An article as it was read, and on which day, counted from any; None where it never leaves."""

    id: str
    source: str | None
    keys: Keys
    hour: int | None
    bare: bool
    day: int | None


class Leads(NamedTuple):
    """Where the articles are that came before and have a key in common; 0 for none."""

    address: int
    title: int
    text: int


class KnownArticles:
    """The window's articles by each of their keys.

    Wordings stand in flat arrays, in order of arrival. Of those with a key in common each leads to
    the one before it, so that whatever has no such company costs nothing to look up.
    """

    def __init__(self) -> None:
        self._wordings: list[Wording] = []
        self._latest: dict[str, int] = {}
        # How many were read before each article, in its first wording.
        self._numbers: list[int] = []
        self._count = 0
        self._unchain()

    def _unchain(self) -> None:
        self._before: I32 = np.zeros((64, 3), np.int32)
        self._keys = KeyTable()
        self._last: I32 = np.zeros(64, np.int32)

    def add_many(self, wordings: Sequence[Wording]) -> list[Leads]:
        """Remembers articles; gives for each where others are that came before it."""
        first = len(self._wordings)
        for place, wording in enumerate(wordings, start=first):
            earlier = self._latest.get(wording.id)
            self._numbers.append(self._count if earlier is None else self._numbers[earlier])
            self._latest[wording.id] = place
            self._count += 1
        self._wordings += wordings
        self._chain(first, [wording.keys for wording in wordings])
        return [Leads(*before) for before in self._before[first : len(self._wordings)].tolist()]

    def __contains__(self, article_id: str) -> bool:
        return article_id in self._latest

    def get(self, article_id: str) -> Known | None:
        """An article of the window, as it was last added."""
        place = self._latest.get(article_id)
        if place is None:
            return None
        wording = self._wordings[place]
        return Known(
            id=wording.id,
            source=wording.source,
            keys=wording.keys,
            hour=wording.hour,
            bare=wording.bare,
            number=self._numbers[place],
        )

    def at_address(self, leads: Leads) -> list[Known]:
        """The latest earlier articles with this address, latest first."""
        return self._found(0, leads.address)

    def titled(self, leads: Leads) -> list[Known]:
        """The latest earlier articles with this title in any source, latest first."""
        return self._found(1, leads.title)

    def worded(self, leads: Leads) -> list[Known]:
        """The latest earlier articles with this very title and text, latest first."""
        return self._found(2, leads.text)

    def drop_before(self, day: int) -> list[str]:
        """Forgets the articles first read before this day; gives them."""
        gone = {
            wording.id: None
            for wording in self._wordings
            if wording.day is not None and wording.day < day
        }
        if not gone:
            return []
        kept = [place for place, known in enumerate(self._wordings) if known.id not in gone]
        self._wordings = [self._wordings[place] for place in kept]
        self._numbers = [self._numbers[place] for place in kept]
        self._latest = {wording.id: place for place, wording in enumerate(self._wordings)}
        self._unchain()
        self._chain(0, [wording.keys for wording in self._wordings])
        return list(gone)

    def _found(self, kind: int, lead: int) -> list[Known]:
        names: dict[str, None] = {}
        while lead and len(names) < _MOST:
            names[self._wordings[lead - 1].id] = None
            lead = int(self._before[lead - 1, kind])
        return [known for name in names if (known := self.get(name)) is not None]

    def _chain(self, first: int, keys: Sequence[Keys]) -> None:
        """Lets wordings from the first on lead to those that came before them."""
        self._before = roomy(self._before, first + len(keys))
        table = np.array(keys, np.int64).reshape(-1, 3)
        there = table.ravel().nonzero()[0]
        keyed = (table ^ _SALTS).ravel()[there].view(np.uint64)
        number = self._keys.find(keyed)
        new = (number == 0).nonzero()[0]
        met, which = np.unique(keyed[new], return_inverse=True)
        fresh = len(self._keys) + 1 + np.arange(len(met), dtype=np.int32)
        self._keys.insert(met, fresh)
        number[new] = fresh[which]
        self._last = roomy(self._last, len(self._keys) + 1)
        # By key, and in order of arrival where that is the same.
        order = by_key(number)
        number, place = number[order], first + 1 + there[order] // 3
        before = np.empty(len(order), np.int32)
        before[1:] = place[:-1]
        opens = np.ones(len(order), np.bool_)
        np.not_equal(number[1:], number[:-1], out=opens[1:])
        before[opens] = self._last[number[opens]]
        self._last[number] = place  # of one key's the last stays
        self._before.ravel()[3 * first + there[order]] = before


def _address(url: str | None) -> int:
    if not url:
        return 0
    # One page answers under http and https, with www and without, with a last slash and without.
    page = url.partition("#")[0].partition("://")[2].removeprefix("www.").rstrip("/")
    # Some feeds link every entry to the site's front page: that names no article.
    return hash(page) if "/" in page or "?" in page else 0
