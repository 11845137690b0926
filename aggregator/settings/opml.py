"""OPML, the exchange form of feed lists: read as people publish it, written as OPML 2.0.

Of 118 lists of one public collection 80 are no XML: bare ampersands, quotes and HTML inside
attributes. What strict reading refuses is read tag by tag, and the notes say what was mended.
http://opml.org/spec2.opml
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from aggregator.errors import InputError
from aggregator.model.feed import Feed
from aggregator.settings.feed_entry import feed_address, same_address

MAX_BYTES = 32 * 1024 * 1024
SEPARATOR = " / "
"""Between the names of nested categories."""

_MAX_DEPTH = 32
_MAX_NOTES = 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DOCTYPE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TAG = re.compile(
    # A tag ends at the ">" after which the next tag of the outline begins: there is HTML inside
    # attributes. It never reaches into the next outline, which keeps the search linear.
    r"<outline\b(?P<attributes>(?:(?!<outline\b).)*?)(?P<empty>/?)>"
    r"(?=\s*(?:<outline\b|</outline\s*>|</body\s*>|</opml\s*>|<!--|\Z))"
    r"|(?P<close></outline\s*>)|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_NAMES = "text|title|description|xmlurl|htmlurl|type|language|version|category|url|created"
_ATTRIBUTE = re.compile(
    # A value ends at the quote after which another attribute of OPML begins, or the tag ends.
    rf"\b({_NAMES})\s*=\s*([\"'])(.*?)\2(?=\s+(?:{_NAMES}|\w+:\w+)\s*=\s*[\"']|\s*\Z)",
    re.IGNORECASE | re.DOTALL,
)
_SOUND = re.compile(r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"<&]*"|'[^'<&]*'))*\s*""")


@dataclass(frozen=True, slots=True)
class FeedListRead:
    """A list as it was read; ``notes`` say in words what was mended or left out."""

    feeds: tuple[Feed, ...]
    notes: tuple[str, ...] = ()


def read_opml(body: bytes) -> FeedListRead:
    """The feeds of an OPML document; nested categories are joined by `SEPARATOR`.

    Raises:
        InputError: it is too large, declares a document type, or holds no outline.
    """
    if len(body) > MAX_BYTES:
        raise InputError(f"the list is larger than {MAX_BYTES // 1024**2} MiB")
    text, notes = _decoded(body)
    if _DOCTYPE.search(text):
        raise InputError(
            "the list declares a document type, which can make a reader fetch or unfold things",
            hint="Take the <!DOCTYPE …> out of the file.",
        )
    outline = _Outline()
    try:
        _read_strictly(text, outline)
    except expat.ExpatError as error:
        outline = _Outline()
        _read_tag_by_tag(text, outline, notes)
        where = f"line {error.lineno}, column {error.offset + 1}"
        notes.insert(0, f"this is no XML ({where}): it was read tag by tag")
    if not outline.count:
        raise InputError("this is no OPML: there is no <outline> in it")
    feeds = _feeds(outline.found, notes)
    if len(notes) > _MAX_NOTES:
        notes[_MAX_NOTES:] = [f"… and {len(notes) - _MAX_NOTES} more notes"]
    return FeedListRead(tuple(feeds), tuple(notes))


