"""The body: blocks → paragraphs, with furniture and links to other pieces taken out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.model.article import RelatedLink
from aggregator.normalise.people import byline_of
from aggregator.text.blocks import Block
from aggregator.text.furniture import is_furniture
from aggregator.text.labels import is_label, labelled
from aggregator.text.markup import clean

# What stands in a heading over a list of links: the label without the colon.
_LABEL_ONLY = re.compile(r"(?P<label>[^:：.!?]{2,30}?)\s*[:：]?")
_ALPHANUMERIC = re.compile(r"\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a body consists of. ``byline``: names that stood above the text."""

    paragraphs: tuple[str, ...] = ()
    related: tuple[RelatedLink, ...] = ()
    byline: tuple[str, ...] = ()


def body_of(blocks: Sequence[Block], *, title: str, captions: Sequence[str] = ()) -> Body:
    """Reads a body; a first line that only repeats the title goes, as do the image's captions."""
    paragraphs: list[str] = []
    related: list[RelatedLink] = []
    byline: tuple[str, ...] = ()
    label: str | None = None
    above = {title.casefold(), *(caption.casefold() for caption in captions if caption)}
    for block in blocks:
        if block.kind == "image":
            continue
        text = clean(block.text)
        if not text:
            continue
        link = _related(block, text, label, len(paragraphs))
        if link is not None:
            related.append(link)
            continue
        label = _label_of(block, text)
        if label is not None or is_furniture(text) or not _ALPHANUMERIC.search(text):
            continue
        if len(paragraphs) < 2 and text.casefold() in above:
            continue
        if not paragraphs and not byline:
            names = byline_of(text)
            if names:
                byline = names
                continue
        paragraphs.append(text)
    # A label that nothing followed ("Watch:" above a film that went) is furniture.
    return Body(paragraphs=tuple(paragraphs), related=tuple(related), byline=byline)


def _related(block: Block, text: str, label: str | None, after: int) -> RelatedLink | None:
    """The link to another piece that a block is: labelled itself, or under a label's heading."""
    found = labelled(text)
    if found is not None and found[1] and _is_short(found[1]):
        url = block.links[-1][1] if block.links else None
        # Words in small letters announce a link only where there is one.
        if url is not None or found[0].isupper():
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
