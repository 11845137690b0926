"""What feedparser's own handlers do not tell apart, caught as the elements go by.

feedparser flattens Media RSS (a caption overwrites the entry's description), mends honest titles,
resolves ids against the feed's address and parses dates we read ourselves. Its parser classes take
handlers by method name; the mixin here replaces those, and leaves everything else as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from feedparser.api import StrictFeedParser

from aggregator.parse.media import MediaTree
from aggregator.parse.people import person
from aggregator.parse.pictures import PictureHandlers

_NAMESPACES = {
    "http://purl.org/syndication/history/1.0": "fh",
    "http://purl.org/atompub/tombstones/1.0": "at",
}
_FOLDED = frozenset({"rel", "type"})
_IN_TEXT_INPUT = frozenset({"title", "link", "description", "name"})
_IN_IMAGE = frozenset({"title", "link", "description", "url", "href", "width", "height"})
_MOST_CATEGORIES = 500
_MARKUP = frozenset({"a", "b", "em", "i", "p", "small", "span", "strong", "u"})
_NAMES = frozenset({"author", "category", "id", "name"})


class Stopped(Exception):
    """Raised out of a handler to end the reading; what was read stands."""


def _changes_scope(attrs: list[tuple[str, str]]) -> bool:
    """Whether an element sets a base, a language or a namespace."""
    return any(key.startswith(("xml", "base", "lang")) for key, _ in attrs)


class ElementHandlers(PictureHandlers):
    """Handlers added to feedparser's; ``self`` is one of its parsers.

    ``entry_done`` is called with the dictionary of each entry when it is whole.
    """

    namespaces: ClassVar[dict[str, str]] = {**StrictFeedParser.namespaces, **_NAMESPACES}
    _matchnamespaces: ClassVar[dict[str, str]] = {}
    resolve_relative_uris = False  # the normaliser does both, for new entries only
    sanitize_html = False
    can_be_relative_uri = frozenset(StrictFeedParser.can_be_relative_uri - {"id"})

    def __init__(self, *arguments: Any, reader: Any, **named: Any) -> None:
        self.reader = reader
        self.media: MediaTree | None = None
        super().__init__(*arguments, **named)

    def resolve_uri(self: Any, uri: str) -> str:
        """An address against the base in force: feedparser asks this for every link."""
        return str(self.reader.resolve(uri, self.baseuri))

    def unknown_starttag(self: Any, tag: str, attrs: list[tuple[str, str]]) -> None:
        """An element begins.

        Most stand in no content and change neither base nor language: for those feedparser's own
        way, which joins the base address with itself each time, is not needed.
        """
        if self.incontent or self.svgOK or not self.baseuri or _changes_scope(attrs):
            self._guarded(super().unknown_starttag, tag, attrs)
            return
        said = {key: value.lower() if key in _FOLDED else value for key, value in attrs}
        self.depth += 1
        self.basestack.append(self.baseuri)
        self.langstack.append(self.lang)
        prefix, _, local = tag.rpartition(":")
        prefix = self.namespacemap.get(prefix, prefix)
        if not prefix:
            self.intextinput = self.intextinput and local in _IN_TEXT_INPUT
            self.inimage = self.inimage and local in _IN_IMAGE
        name = f"{prefix}_{local}" if prefix else local
        handler = getattr(self, f"_start_{name}", None)
        if handler is not None:
            self._guarded(handler, said)
        elif said:
            self._guarded(lambda: self._get_context().__setitem__(name, said))
        else:
            self.push(name, 1)

    def unknown_endtag(self: Any, tag: str) -> None:
        """An element ends; a handler that the document confused costs that element alone."""
        depth = self.depth
        self._guarded(super().unknown_endtag, tag)
        if self.depth == depth:  # it raised before it left the element's scope
            self.depth -= 1
            for stack in (self.basestack, self.langstack):
                del stack[-1:]

    @staticmethod
    def _guarded(handler: Callable[..., object], *arguments: object) -> None:
        """Calls a handler of feedparser's: what it raises on odd input ends no reading."""
        try:
            handler(*arguments)
        except (Stopped, MemoryError):
            raise
        except Exception:  # noqa: BLE001, S110 - feedparser raises anything
            pass

    def track_namespace(self: Any, prefix: str | None, uri: str) -> None:
        """Notes a namespace; white space around its name is a slip."""
        super().track_namespace(prefix, uri.strip())

    # -- entries ---------------------------------------------------------------------------
    def _start_item(self: Any, attrs: dict[str, str]) -> None:
        self.flush(whole=True)
        self.media = MediaTree()
        super()._start_item(attrs)
        entry = self.entries[-1]
        entry["_base"] = self.baseuri
        if self.lang:
            entry["_language"] = self.lang

    _start_entry = _start_item

    def _end_item(self: Any) -> None:
        if self.entries:
            self.entries[-1]["_ended"] = True
        super()._end_item()

    _end_entry = _end_item

    def flush(self: Any, *, whole: bool) -> None:
        """Hands the entry in work to the reader, and forgets it: memory stays bounded."""
        if not self.entries:
            return
        entry = self.entries.pop()
        self.property_depth_map.clear()
        media, self.media = self.media, None
        self.reader.entry_done(entry, media, whole=whole or "_ended" in entry)

    # -- markup inside what should be a plain name -------------------------------------------
    def push(self: Any, element: str, expecting_text: int) -> None:
        """Opens an element; markup inside a name is text of the name, as browsers would show it."""
        if element in _MARKUP and self.elementstack and self.elementstack[-1][0] in _NAMES:
            self.elementstack[-1][2].append(f"<{element}>")
        else:
            super().push(element, expecting_text)

    def pop(self: Any, element: str, strip_whitespace: int = 1) -> Any:
        """Closes an element and gives its text."""
        if element in _MARKUP and self.elementstack and self.elementstack[-1][0] in _NAMES:
            self.elementstack[-1][2].append(f"</{element}>")
            return None
        return super().pop(element, strip_whitespace)

    def _add_tag(self: Any, term: str | None, scheme: str | None, label: str | None) -> None:
        # feedparser compares each category with all before it: a flood of them takes minutes.
        if len(self._get_context().get("tags", ())) < _MOST_CATEGORIES:
            super()._add_tag(term, scheme, label)

    # -- people ------------------------------------------------------------------------------
    def _end_author(self: Any) -> None:
        line = self.pop("author")
        self.inauthor = 0
        people = self._get_context().get("authors")
        if people and line and not people[-1].get("name") and not people[-1].get("email"):
            people[-1].update(person(line))

    _end_managingeditor = _end_author

    def _sync_author_detail(self: Any, key: str = "author") -> None:
        """Left out: it cuts mail addresses short, and gives one author's name to the next."""

    def push_content(
        self: Any, tag: str, attrs: dict[str, str], default_type: str, expecting_text: int
    ) -> None:
        """Opens a text construct; its parameters in a plain dict, which is asked much faster."""
        super().push_content(tag, attrs, default_type, expecting_text)
        self.contentparams = dict(self.contentparams)

    # -- dates: kept as text, read once by the normaliser ------------------------------------
    def _end_published(self: Any) -> None:
        self.pop("published")

    _end_issued = _end_pubdate = _end_dcterms_issued = _end_published

    def _end_updated(self: Any) -> None:
        self.pop("updated")

    _end_modified = _end_lastbuilddate = _end_dcterms_modified = _end_updated

    def _end_created(self: Any) -> None:
        self.pop("created")

    _end_dcterms_created = _end_created

    def _end_expirationdate(self: Any) -> None:
        self.pop("expired")

    def _start_dc_date(self: Any, attrs: dict[str, str]) -> None:
        self.push("dc_date", 1)

    def _end_dc_date(self: Any) -> None:
        self.pop("dc_date")

    # -- links -------------------------------------------------------------------------------
    def _start_link(self: Any, attrs: dict[str, str]) -> None:
        attrs.pop("uri", None)  # no format has it, and some name what is no page there
        super()._start_link(attrs)

    def _start_enclosure(self: Any, attrs: dict[str, str]) -> None:
        super()._start_enclosure(attrs)
        link = self._get_context()["links"][-1]
        if link.get("href"):
            link["href"] = self.resolve_uri(link["href"])

    # -- text --------------------------------------------------------------------------------
    def _end_content(self: Any) -> None:
        # feedparser copies the content over a missing summary; what was not said is not kept.
        self.pop_content("content")

    _end_body = _end_xhtml_body = _end_content_encoded = _end_fullitem = _end_content

    def _start_itunes_summary(self: Any, attrs: dict[str, str]) -> None:
        self.push("itunes_summary", 1)

    def _end_itunes_summary(self: Any) -> None:
        self.pop("itunes_summary")

    def _start_itunes_subtitle(self: Any, attrs: dict[str, str]) -> None:
        self.push("itunes_subtitle", 1)

    def _end_itunes_subtitle(self: Any) -> None:
        self.pop("itunes_subtitle")

    def _start_itunes_title(self: Any, attrs: dict[str, str]) -> None:
        self.push("itunes_title", 1)

    def _end_itunes_title(self: Any) -> None:
        self.pop("itunes_title")

    def _start_dc_title(self: Any, attrs: dict[str, str]) -> None:
        self.push("dc_title", 1)

    def _end_dc_title(self: Any) -> None:
        self.pop("dc_title")

    def _start_dc_description(self: Any, attrs: dict[str, str]) -> None:
        self.push("dc_description", 1)

    def _end_dc_description(self: Any) -> None:
        self.pop("dc_description")

    # -- the feed's wishes -------------------------------------------------------------------
    def _start_hour(self: Any, attrs: dict[str, str]) -> None:
        self.push("hour", 0)

    def _end_hour(self: Any) -> None:
        self.feeddata.setdefault("_hours", []).append(self.pop("hour"))

    def _start_day(self: Any, attrs: dict[str, str]) -> None:
        self.push("day", 0)

    def _end_day(self: Any) -> None:
        self.feeddata.setdefault("_days", []).append(self.pop("day"))

    def _start_fh_complete(self: Any, attrs: dict[str, str]) -> None:
        self.feeddata["_complete"] = True

    def _start_deleted_entry(self: Any, attrs: dict[str, str]) -> None:
        if attrs.get("ref"):
            self.feeddata.setdefault("_removed", []).append(attrs["ref"])

    def _start_ttl(self: Any, attrs: dict[str, str]) -> None:
        self.push("ttl", 1)


# A handler whose name has a dash cannot be written as a method.
setattr(ElementHandlers, "_start_at_deleted-entry", ElementHandlers._start_deleted_entry)
