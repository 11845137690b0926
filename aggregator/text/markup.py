"""HTML as feeds carry it: to plain text, to blocks, and to HTML that a page may show."""

from __future__ import annotations

import html as entities
import re

import nh3

from aggregator.text.blocks import blocks
from aggregator.text.controls import encodable
from aggregator.text.taming import tamed
from aggregator.text.urls import safe_link

_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>|&(?:#\d+|#[xX][\da-fA-F]+|[a-zA-Z][a-zA-Z\d]+);")
# Longer ones are texts in the wrong element; their start is title enough.
_LONGEST_TITLE = 4000
_ENTITY = re.compile(r"&(?:#\d+|#[xX][\da-fA-F]+|[a-zA-Z][a-zA-Z\d]{1,24});")
# Inline markup that stands in titles. What else looks like a tag there ("vector<int>") is text.
_TITLE_TAG = re.compile(
    r"</?(?:a|abbr|b|bdi|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|kbd|mark|p|q|s|small|span|"
    r"strike|strong|sub|sup|tt|u|wbr)(?:\s[^<>]*|/)?>|<!\[CDATA\[|\]\]>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_BREAKING_TAG = re.compile(r"<(?:br|/p|/div|p|div|/h\d)\b", re.IGNORECASE)
_ESCAPED_START = re.compile(
    r"\s*&lt;(?:p|div|span|br|img|a|b|i|em|strong|h[1-6]|ul|ol|li|table|figure|blockquote|section|article)"
    r"(?:\s(?:(?!&[lg]t;).)*?)?/?&gt;",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED_END = re.compile(
    r"&lt;(?:/[a-z][a-z\d]*|(?:br|img)\b(?:(?!&[lg]t;).)*?/?)&gt;", re.IGNORECASE
)
# C0 and C1 controls, soft hyphens, and the marks that turn the direction of what follows them.
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
# Joiners shape Persian, Indic scripts and emoji; after Latin letters some sites hide marks in them.
_STRAY_JOINERS = re.compile(r"(?:(?<=[\x00-\x7f])|^)[\u200c\u200d]+")

# Pages that load pictures late keep the address beside a placeholder.
_LAZY_IMAGE = re.compile(
    r"<img\b(?P<rest>[^<>]*?)\sdata-(?:lazy-src|src|original|orig-src)\s*="
    r"\s*(?P<quote>[\"'])(?P<src>[^\"'<>]*)(?P=quote)",
    re.IGNORECASE,
)

_TAGS = frozenset(
    """
    a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn dl dt em
    figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rp rt ruby
    s samp small span strong sub summary sup table tbody td tfoot th thead time tr u ul var
    wbr
    """.split()
)
_GONE_WITH_CONTENT = frozenset(
    """
    script style svg math form template noscript iframe object embed applet title head
    textarea select button canvas audio video frameset noembed noframes xmp plaintext
    """.split()
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "time": {"datetime"},
    "*": {"dir", "lang"},
}


def clean(text: str) -> str:
    """One line of text: no control characters, white space as single spaces, trimmed."""
    if not text.isascii():
        text = _STRAY_JOINERS.sub("", encodable(text))
    return " ".join(_CONTROLS.sub("", text).split())


def has_markup(text: str) -> bool:
    """Whether a text that may be either is HTML: it holds a tag or an entity."""
    return _MARKUP.search(text) is not None


def plain_text(html: str) -> str:
    """The words of a piece of HTML in one line; plain text passes unchanged but for its spaces."""
    if not has_markup(html):
        return clean(html)
    return clean(" ".join(block.text for block in blocks(html, None) if block.text))


def title_text(title: str, *, html: bool | None = None) -> str:
    """A title's words. ``html`` None: the format does not say, so inline tags and entities go.

    Many feeds escape titles twice, so entities are opened until none is left, twice at most.

    >>> title_text("Q&amp;amp;A: <b>vector&lt;int&gt;</b>")
    'Q&A: vector<int>'
    """
    title = title[:_LONGEST_TITLE]
    if html is False:
        return clean(title)
    text = _TITLE_TAG.sub(lambda tag: " " if _BREAKING_TAG.match(tag[0]) else "", title)
    for _ in range(2):
        if not _ENTITY.search(text):
            break
        text = entities.unescape(text)
        text = _TITLE_TAG.sub(lambda tag: " " if _BREAKING_TAG.match(tag[0]) else "", text)
    return clean(text)


def once_escaped(html: str) -> str:
    """HTML that was escaped once too often, opened; any other text as it is.

    Such a text has no tag of its own, begins with an escaped one and closes it. A page that shows
    how tags are written has some of its own around them.

    >>> once_escaped("&lt;p&gt;Q&amp;amp;A&lt;/p&gt;"), once_escaped("the &lt;p&gt; element")
    ('<p>Q&amp;A</p>', 'the &lt;p&gt; element')
    """
    if "<" in html or not _ESCAPED_START.match(html) or not _ESCAPED_END.search(html):
        return html
    return entities.unescape(html)


def _shown(image: re.Match[str]) -> str:
    """The same tag with the picture's own address first: of two ``src`` the first one counts."""
    return f"<img src={image['quote']}{image['src']}{image['quote']}{image['rest']}"


def sanitise(html: str, base: str | None) -> str:
    """HTML that a page may show as it stands: allow-listed tags, links absolute and harmless.

    Cleaned by nh3 (ammonia): SVG, MathML, style, forms, frames and scripts go with their content;
    so do event handlers, classes, ids and inline styles.
    """
    if not html.strip():
        return ""
    relative_to = base if base and safe_link(base) else None
    try:
        return _cleaned(html, relative_to)
    except ValueError:  # nh3 knows more of host names than we do, and refuses this one
        return _cleaned(html, None)


def _cleaned(html: str, base: str | None) -> str:
    return nh3.clean(
        _LAZY_IMAGE.sub(_shown, tamed(html)),
        tags=set(_TAGS),
        clean_content_tags=set(_GONE_WITH_CONTENT),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto"},
        url_relative=("rewrite_with_base", base) if base else "deny",
        link_rel="noopener noreferrer nofollow",
    ).strip()
