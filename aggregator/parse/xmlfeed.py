"""XML feeds: feedparser's parsers, driven so that every entry is kept as soon as it is whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from html.entities import name2codepoint
from typing import Any
from xml.sax.saxutils import escape

from aggregator.model.entry import Entry, FeedDocument
from aggregator.parse.addresses import resolve
from aggregator.parse.cleaning import fit_for_xml
from aggregator.parse.elements import Stopped
from aggregator.parse.expat import ExpatDriver, NotWellFormed
from aggregator.parse.media import MediaTree
from aggregator.parse.mending import mended
from aggregator.parse.parsers import ENCODING, LooseParser, StrictParser
from aggregator.parse.selection import Selection
from aggregator.parse.sniffing import FEED_ROOTS, Sniffed
from aggregator.parse.translation import to_document, to_entry

Watch = Callable[[Entry], bool]

_NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)([A-Za-z][A-Za-z0-9]{1,7});")
_ENTRY_AFTER_ROOT = re.compile(
    r"</(?:rss|feed|rdf:RDF)\s*>.*<(?:item|entry)\b", re.DOTALL | re.IGNORECASE
)
_BEYOND_MENDING = "mismatched tag"
_QUOTES = {'"': "&#34;", "%": "&#37;"}
_AT_END = ("no element found", "unclosed token", "unclosed CDATA section", "partial character")

_FORMATS = {
    "rss090": "rss090",
    "rss091n": "rss091",
    "rss091u": "rss091",
    "rss092": "rss092",
    "rss093": "rss092",
    "rss094": "rss092",
    "rss10": "rss10",
    "rss20": "rss20",
    "rss": "rss20",
    "atom01": "atom03",
    "atom02": "atom03",
    "atom03": "atom03",
    "atom10": "atom10",
    "atom": "atom10",
}


@dataclass(slots=True)
class _Reader:
    """Takes entries from feedparser's handlers as they end."""

    url: str | None
    atom: bool
    first: int
    limit: int
    watch: Watch | None
    entries: list[Entry] = field(default_factory=list)
    stopped: bool = False
    cut: bool = False
    problems: list[str] = field(default_factory=list)

    def resolve(self, uri: str, base: str | None) -> str:
        return resolve(uri, base or self.url)

    def entry_done(self, said: dict[str, Any], media: MediaTree | None, *, whole: bool) -> None:
        if not whole and self.entries:
            self.cut = True  # half an entry would look like a change of the whole one
            return
        if len(self.entries) >= self.limit:
            self.stopped = True
            raise Stopped
        position = self.first + len(self.entries)
        try:
            entry = to_entry(said, media, position=position, atom=self.atom)
        except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
            # A handler left something of another shape than feedparser's documentation has.
            self.problems.append(f"entry {position} is read in part: {type(error).__name__}")
            entry = to_entry(_certain(said), None, position=position, atom=self.atom)
        self.entries.append(entry)
        if self.watch is not None and not self.watch(entry):
            self.stopped = True
            raise Stopped


def _certain(said: dict[str, Any]) -> dict[str, Any]:
    """What an entry says in plain words: text, dates, address and id."""
    return {key: value for key, value in dict(said).items() if isinstance(value, str)}


def read_xml(
    selection: Selection,
    sniffed: Sniffed,
    *,
    url: str | None,
    problems: tuple[str, ...],
    watch: Watch | None,
) -> FeedDocument:
    """The feed in this XML, read strictly, and where that fails, again with every leniency."""
    text = fit_for_xml(selection.text)
    found = list(problems)
    entities = _entities(sniffed, text)
    prolog = _prolog(entities)
    atom = sniffed.root == "feed"

    def begun(kind: Callable[..., Any], *more: object) -> tuple[Any, _Reader]:
        work = _Reader(url, atom, selection.first, selection.limit, watch)
        return kind(url or "", None, ENCODING, *more, reader=work), work

    parser, work = begun(StrictParser)
    fault = _strictly(parser, prolog + text)
    ended_early = fault is not None and fault.reason.startswith(_AT_END)
    if fault is not None:
        found.append(f"not well-formed XML: {fault.reason} in line {sniffed.line + fault.line}")
    lost = fault is not None and not _lost_nothing(fault, text, sniffed.root)
    if fault is not None and lost and fault.reason != _BEYOND_MENDING:
        repaired = mended(text, entities)
        parser, work = begun(StrictParser)
        fault = _strictly(parser, prolog + repaired)
        lost = fault is not None and not _lost_nothing(fault, repaired, sniffed.root)
    if lost:
        parser, work = begun(LooseParser, entities)
        unread = _loosely(parser, text)
        if unread is not None:
            found.append(f"reading ended early: {unread}")
    found += work.problems
    if work.cut:
        found.append("the document is cut off inside an entry, which is left out until it is whole")
    form = "cdf" if sniffed.root == "channel" else _FORMATS.get(parser.version, "unknown")
    if sniffed.netscape:
        form = "rss091"
    return to_document(
        parser.feeddata,
        tuple(work.entries),
        form=form,
        problems=found,
        truncated=work.cut or work.stopped or selection.cut or ended_early,
    )


def _entities(sniffed: Sniffed, text: str) -> dict[str, str]:
    """The document's own harmless entities, and those of HTML's that occur in it undeclared."""
    entities = {
        name: chr(name2codepoint[name])
        for name in set(_NAMED.findall(text))
        if name in name2codepoint
    }
    return {**entities, **{name: unescape(value) for name, value in sniffed.entities}}


def _prolog(entities: dict[str, str]) -> str:
    """A document type of our own, with these entities."""
    declared = "".join(
        f'<!ENTITY {name} "{escape(escape(value), _QUOTES)}">' for name, value in entities.items()
    )
    return f"<!DOCTYPE feed [{declared}]>" if declared else ""


def _strictly(parser: Any, text: str) -> NotWellFormed | None:
    """Runs expat over the text; why it could not go on to the end, if it could not."""
    fault = None
    try:
        ExpatDriver(parser).read(text)
    except Stopped:
        return None
    except NotWellFormed as error:
        fault = error
    _flush(parser, whole=fault is None)
    return fault


def _lost_nothing(fault: NotWellFormed, text: str, root: str) -> bool:
    """Whether the strict reading came as far as any could: the text ends too early, or too late."""
    if fault.reason.startswith(_AT_END):
        return True
    too_late = fault.reason.startswith("junk after document element") and root in FEED_ROOTS
    return too_late and not _ENTRY_AFTER_ROOT.search(text)


def _loosely(parser: Any, text: str) -> str | None:
    """Runs feedparser's regular expressions over the text; keeps what was read when they fail."""
    try:
        parser.feed(text)
    except Stopped:
        return None
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - feedparser raises anything on odd input
        _flush(parser)
        return f"{type(error).__name__}: {error}"
    _flush(parser)
    return None


def _flush(parser: Any, *, whole: bool = False) -> None:
    """Lets go of the last entry, whole or not."""
    with suppress(Stopped):
        parser.flush(whole=whole)
