"""Hostile HTML, made safe to parse.

HTML parsers are quadratic in depth, in attributes, and in the ampersands of one piece of text.
"""

from __future__ import annotations

import re

from aggregator.text.controls import encodable

# Both lexbor and ammonia took 4 to 7 s for 30,000 nested <div> and as many attributes in one tag.
_DEEPEST = 256
# So few are read in milliseconds however they nest: most entries need not be looked at.
_FEW_TAGS = 1500
_LONGEST_TAG = 16_384
# ammonia took 9 s for a million ampersands, and none where an element parts them now and then.
_FEW_AMPERSANDS = 10_000
_AMPERSANDS_A_PIECE = 500

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z\d-]*)")
_LONG_TAG = re.compile(rf"<([a-zA-Z][a-zA-Z\d-]*)[\s/][^<>]{{{_LONGEST_TAG},}}>?")
_ANY_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z\d-]*)[^<>]*>?")
# These close themselves, or are closed by the next of their kind.
_SHALLOW = frozenset(
    """
    area base br col embed hr img input link meta param source track wbr p li dt dd option optgroup
    tr td th thead tbody tfoot colgroup rb rt rp
    """.split()
)
_PARAGRAPHS = frozenset(
    "p br div li h1 h2 h3 h4 h5 h6 tr blockquote pre section article".split()  # what parts text
)


def tamed(html: str) -> str:
    """The same HTML if a parser reads it in time linear in its length, else less of its markup.

    A tag of too many attributes loses them; where elements nest deeper than any page's do, all
    tags go but paragraph breaks; a text of more ampersands than any page's is parted by elements
    that show nothing. No text is lost.
    """
    if not html.isascii():
        # Half a pair of surrogates is no character; no parser takes it.
        html = encodable(html)
    if len(html) > _LONGEST_TAG:
        html = _LONG_TAG.sub(r"<\1>", html)
    if html.count("<") > _FEW_TAGS and _depth(html) > _DEEPEST:
        html = _ANY_TAG.sub(_flattened, html)
    if html.count("&") > _FEW_AMPERSANDS:
        html = _parted(html)
    return html


def _parted(html: str) -> str:
    pieces = html.split("&")
    starts = range(0, len(pieces), _AMPERSANDS_A_PIECE)
    return "<wbr>&".join("&".join(pieces[at : at + _AMPERSANDS_A_PIECE]) for at in starts)


def _depth(html: str) -> int:
    deepest = depth = 0
    for closing, name in _TAG.findall(html):
        if name.lower() in _SHALLOW:
            continue
        if closing:
            depth = max(0, depth - 1)
        else:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _flattened(tag: re.Match[str]) -> str:
    name = tag[1].lower()
    if name in {"script", "style"}:
        # Their content is no text; the parser must still see where it begins and ends.
        return f"</{name}>" if tag[0].startswith("</") else f"<{name}>"
    return "<p>" if name in _PARAGRAPHS else " "
