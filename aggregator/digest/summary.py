"""The few sentences that stand under a headline."""

from __future__ import annotations

import re

from aggregator.model.article import Article

TARGET = 320
"""Characters a summary may have; it ends with a sentence where one ends in time."""

_LEAST = 40
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s|$)|[。！？][」』]?")
_CUT_OFF = re.compile(r"\s*(?:\[\s*(?:…|\.{3})\s*\]|…|\.{3,})\s*$")


def summary_of(article: Article) -> str | None:
    """What the article says, shortly: its own summary, else how its body begins; None if empty.

    A summary that only repeats the title, or is too short to say anything, yields to the body.
    """
    summary = " ".join((article.summary or "").split())
    if len(summary) < _LEAST or summary.casefold() == article.title.casefold():
        body = _beginning(article.paragraphs)
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


def _beginning(paragraphs: tuple[str, ...]) -> str:
    taken: list[str] = []
    for paragraph in paragraphs:
        taken.append(paragraph)
        if sum(map(len, taken)) >= TARGET:
            break
    return " ".join(" ".join(taken).split())
