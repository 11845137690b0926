"""The smallest pieces of markup, of which a page has thousands.

They are made here and not by macros, whose calls cost more than what they write.
"""

from __future__ import annotations

from markupsafe import Markup, escape

from aggregator.model.digest import DigestStory
from aggregator.render.links import web_link

SQUARES = 16
"""At most so many squares stand for a story's articles."""


def link(text: str, url: str | None, css: str = "") -> Markup:
    """The text, leading to the address where that leads to the web; ``css`` is its class.

    >>> link("A & B", "https://example.org/?a=1&b=2")
    Markup('<a href="https://example.org/?a=1&amp;b=2">A &amp; B</a>')
    """
    address = web_link(url)
    dress = f' class="{css}"' if css else ""
    if address is None:
        return Markup(f"<span{dress}>{escape(text)}</span>")  # noqa: S704 - escaped
    return Markup(f'<a href="{escape(address)}"{dress}>{escape(text)}</a>')  # noqa: S704 - escaped


def mix(story: DigestStory) -> Markup:
    """Squares: independent texts, then copies; drawn by the style sheet, said in words beside it.

    Of more articles than there are squares, the squares show the shares.
    """
    shown = min(story.articles, SQUARES)
    texts = max(1, round(story.independent_texts * shown / story.articles))
    if shown < 2:
        return Markup()
    return Markup(f'<i class="mix t{texts} c{shown - texts}"></i> ')  # noqa: S704 - two numbers
