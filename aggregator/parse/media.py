"""Media RSS, as the tree it is: groups hold contents, and what is said above holds below.

https://www.rssboard.org/media-rss
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aggregator.model.entry import Media
from aggregator.parse.cleaning import word

_LIMIT = 500
"""More media than this in one entry is a flood; what comes after is left out."""


@dataclass(slots=True)
class _Node:
    kind: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    parent: _Node | None = None

    def inherited(self, *kinds: str) -> str | None:
        """The nearest word of these kinds, the first kind preferred at every level."""
        node: _Node | None = self
        while node is not None:
            for kind in kinds:
                if kind in node.said:
                    return node.said[kind]
            node = node.parent
        return None


class MediaTree:
    """Collects one entry's media in document order."""

    def __init__(self) -> None:
        self._root = _Node("item")
        self._open = self._root
        self._found: list[_Node] = []

    def open(self, kind: str, attributes: Mapping[str, str]) -> None:
        """A group, content, thumbnail or player begins."""
        node = _Node(kind, attributes, parent=self._open)
        self._open = node
        if kind != "group" and len(self._found) < _LIMIT:
            self._found.append(node)

    def close(self, kind: str) -> None:
        """The innermost element of this kind ends, and everything left open in it."""
        node: _Node | None = self._open
        while node is not None and node.kind != kind:
            node = node.parent
        if node is not None and node.parent is not None:
            self._open = node.parent

    def said(self, kind: str, value: str, attributes: Mapping[str, str]) -> None:
        """A title, description, text or credit; the first one counts, a photographer before it."""
        if kind == "credit" and attributes.get("role", "").lower() in _NO_CREDIT:
            return
        self._open.said.setdefault(kind, value)

    def picture(self, url: str) -> None:
        """A picture that another vocabulary named."""
        self.open("content", {"url": url, "medium": "image"})
        self.close("content")

    def word(self, kind: str) -> str | None:
        """A title or description that stands for the whole entry, for one that has no other."""
        if kind in self._root.said:
            return self._root.said[kind]
        for node in self._found:
            group = node.parent
            if group is not None and group.kind == "group" and kind in group.said:
                return group.said[kind]
        return None

    def media(self) -> tuple[Media, ...]:
        """Everything with an address, each address once, in order."""
        found: dict[str, Media] = {}
        for node in self._found:
            media = _media(node)
            if media is not None and media.url not in found:
                found[media.url] = media
        return tuple(found.values())


_NO_CREDIT = frozenset({"author", "publishing company", "distribution company", "uploader"})


def _media(node: _Node) -> Media | None:
    attributes = node.attributes
    url = word(attributes.get("url"))
    if not url or (node.kind == "player" and node.parent is not None and _addressed(node.parent)):
        return None
    medium = word(attributes.get("medium")) or _MEDIUM.get(node.kind)
    caption = node.inherited("description", "text", "title")
    credit = node.inherited("credit", "copyright")
    return Media(
        url=url,
        type=word(attributes.get("type")),
        medium=medium,
        length=whole(attributes.get("filesize")),
        caption=word(caption),
        credit=word(credit),
        width=whole(attributes.get("width")),
        height=whole(attributes.get("height")),
        thumbnail=node.kind == "thumbnail",
    )


_MEDIUM = {"thumbnail": "image", "player": "video"}


def _addressed(node: _Node) -> bool:
    return node.kind == "content" and bool(node.attributes.get("url"))


def whole(text: str | None) -> int | None:
    """A count of bytes or pixels; None for anything else."""
    digits = (text or "").strip().removesuffix("px")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 15:
        return None
    return int(digits)
