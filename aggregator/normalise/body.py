"""The body: blocks → paragraphs, with furniture and links to other pieces taken out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.model.article import RelatedLink
from aggregator.normalise.people import byline_of
from aggregator.normalise.pictures import credit_parted
from aggregator.text.blocks import Block
from aggregator.text.form import date_line
from aggregator.text.furniture import is_furniture, without_tail
from aggregator.text.labels import is_label, labelled
from aggregator.text.markup import clean

# What stands in a heading over a list of links: the label without the colon.
_LABEL_ONLY = re.compile(r"(?P<label>[^:：.!?]{2,30}?)\s*[:：]?")
_CREDIT_LINE = re.compile(r"[(\[]\W*(?:image|photo|picture|foto|bild|credit|©)", re.IGNORECASE)
_LONGEST_ASIDE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a body consists of.

    ``byline``, ``date``: what stood above the text as a line of its own; ``credit``: whose the
    picture is, where a line of the text said so.
    """

    paragraphs: tuple[str, ...] = ()
    related: tuple[RelatedLink, ...] = ()
    byline: tuple[str, ...] = ()
    date: str | None = None
    credit: str | None = None

    @property
    def text(self) -> str:
        """The paragraphs in one line."""
        return " ".join(self.paragraphs)


def body_of(
    blocks: Sequence[Block], *, title: str, captions: Sequence[str] = (), outlet: str = ""
) -> Body:
    """Reads a body; a first line that only repeats the title goes, as do the image's captions.

    Aggregators' feeds repeat the title with the ``outlet``'s name behind it.
    """
    repeated = {title, f"{title} {outlet}", *filter(None, captions)}
    reader = _Reader({text.casefold() for text in repeated})
    for block in blocks:
        if block.kind != "image":
            reader.read(block)
    return reader.body()


class _Reader:
    """Sorts the blocks of one body into paragraphs, links and what stands around them."""

    def __init__(self, above: set[str]) -> None:
        self._above = above
        self._paragraphs: list[str] = []
        self._related: list[RelatedLink] = []
        self._byline: tuple[str, ...] = ()
        self._date: str | None = None
        self._credit: str | None = None
        # A label without its link: "Read more:" over a list. If none follows it is furniture.
        self._label: str | None = None

    def read(self, block: Block) -> None:
        text = clean(block.text)
        if not text:
            return
        if block.kind == "code":
            self._paragraphs.append(text)
            return
        link = _related(block, text, self._label, len(self._paragraphs))
        if link is not None:
            self._related.append(link)
            return
        self._label = _label_of(block, text)
        if self._label is None and not is_furniture(text) and not self._is_aside(text):
            self._paragraphs.append(text)

    def body(self) -> Body:
        # Templates glue their line to the end of a summary as often as below a text.
        for place in range(max(0, len(self._paragraphs) - 2), len(self._paragraphs)):
            self._paragraphs[place] = without_tail(self._paragraphs[place])
        return Body(
            paragraphs=tuple(filter(None, self._paragraphs)),
            related=tuple(self._related),
            byline=self._byline,
            date=self._date,
            credit=self._credit,
        )

    def _is_aside(self, text: str) -> bool:
        """Takes what is no paragraph: repeated title or caption, byline, date line, credit."""
        if len(text) > _LONGEST_ASIDE:
            return False
        if len(self._paragraphs) < 2 and text.casefold() in self._above:
            return True
        if not self._paragraphs:
            if self._date is None and date_line(text) is not None:
                self._date = text
                return True
            names = byline_of(text) if not self._byline else None
            if names:
                self._byline = names
                return True
        if text[0] in "([" and self._credit is None:
            caption, credit = credit_parted(text)
            if caption is None and credit is not None and _CREDIT_LINE.match(text):
                self._credit = credit
                return True
        return False


def _related(block: Block, text: str, label: str | None, after: int) -> RelatedLink | None:
    """The link to another piece that a block is: labelled itself, or under a label's heading."""
    found = labelled(text)
    if found is not None and found[1]:
        url = block.links[-1][1] if block.links else None
        # Without an address only a title after capitals is a link; a sentence is the text's own.
        if url is not None or (found[0].isupper() and not found[1].endswith(".")):
            return RelatedLink(label=clean(found[0]), title=found[1], url=url, after=after)
    if label is not None and _is_all_link(block, text):
        return RelatedLink(label=label, title=text, url=block.links[0][1], after=after)
    return None


def _label_of(block: Block, text: str) -> str | None:
    """The label, if the block is nothing but one and what follows are its links."""
    if len(text) > 40:
        return None
    match = _LABEL_ONLY.fullmatch(text)
    if match is None or not is_label(match["label"]):
        return None
    if block.kind in {"heading", "paragraph", "item"} and (
        text[-1] in ":：" or block.kind == "heading" or is_label(text)
    ):
        return clean(match["label"])
    return None


def _is_all_link(block: Block, text: str) -> bool:
    linked = sum(len(words) for words, _ in block.links)
    return bool(block.links) and _is_short(text) and linked >= 0.8 * len(text)


def _is_short(title: str) -> bool:
    return len(title) <= 220