def write_opml(feeds: Iterable[Feed], *, title: str = "Feeds") -> str:
    """The feeds as OPML 2.0, grouped in their categories; `read_opml` gives them back."""
    groups: dict[tuple[str, ...], list[Feed]] = {}
    for feed in feeds:
        path = tuple(feed.category.split(SEPARATOR)) if feed.category else ()
        groups.setdefault(path, []).append(feed)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{html.escape(title, quote=False)}</title></head>",
        "  <body>",
    ]
    for path, members in groups.items():
        for depth, name in enumerate(path):
            attribute = _attribute(name)
            lines.append(f"{'  ' * (depth + 2)}<outline text={attribute} title={attribute}>")
        indent = "  " * (len(path) + 2)
        for feed in members:
            name = _attribute(feed.title or feed.url)
            titled = f" title={name}" if feed.title else ""
            address = _attribute(feed.url)
            lines.append(f'{indent}<outline type="rss" text={name}{titled} xmlUrl={address}/>')
        lines += [f"{'  ' * (depth + 2)}</outline>" for depth in reversed(range(len(path)))]
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _attribute(value: str) -> str:
    return quoteattr(_CONTROL.sub("", value), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


@dataclass(slots=True)
class _Outline:
    """Feeds found so far, and the categories that are open."""

    found: list[tuple[Mapping[str, str], str]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    count: int = 0

    def start(self, attributes: Mapping[str, str]) -> None:
        self.count += 1
        name = " ".join((attributes.get("text") or attributes.get("title") or "").split())
        if attributes.get("xmlurl"):
            names = [name for name in self.open[:_MAX_DEPTH] if name]
            self.found.append((attributes, SEPARATOR.join(names)))
            name = ""
        self.open.append(name)

    def end(self) -> None:
        if self.open:
            self.open.pop()


def _decoded(body: bytes) -> tuple[str, list[str]]:
    """The text, and notes on what could not be read as it was declared."""
    declared = _DECLARED.match(body)
    encoding = declared[1].decode() if declared else "utf-8"
    for mark, name in _BOMS:
        if body.startswith(mark):
            encoding = name
            break
    notes: list[str] = []
    try:
        text = body.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        # What is no UTF-8 and names nothing better is Windows' Latin nearly always.
        text = body.decode("cp1252", errors="replace")
        notes.append(f"the text is no {encoding}: it was read as Windows-1252")
    cleaned = _CONTROL.sub("", text.removeprefix("\ufeff"))
    if len(cleaned) < len(text.removeprefix("\ufeff")):
        notes.append("control characters were taken out")
    return cleaned, notes


def _read_strictly(text: str, outline: _Outline) -> None:
    parser = expat.ParserCreate("utf-8")

    def start(name: str, attributes: dict[str, str]) -> None:
        if _is_outline(name):
            outline.start({key.lower(): value for key, value in attributes.items()})

    def end(name: str) -> None:
        if _is_outline(name):
            outline.end()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(text.lstrip().encode(), True)


def _is_outline(name: str) -> bool:
    return name.rpartition(":")[2].lower() == "outline"


def _read_tag_by_tag(text: str, outline: _Outline, notes: list[str]) -> None:
    line, at = 1, 0
    for tag in _TAG.finditer(text):
        if tag["close"]:
            outline.end()
        elif tag["attributes"] is not None:
            raw = tag["attributes"]
            outline.start(
                {name.lower(): html.unescape(value) for name, _, value in _ATTRIBUTE.findall(raw)}
            )
            if not _SOUND.fullmatch(raw):
                line, at = line + text.count("\n", at, tag.start()), tag.start()
                if mended := _mended(raw):
                    notes.append(f"line {line}: {mended} was read as text")
            if tag["empty"]:
                outline.end()


def _mended(raw: str) -> str:
    """What in a tag is no XML, in words; empty where all of it is."""
    bare = re.sub(r"&(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);", "", raw)
    causes = []
    if "&" in bare:
        causes.append("a bare &")
    if "<" in bare:
        causes.append("markup in an attribute")
    elif not re.fullmatch(r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*""", bare):
        causes.append("a quote inside quotes")
    return " and ".join(causes)


def _feeds(found: Sequence[tuple[Mapping[str, str], str]], notes: list[str]) -> list[Feed]:
    feeds: dict[str, Feed] = {}
    repeated = 0
    for attributes, category in found:
        try:
            url = feed_address(_without_feed_scheme(attributes["xmlurl"].strip()))
        except ValueError as error:
            notes.append(f"left out: {error}")
            continue
        title = " ".join((attributes.get("title") or attributes.get("text") or "").split())
        category = category or attributes.get("category", "").split(",")[0].strip("/ ").replace(
            "/", SEPARATOR
        )
        feed = Feed(
            url=url, title=title if title not in ("", url) else None, category=category or None
        )
        repeated += feeds.setdefault(same_address(url), feed) is not feed
    if repeated:
        notes.append(f"{repeated} repeated address{'es' if repeated > 1 else ''} left out")
    return list(feeds.values())


def _without_feed_scheme(url: str) -> str:
    """``feed://host/path`` and ``feed:https://host/path``, as older readers wrote, as http."""
    if url[:7].lower() == "feed://":
        return f"http://{url[7:]}"
    return url[5:] if url[:5].lower() == "feed:" else url
