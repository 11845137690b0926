"""feedparser's two parsers with our handlers: one for XML, one for what nearly is."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import unescape

from feedparser.api import LooseFeedParser, StrictFeedParser

from aggregator.parse.elements import ElementHandlers

# These have no types; under Any a subclass cannot be checked for its base.
_Strict: Any = StrictFeedParser
_Loose: Any = LooseFeedParser

ENCODING = "UTF-8"
"""Spelt so that feedparser, which compares with ``utf-8``, does not "repair" text that merely
looks like UTF-8 read as Latin-1: `decoding` has seen to that for the whole document."""

_C1 = re.compile("[\x80-\x9f]")


class _Untranslated(str):
    """Text on its way through feedparser, which maps C1 controls to what Windows-1252 has there.

    Looking whether there are any takes a hundredth of the time that mapping takes.
    """

    __slots__ = ()

    def translate(self, table: Any) -> str:
        return super().translate(table) if _C1.search(self) else str(self)


class StrictParser(ElementHandlers, _Strict):  # type: ignore[misc]
    """feedparser's parser for well-formed XML."""

    @staticmethod
    def decode_entities(element: str, data: str) -> str:
        """Has nothing to decode in strict XML; the last hook before text is translated."""
        return _Untranslated(data)


_QUOTES = {"&quot;": '"', "&apos;": "'"}
_ENTRIES = frozenset({"item", "entry"})
_NEARBY = 32
_LEAVES = frozenset({"title", "subtitle", "description", "summary", "link", "language", "guid"})


class LooseParser(ElementHandlers, _Loose):  # type: ignore[misc]
    """feedparser's parser for everything else."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._tags: list[str] = []
        super().__init__(*arguments, **named)

    def unknown_starttag(self: Any, tag: str, attrs: list[tuple[str, str]]) -> None:
        """Remembers which tags are open; an entry that begins ends a text that was left open."""
        self._tags.append(tag)
        if self.incontent and tag in _ENTRIES:
            while self.elementstack and self.elementstack[-1][0] not in _ENTRIES:
                self._guarded(self.pop, self.elementstack[-1][0])
            self.incontent = self.svgOK = 0
            self.contentparams.clear()
        super().unknown_starttag(tag, attrs)

    def unknown_endtag(self, tag: str) -> None:
        """Takes a misspelt end tag for the one that was due, where nothing else can be meant."""
        nearby = self._tags[-_NEARBY:]
        if tag in nearby:
            del self._tags[len(self._tags) - 1 - nearby[::-1].index(tag) :]
        elif nearby and nearby[-1] in _LEAVES:
            tag = self._tags.pop()
        super().unknown_endtag(tag)

    def decode_entities(self: Any, element: str, data: str) -> str:
        """Opens the entities of plain words too: feedparser leaves those of a category closed."""
        data = super().decode_entities(element, data)
        return data if self.incontent else unescape(data, _QUOTES)

    def handle_charref(self, ref: str) -> None:
        """Takes a reference to no character for the replacement character, where chr() raises."""
        lowered = ref.lower()
        try:
            value = int(lowered[1:], 16) if lowered.startswith("x") else int(lowered)
        except ValueError:
            return
        if value > 0x10FFFF or 0xD800 <= value <= 0xDFFF:
            ref = "65533"
        super().handle_charref(ref)
