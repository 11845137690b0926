r"""The grammar of the text form: how one article stands in a plain text file.

One item a paragraph, a blank line between two (``seeds/README.md`` tells it to a person)::

    [tagline]
    title
    January 31, 2024 at 1:58 pm          the date line, in the outlet's zone
    [caption [credit]]                   only directly under the date line
    paragraph | LABEL: title of another piece
    …

Several articles may stand in one file, a line with only a form feed between two. Where an item
would be read as something else than it is, it carries an escape:

* ``\ text`` is literally ``text``, whatever it looks like; a lone ``\`` is the empty text;
* ``\>label: title`` is a labelled link whose label is not one of the known ones;
* ``\[caption [credit]`` is a caption line that would be taken for a link, a date or furniture;
* ``[]`` after a caption says that it has no credit; inside a credit ``\[``, ``\]``, ``\\``.
"""

from __future__ import annotations

import re
from datetime import UTC, tzinfo

from aggregator.model.instants import Instant
from aggregator.text.dates import ReadDate, read_date
from aggregator.text.furniture import is_furniture
from aggregator.text.labels import is_label, labelled

LITERAL = "\\ "
LINK = "\\>"
CAPTION = "\\["
EMPTY = "\\"

_CREDIT = re.compile(r"(?P<caption>.*?)[ \t]*\[(?P<credit>(?:[^\[\]\\]|\\.)*)\]", re.DOTALL)
# What stands in brackets at the end of a cut-off text is no credit.
_ELLIPSIS = frozenset({"…", "...", ". . ."})
_ANY_LABEL = re.compile(r"(?P<label>(?:[^\\:]|\\.)*):(?: (?P<title>.*)|)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PARTED = re.compile(r"^[ \t]*\f[ \t]*(?:\r\n|\r|\n|\Z)", re.MULTILINE)
_LONGEST_DATE_LINE = 80
# A longer first paragraph that ends in brackets is a paragraph.
_LONGEST_CAPTION = 600


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a text: without BOM, of any newlines, no-break spaces folded to spaces.

    Blank lines part them; in a text that has none, every line is one.
    """
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    plain = plain.replace("\u00a0", " ").replace("\x00", "")
    lines = [line.strip(" \t") for line in plain.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    if "" not in lines:
        return lines
    found: list[list[str]] = [[]]
    for line in lines:
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [" ".join(part) for part in found if part]


def articles_of(text: str) -> list[str]:
    r"""The articles of a text that may hold several: a line with only a form feed parts them.

    >>> articles_of("One\n\f\nTwo\n")
    ['One\n', 'Two\n']
    """
    parts = _PARTED.split(text)
    return [part for part in parts if part.strip()] or parts[:1]


def folded(text: str) -> str:
    """A value as one line of the form can carry it: newlines and no-break spaces are spaces."""
    plain = text.replace("\u00a0", " ").replace("\x00", "")
    return re.sub(r"[ \t]*[\n\r]\s*", " ", plain).strip(" \t")


def is_escaped(paragraph: str) -> bool:
    """Whether the paragraph says itself how it is to be read."""
    return paragraph == EMPTY or paragraph.startswith((LITERAL, LINK, CAPTION))


def literal(paragraph: str) -> str:
    """The text that a paragraph stands for, its escape taken off."""
    if paragraph == EMPTY:
        return ""
    return paragraph.removeprefix(LITERAL)


def escaped(text: str) -> str:
    """The text under the escape that keeps it from being read as anything else."""
    return f"{LITERAL}{text}" if text else EMPTY


def in_head(text: str) -> str:
    """A tagline or title as it is written: escaped where it looks like a date or furniture."""
    looks_other = (
        not text
        or is_escaped(text)
        or is_furniture(text)
        or date_line(text) is not None
        or text.startswith("\ufeff")
    )
    return escaped(text) if looks_other else text


def in_body(text: str, *, first: bool) -> str:
    """A body paragraph as it is written; ``first``: directly under the date line."""
    looks_other = (
        not text
        or is_escaped(text)
        or is_furniture(text)
        or labelled(text) is not None
        or date_line(text) is not None
        or (first and read_caption(text) is not None)
    )
    return escaped(text) if looks_other else text


def date_line(paragraph: str, zone: tzinfo = UTC) -> ReadDate | None:
    """The date, if the paragraph is a date and nothing else."""
    if len(paragraph) > _LONGEST_DATE_LINE or not any(char.isdigit() for char in paragraph):
        return None
    read = read_date(paragraph, zone)
    if read is None or read.rest or paragraph.isdigit():
        return None
    return read


def write_date(instant: Instant, zone: tzinfo = UTC) -> str:
    """An instant as the date line, to the minute: ``January 31, 2024 at 1:58 pm``.

    In the hour that a clock repeats when summer ends, the second one has its offset behind it.
    """
    local = instant.astimezone(zone)
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    second = local.utcoffset() != local.replace(fold=0).utcoffset()
    offset = f" {local:%z}" if second else ""
    month = _MONTH_NAMES[local.month - 1]
    return f"{month} {local.day}, {local.year:04} at {hour}:{local.minute:02} {half}{offset}"


def read_caption(paragraph: str) -> tuple[str | None, str | None] | None:
    """Caption and credit of a caption line; None if the paragraph is none."""
    marked = paragraph.startswith(CAPTION)
    if not marked and (is_escaped(paragraph) or labelled(paragraph) is not None):
        return None
    match = _CREDIT.fullmatch(paragraph.removeprefix(CAPTION) if marked else paragraph)
    if match is None or match["credit"].strip() in _ELLIPSIS:
        return None
    if not marked and len(paragraph) > _LONGEST_CAPTION:
        return None
    credit = _ESCAPED.sub(r"\1", match["credit"]).strip(" \t")
    return match["caption"].strip(" \t") or None, credit or None


def write_caption(caption: str | None, credit: str | None) -> str | None:
    """Caption and credit as their line; None where there is neither."""
    caption, credit = folded(caption or ""), folded(credit or "")
    if not caption and not credit:
        return None
    shown = re.sub(r"[\[\]\\]", r"\\\g<0>", credit)
    if credit in _ELLIPSIS:
        shown = f"\\{credit}"
    line = f"{caption} [{shown}]" if caption else f"[{shown}]"
    reads_back = read_caption(line) == (caption or None, credit or None)
    if reads_back and not is_furniture(line) and date_line(line) is None:
        return line
    return f"{CAPTION}{line}"


def read_link(paragraph: str) -> tuple[str, str] | None:
    """Label and title, if the paragraph is a labelled link."""
    if not paragraph.startswith(LINK):
        return labelled(paragraph)
    match = _ANY_LABEL.fullmatch(paragraph.removeprefix(LINK))
    if match is None:
        return None
    return _ESCAPED.sub(r"\1", match["label"]), match["title"] or ""


def write_link(label: str, title: str) -> str:
    """A labelled link as its line."""
    label, title = folded(label), folded(title)
    plain = f"{label}: {title}" if title else f"{label}:"
    if is_label(label) and labelled(plain) == (label, title) and not is_furniture(plain):
        return plain
    marked = re.sub(r"[\\:]", r"\\\g<0>", label)
    return f"{LINK}{marked}: {title}" if title else f"{LINK}{marked}:"


_MONTH_NAMES = """
    January February March April May June July August September October November December
    """.split()
