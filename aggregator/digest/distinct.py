"""What only one text of a story says.

Two reports of one event share hardly any wording, so a sentence that is new by its wording tells
nothing. Telling is what it speaks *of*: a sentence counts as one's own when most of its names,
numbers and content words stand in no other text of the story.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.text.sentences import sentences
from aggregator.text.tokens import Tokeniser

_OWN_SHARE = 0.5
_OWN_WORDS = 4
_WORDS = range(7, 61)
"""A sentence this long can be shown by itself."""
_LETTERS = 4
"""Shorter words, unless names or numbers, say little of what a text is about."""
_NAME_WEIGHT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One independent text of a story: the article that is shown for it, and its paragraphs."""

    article_id: str
    title: str
    paragraphs: tuple[str, ...]
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSentences:
    """Sentences that this text alone has, in their order."""

    article_id: str
    sentences: tuple[str, ...]


def only_here(texts: Sequence[Text], *, each: int = 2) -> tuple[OwnSentences, ...]:
    """For every text what it alone says, at most ``each`` sentences; texts without any left out.

    A story of one text has nothing to compare with: none.
    """
    if len(texts) < 2:
        return ()
    readers: dict[str | None, Tokeniser] = {}
    split: list[list[tuple[str, dict[str, float]]]] = []
    for text in texts:
        reader = readers.setdefault(text.language, _reader(text.language))
        split.append(
            [
                (sentence, _content(sentence, reader))
                for paragraph in text.paragraphs
                for sentence in sentences(paragraph)
            ]
        )
    titles = [_content(text.title, readers[text.language]) for text in texts]
    held_by: Counter[str] = Counter()
    for title, parts in zip(titles, split, strict=True):
        held_by.update(set(title).union(*(content for _, content in parts)))
    found: list[OwnSentences] = []
    for text, parts in zip(texts, split, strict=True):
        scored = [
            (score, place, sentence)
            for place, (sentence, content) in enumerate(parts)
            if len(sentence.split()) in _WORDS and (score := _own(content, held_by)) > 0
        ]
        best = sorted(scored, key=lambda one: -one[0])[:each]
        if best:
            in_order = sorted(best, key=lambda one: one[1])
            own = tuple(dict.fromkeys(sentence for *_, sentence in in_order))
            found.append(OwnSentences(article_id=text.article_id, sentences=own))
    return tuple(found)


def _reader(language: str | None) -> Tokeniser:
    return Tokeniser(language.partition("-")[0].lower() if language else None)


def _content(sentence: str, reader: Tokeniser) -> dict[str, float]:
    """The words that say what a sentence is about, each with its weight."""
    return {
        token.stem: _NAME_WEIGHT if token.name or token.number else 1.0
        for token in reader.read(sentence)
        if token.name or token.number or len(token.stem) >= _LETTERS
    }


def _own(content: dict[str, float], held_by: Counter[str]) -> float:
    """How much of its own a sentence says; 0 where that is too little to show it."""
    own = {stem: weight for stem, weight in content.items() if held_by[stem] == 1}
    total = sum(content.values())
    if len(own) < _OWN_WORDS or not total:
        return 0.0
    share = sum(own.values()) / total
    return share * sum(own.values()) if share >= _OWN_SHARE else 0.0
