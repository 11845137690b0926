"""HTML → blocks: the paragraphs, list items and pictures of a body, in reading order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from aggregator.text.taming import tamed
from aggregator.text.urls import absolute, safe_link

Kind = Literal["paragraph", "heading", "item", "quote", "code", "row", "image"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of a body.

    ``text`` is in one line (``code`` keeps its lines); of an ``image`` it is the text under it.
    ``links`` are text and absolute address of the links inside. ``src``, ``alt`` and ``credit``
    are an image's own.
    """

    kind: Kind
    text: str
    links: tuple[tuple[str, str], ...] = ()
    src: str | None = None
    alt: str | None = None
    credit: str | None = None


_SKIPPED = frozenset(
    """
    script style noscript template iframe object embed form button select textarea svg math
    head title nav audio video canvas applet input link meta base
    """.split()
)
_KINDS: dict[str, Kind] = {
    "p": "paragraph", "div": "paragraph", "section": "paragraph", "article": "paragraph",
    "main": "paragraph", "header": "paragraph", "footer": "paragraph", "aside": "paragraph",
    "center": "paragraph", "address": "paragraph", "details": "paragraph", "summary": "paragraph",
    "ul": "paragraph", "ol": "paragraph", "dl": "paragraph", "table": "paragraph",
    "tbody": "paragraph", "thead": "paragraph", "tfoot": "paragraph", "hr": "paragraph",
    "figure": "paragraph", "li": "item", "dt": "item", "dd": "item", "blockquote": "quote",
    "pre": "code", "tr": "row", "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading",
    "h5": "heading", "h6": "heading", "figcaption": "paragraph", "caption": "paragraph",
    "body": "paragraph", "html": "paragraph",
}  # fmt: skip
_FURNITURE_CLASS = re.compile(
    r"\b(?:sharedaddy|sd-sharing|addtoany\w*|a2a_\w+|jp-relatedposts|yarpp\w*|feedflare|heateor\w*|"
    r"social-?(?:share|links|icons|media)|share-?(?:buttons?|links?|bar|tools)|newsletter\w*|mc4wp\w*|"
    r"mc_embed\w*|screen-reader-text|sr-only|visually-hidden|wpcnt|wp-block-jetpack-subscriptions|"
    r"ad-?(?:slot|container|wrapper|unit)|advertisement|subscription-?(?:form|widget\w*)|button-wrapper)\b",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CAPTION_CLASS = re.compile(r"caption|legend\b", re.IGNORECASE)
_CREDIT_CLASS = re.compile(r"credit|copyright|byline-photo|photographer|attribution", re.IGNORECASE)
_PICTURE_BOX_CLASS = re.compile(
    r"\bwp-caption\b|caption-wrap|image-(?:caption|wrapper)", re.IGNORECASE
)
_PICTURE_NOT_NEWS = re.compile(
    r"feedburner|feedsportal|/pixel|pixel\.|doubleclick|gravatar|emoji|smilies|1x1|blank\.gif|spacer|"
    r"stats\.wordpress|/counter|beacon|b\.scorecardresearch|google-analytics|addtoany|medium\.com/_/stat",
    re.IGNORECASE,
)
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-orig-src", "data-url")
_SENTENCE_END = re.compile(r"[.!?…:;。！？”\"»)\]]$")
_BLANK_LINES = re.compile(r"\n\s*\n")
# Deeper nesting than any page has; lexbor itself stands more.
_DEEPEST = 400


def blocks(html: str, base: str | None) -> tuple[Block, ...]:
    """The blocks of a piece of HTML, or of plain text with blank lines between its paragraphs.

    Scripts, forms, frames, hidden parts and share bars are left out. Links and pictures are made
    absolute against ``base``; those that no page may link to lose their address.
    """
    if "<" not in html and "&" not in html:
        return _plain_blocks(html)
    html = tamed(html)
    tree = LexborHTMLParser(html)
    root = tree.body
    if root is None:
        return ()
    reader = _Reader(base)
    reader.read(root)
    if not any(block.kind in {"item", "heading", "quote", "code"} for block in reader.found):
        return _unwrapped(html, reader.found)
    return tuple(reader.found)


def is_news_picture(url: str) -> bool:
    """Whether a picture's address may be the article's: no counter, no button, no portrait."""
    return _PICTURE_NOT_NEWS.search(url) is None


def _plain_blocks(text: str) -> tuple[Block, ...]:
    parts = (" ".join(part.split()) for part in _BLANK_LINES.split(text.replace("\r", "")))
    return tuple(Block(kind="paragraph", text=part) for part in parts if part)


def _unwrapped(html: str, found: list[Block]) -> tuple[Block, ...]:
    """Text whose only markup is inline keeps the paragraphs its blank lines make."""
    if len(found) != 1 or "\n" not in html or found[0].kind != "paragraph":
        return tuple(found)
    if re.search(r"<(?:p|div|br|table|li|h\d)\b", html, re.IGNORECASE):
        return tuple(found)
    parts = [part for part in _BLANK_LINES.split(html.replace("\r", "")) if part.strip()]
    if len(parts) < 2:
        return tuple(found)
    return tuple(block for part in parts for block in blocks(part, None) if block.text)


@dataclass(slots=True)
class _Open:
    """A block being read."""

    kind: Kind
    pieces: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


class _Reader:
    """Walks a tree without recursion and collects its blocks."""

    def __init__(self, base: str | None) -> None:
        self.found: list[Block] = []
        self._base = base
        self._open = _Open("paragraph")
        self._pre = 0

    def read(self, root: LexborNode) -> None:
        """Collects the blocks under a node."""
        # Each step: a node to enter, or what closes one.
        steps: list[tuple[LexborNode, str, int]] = [(root, "enter", 0)]
        while steps:
            node, step, depth = steps.pop()
            if step == "leave":
                self._leave(node)
                continue
            if node.is_text_node:
                self._open.pieces.append(node.text_content or "")
                continue
            if not node.is_element_node or depth > _DEEPEST or self._is_skipped(node):
                continue
            tag = node.tag or ""
            if tag == "br":
                self._open.pieces.append("\n\x00" if not self._pre else "\n")
                continue
            if tag == "img" or tag == "amp-img":
                self._image(node, None, None)
                continue
            if (tag == "figure" or self._is_picture_box(node)) and self._figure(node):
                continue
            self._enter(tag)
            steps.append((node, "leave", depth))
            children = []
            child = node.child
            while child is not None:
                children.append((child, "enter", depth + 1))
                child = child.next
            steps.extend(reversed(children))
        self._flush()

    def _is_skipped(self, node: LexborNode) -> bool:
        if node.tag in _SKIPPED:
            return True
        attributes = node.attributes
        if not attributes:
            return False
        if "hidden" in attributes or attributes.get("aria-hidden") == "true":
            return node.tag not in {"body", "img", "a"}
        style = attributes.get("style")
        if style and _HIDDEN_STYLE.search(style):
            return True
        name = attributes.get("class")
        return bool(name and _FURNITURE_CLASS.search(name))

    def _enter(self, tag: str) -> None:
        kind = _KINDS.get(tag)
        if kind is not None:
            self._flush()
            # A paragraph inside an item or a quotation stays one.
            keeps = (
                kind == "paragraph" and tag in {"p", "div"} and self._open.kind in {"item", "quote"}
            )
            self._open = _Open(self._open.kind if keeps else kind)
            self._pre += tag == "pre"
        elif tag in {"td", "th"} and "".join(self._open.pieces).strip():
            self._open.pieces.append(" | ")

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _KINDS:
            self._flush()
            inner = self._open.kind in {"item", "quote"} and tag in {"p", "div"}
            self._open = _Open(self._open.kind if inner else "paragraph")
            self._pre -= tag == "pre"
        elif tag == "a":
            text = _line(node.text() or "")
            href = safe_link(absolute(node.attributes.get("href"), self._base))
            if text and href:
                self._open.links.append((text, href))

    def _flush(self) -> None:
        text = "".join(self._open.pieces)
        opened, self._open = self._open, _Open(self._open.kind)
        if not text:
            return
        if opened.kind == "code" or self._pre:
            code = text.replace("\x00", "").strip("\n").rstrip()
            if code:
                self.found.append(Block(kind="code", text=code, links=tuple(opened.links)))
            return
        for line in _broken(text):
            links = tuple(pair for pair in opened.links if pair[0] in line)
            self.found.append(Block(kind=opened.kind, text=line, links=links))

    def _is_picture_box(self, node: LexborNode) -> bool:
        name = node.attributes.get("class") if node.tag in {"div", "span", "section"} else None
        return bool(name and _PICTURE_BOX_CLASS.search(name))

    def _figure(self, node: LexborNode) -> bool:
        """Takes a figure with one picture whole; False if it is something else in a figure."""
        pictures = node.css("img, amp-img")
        if not pictures or node.css_first("table, pre, li, video") is not None:
            return False
        caption, credit = [], []
        for part in node.css("figcaption, [class]"):
            name = part.attributes.get("class") or ""
            text = _line(part.text() or "")
            if not text:
                continue
            if _CREDIT_CLASS.search(name):
                credit.append(text)
            elif part.tag == "figcaption" or _CAPTION_CLASS.search(name):
                caption.append(text)
        whole = max(caption, key=len, default="")
        outside = _line(node.text() or "")
        if len(outside) > len(whole) + sum(map(len, credit)) + 200:
            return False
        named = credit[0] if credit else None
        if named and whole != named:
            whole = _line(whole.replace(named, " "))
        for picture in pictures[:-1]:
            self._image(picture, None, None)
        self._image(pictures[-1], whole or None, named)
        return True

    def _image(self, node: LexborNode, caption: str | None, credit: str | None) -> None:
        attributes = node.attributes
        src = attributes.get("src") or ""
        if not src or src.startswith("data:"):
            src = next((attributes[name] or "" for name in _LAZY if attributes.get(name)), "")
        if not src and attributes.get("srcset"):
            src = (attributes["srcset"] or "").split()[0]
        link = safe_link(absolute(src, self._base))
        tiny = any(
            (attributes.get(side) or "").strip("px ") in {"0", "1"} for side in ("width", "height")
        )
        if link is None or tiny or not is_news_picture(link):
            if caption:
                self.found.append(Block(kind="image", text=caption, credit=credit))
            return
        alt = _line(attributes.get("alt") or "") or None
        self.found.append(Block(kind="image", text=caption or "", src=link, alt=alt, credit=credit))


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())


def _broken(text: str) -> list[str]:
    """The paragraphs that line breaks make: two breaks always part, one where sentences end."""
    lines = [" ".join(line.split()) for line in text.split("\n\x00")]
    if len(lines) == 1:
        return lines if lines[0] else []
    paragraphs: list[str] = []
    parted = True
    for line in lines:
        if not line:
            parted = True
        elif parted or (len(paragraphs[-1]) > 80 and _SENTENCE_END.search(paragraphs[-1])):
            paragraphs.append(line)
            parted = False
        else:
            paragraphs[-1] = f"{paragraphs[-1]} {line}"
    return paragraphs
