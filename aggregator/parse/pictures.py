"""feedparser's handlers for pictures and other media, replaced: they lose what belongs to what."""

from __future__ import annotations

from typing import Any

from feedparser.util import FeedParserDict

from aggregator.parse.media import MediaTree

_Mixin: Any = object  # what `super()` finds is one of feedparser's classes, which have no types


class PictureHandlers(_Mixin):  # type: ignore[misc]
    """Collects an entry's media in ``media``, and the feed's picture in its data."""

    media: MediaTree | None = None

    # -- pictures ----------------------------------------------------------------------------
    def _start_image(self: Any, attrs: dict[str, str]) -> None:
        if self.inentry:
            # No RSS names it, many feeds have it: the address is its text or an <url> inside.
            self.inimage = 1
            self.push("_image", 1)
            if attrs.get("url") or attrs.get("href"):
                self._picture(attrs.get("url") or attrs.get("href"))
        else:
            super()._start_image(attrs)

    def _end_image(self: Any) -> None:
        if self.inentry:
            self._picture(self.pop("_image"))
            self.inimage = 0
        else:
            super()._end_image()

    def _end_url(self: Any) -> None:
        if not self.inimage:
            super()._end_url()
            return
        # RSS 1.0 has its picture beside the channel, where feedparser listens no more.
        self.elementstack[-1][1] = 0
        address = self.pop("href")
        if address and self.inentry:
            self._picture(address)
        elif address:
            image = self.feeddata.setdefault("image", FeedParserDict())
            image["href"] = self.resolve_uri(address)

    def _start_icon(self: Any, attrs: dict[str, str]) -> None:
        # An element feedparser has no handler for loses its text when it has attributes.
        self.push("icon", 1)

    def _start_logo(self: Any, attrs: dict[str, str]) -> None:
        self.push("logo", 1)

    def _start_itunes_image(self: Any, attrs: dict[str, str]) -> None:
        address = attrs.get("href") or attrs.get("url")
        self.push("itunes_image", 0)
        if not address:
            return
        address = self.resolve_uri(address)
        if self.inentry:
            self._picture(address)
        else:
            self.feeddata.setdefault("image", FeedParserDict()).setdefault("href", address)

    def _picture(self: Any, address: str | None) -> None:
        if address and self.media is not None and "/" in address and " " not in address.strip():
            self.media.picture(self.resolve_uri(address.strip()))

    # -- Media RSS ---------------------------------------------------------------------------
    def _media_open(self: Any, kind: str, attrs: dict[str, str]) -> None:
        if attrs.get("url"):
            attrs = {**attrs, "url": self.resolve_uri(attrs["url"])}
        if self.inentry and self.media is not None:
            self.media.open(kind, attrs)
        elif kind != "group" and attrs.get("url") and not self.inentry:
            self.feeddata.setdefault("_picture", attrs["url"])

    def _media_close(self: Any, kind: str) -> None:
        if self.media is not None and self.inentry:
            self.media.close(kind)

    def _media_text(self: Any, kind: str, attrs: dict[str, str]) -> None:
        self.push(f"media_{kind}", 1)
        self._media_attributes = attrs

    def _media_said(self: Any, kind: str) -> None:
        value = self.pop(f"media_{kind}")
        if value and self.media is not None and self.inentry:
            self.media.said(kind, value, getattr(self, "_media_attributes", {}))


def _opener(kind: str) -> Any:
    def start(self: Any, attrs: dict[str, str]) -> None:
        self._media_open(kind, attrs)

    def end(self: Any) -> None:
        self._media_close(kind)

    return start, end


def _speaker(kind: str) -> Any:
    def start(self: Any, attrs: dict[str, str]) -> None:
        self._media_text(kind, attrs)

    def end(self: Any) -> None:
        self._media_said(kind)

    return start, end


# Handlers are found by name; names with a dash, and families of one shape, are set here.
for _kind in ("group", "content", "thumbnail", "player"):
    for _side, _handler in zip(("start", "end"), _opener(_kind), strict=True):
        setattr(PictureHandlers, f"_{_side}_media_{_kind}", _handler)
for _kind in ("title", "description", "credit", "text", "copyright"):
    for _side, _handler in zip(("start", "end"), _speaker(_kind), strict=True):
        setattr(PictureHandlers, f"_{_side}_media_{_kind}", _handler)
