"""The few sentences that stand under a headline."""

from __future__ import annotations

import re

from aggregator.model.article import Article

TARGET = 320
"""Characters a summary may have; it ends with a sentence where one ends in time."""

_LEAST = 40
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s|$)|[。！？][」』]?")
# After the place: "(AFP) -", ", March 3 (Reuters) —", or the dash alone.
_DATELINE_REST = re.compile(r"(?:,[^()–—-]{1,30})?\s*(?:\([^()]{1,40}\))?\s*[-–—]+\s+")
_SHOUTED_DATELINE = re.compile(
    r"[^\W\d_a-z](?:[^\W\d_a-z]|[ .'-]){2,39}(?:,[^()–—-]{1,30})?"
    r"\s*\([^()]{1,40}\)\s*[-–—]+\s+(?=\S)"
)
# What feeds forget in their texts: tags and spaces escaped twice, a page builder's shortcodes.
_LEFT_IN = re.compile(
    r"</?(?:a|p|br|div|span|img)\b[^<>]*>|&nbsp;|\[/?[a-z]+_[a-z_]+\b[^\[\]]*(?:\]|$)"
)
_SAYS_NOTHING = re.compile(r"https?://\S+|\[[^\[\]]{1,40}\]")
_LEAST_TITLE = 3
"""Words of a title that a text may repeat before it begins."""

_CUT_OFF = re.compile(r"\s*(?:\[\s*(?:…|\.{3})\s*\]|…|\.{3,})\s*$")


def summary_of(article: Article) -> str | None:
    """What the article says, shortly: its own summary, else how its body begins; None if empty.

    A summary that only repeats the title, or is too short to say anything, yields to the body.
    """
    summary = _plain(article.summary or "", article)
    if len(summary) < _LEAST or summary.casefold() == article.title.casefold():
        body = _plain(_beginning(article.paragraphs), article)
        summary = body if len(body) > len(summary) else summary
    if not summary or summary.casefold() == article.title.casefold():
        return None
    return shortened(summary)


def shortened(text: str, limit: int = TARGET) -> str:
    """At most so many characters: whole sentences if they fill half of it, else whole words.

    >>> shortened("The bridge fell. Nobody was hurt, said the mayor.", 20)
    'The bridge fell.'
    """
    text = _CUT_OFF.sub("…", text)
    if len(text) <= limit:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, limit)]
    if ends and ends[-1] >= limit // 2:
        return text[: ends[-1]]
    space = text.rfind(" ", 0, limit)
    # Scripts without spaces are cut where the room ends.
    return text[: space if space > limit // 2 else limit - 1].rstrip(" ,;:–—-") + "…"


def _plain(text: str, article: Article) -> str:
    """A text without what stands there for machines, for the page or for the second time."""
    plain = " ".join(_LEFT_IN.sub(" ", text).split())
    if _SAYS_NOTHING.fullmatch(plain):
        return ""
    return _without_dateline(_without_title(plain, article.title), article.place)


def _without_title(text: str, title: str) -> str:
    """The text without the title it begins with; a sentence that goes on from there stays whole."""
    if len(title.split()) < _LEAST_TITLE or not text.casefold().startswith(title.casefold()):
        return text
    rest = text[len(title) :].lstrip(" .:–—-|")
    begins = rest[:1].isupper() and not text[len(title) : len(title) + 1].isalnum()
    return rest if begins and len(rest) >= _LEAST else text


def _without_dateline(text: str, place: str | None) -> str:
    """The text without the place and agency it begins with, which the page says elsewhere.

    A place in capitals before an agency in brackets is one, whether or not the agency is known.
    """
    if shouted := _SHOUTED_DATELINE.match(text):
        return text[shouted.end() :]
    if not place or not text.casefold().startswith(place.casefold()):
        return text
    rest = _DATELINE_REST.match(text, len(place))
    return text[rest.end() :] if rest and rest.end() < len(text) else text


def _beginning(paragraphs: tuple[str, ...]) -> str:
    taken: list[str] = []
    for paragraph in paragraphs:
        taken.append(paragraph)
        if sum(map(len, taken)) >= TARGET:
            break
    return " ".join(" ".join(taken).split())
