"""Hostile HTML, made safe to parse: HTML parsers are quadratic in depth and in attributes."""

from __future__ import annotations

import re

from aggregator.text.controls import encodable

# Both lexbor and ammonia took 4 to 7 s for 30,000 nested <div> and as many attributes in one tag.
_DEEPEST = 256
# So few are read in milliseconds however they nest: most entries need not be looked at.
_FEW_TAGS = 1500
_LONGEST_TAG = 16_384

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
    tags go but paragraph breaks. No text is lost.
    """
    if not html.isascii():
        # Half a pair of surrogates is no character; no parser takes it.
        html = encodable(html)
    if len(html) > _LONGEST_TAG:
        html = _LONG_TAG.sub(r"<\1>", html)
    if html.count("<") > _FEW_TAGS and _depth(html) > _DEEPEST:
        html = _ANY_TAG.sub(_flattened, html)
    return html


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
