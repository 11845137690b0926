"""A stream of news of any length with real events in it: reports told by their number.

An event has a theme, and names, numbers and words of its own. A report of it is put together from
real sentences (see `tests.bench.corpus`), many of the theme's, in which the event's names stand for
those of the sentence and other words are changed: so two reports share about as much as two real
ones, and hardly a phrase. Most events have one report, some dozens, within a day or two.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from aggregator.model.signature import Signature, SignedArticle
from aggregator.similarity.features import pack
from aggregator.similarity.minhash import sketch, values
from aggregator.similarity.sign import RECIPE, sample, sign
from aggregator.text.folding import fold
from aggregator.text.shingles import Hashes, passage_hashes, shingle_hashes
from aggregator.text.terms import TITLED, Terms, terms_of
from tests.bench.corpus import SYLLABLES, WORDS, Corpus

EXACT = 20_000
"""Reports of a window signed from their own texts; the sketches of the others are put together."""
BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
SPAN = timedelta(days=6) - timedelta(hours=1)
_THEME = 40
_LASTS = 0.15  # of the window, on average: how long after an event's first report the others come


@dataclass(frozen=True)
class Event:
    """What the reports of one event have in common."""

    theme: int
    names: Sequence[str]
    numbers: Sequence[str]
    words: Sequence[str]

    @cached_property
    def terms(self) -> Terms:
        """The terms that stand for it in all its reports."""
        said = " ".join((*self.names, *self.numbers, *self.words))
        return terms_of("", f"event {said}", "en")


class Newsroom:
    """A window of ``size`` reports, and as many ``fresh`` ones after it."""

    def __init__(self, size: int, fresh: int, seed: int = 1) -> None:
        self.size, self.fresh = size, fresh
        self._seed = seed
        corpus = Corpus(seed)
        self.origin = f"{len(corpus.sentences):,} {corpus.origin}"
        self._sentences = [sentence.split(" ") for sentence in corpus.sentences]
        self._capitals = [_capitals(words) for words in self._sentences]
        self._content = [
            [at for at, word in enumerate(words) if len(word) > 5 and word.islower()]
            for words in self._sentences
        ]
        self._pool = [w for words in self._sentences for w in words if len(w) > 5 and w.islower()]
        self._known_names = [_name(random.Random(f"{seed}:{n}")) for n in range(20_000)]
        self.event_of = _events(size + fresh, seed)
        self._events: dict[int, Event] = {}
        self._parts: dict[int, tuple[Terms, Hashes, Hashes]] = {}

    def report(self, number: int) -> SignedArticle:
        """The report of this number, unsigned."""
        title, *rest = (" ".join(words) for words in self._told(number))
        text = "\n".join(" ".join(rest[at : at + 4]) for at in range(0, len(rest), 4))
        return self._article(number, title, text)

    def window(self) -> Iterator[SignedArticle]:
        """The window's reports, signed, without their texts."""
        every = max(1, self.size // EXACT)
        for number in range(self.size):
            if number % every == 0:
                report = self.report(number)
                yield replace(report, text="", signature=sign(report))
            else:
                yield self._filled(number)

    def _article(self, number: int, title: str, text: str) -> SignedArticle:
        when = BEGAN + SPAN * min(number / self.size, 1.0)
        return SignedArticle(
            id=f"{number:016x}",
            title=title,
            text=text,
            language="en",
            source=f"source {number % 1000}",
            url=f"https://outlet{number % 1000}.test/news/{number}",
            published_at=when,
            fetched_at=when,
        )

    def _told(self, number: int) -> Iterator[list[str]]:
        """The report's sentences, the title first, word by word."""
        event = self._event(int(self.event_of[number]))
        chance = random.Random(f"{self._seed}:{number}")
        for place in self._picked(chance, event):
            words = list(self._sentences[place])
            for at in self._capitals[place]:
                own = chance.random() < 0.5
                if words[at][0].isdigit():
                    words[at] = chance.choice(event.numbers) if own else str(chance.randrange(5000))
                elif own:
                    words[at] = chance.choice(event.names)
                elif chance.random() < 0.5:
                    words[at] = self._known_names[int(20_000 * chance.random() ** 3)]
            for at in chance.sample(self._content[place], min(3, len(self._content[place]))):
                words[at] = chance.choice(event.words if chance.random() < 0.4 else self._pool)
            yield words

    def _picked(self, chance: random.Random, event: Event) -> Iterator[int]:
        words = 0
        while words < WORDS:
            if chance.random() < 0.5:
                place = (event.theme + int(chance.random() * _THEME)) % len(self._sentences)
            else:
                place = int(chance.random() * len(self._sentences))
            words += len(self._sentences[place])
            yield place

    def _event(self, number: int) -> Event:
        if number not in self._events:
            self._events[number] = self._made_up(number)
        return self._events[number]

    def _made_up(self, number: int) -> Event:
        chance = random.Random(f"{self._seed}:event:{number}")
        return Event(
            theme=int(chance.random() * len(self._sentences)),
            names=[_name(chance) for _ in range(5)] + chance.choices(self._known_names, k=2),
            numbers=[str(chance.randrange(5000)) for _ in range(4)],
            words=chance.choices(self._pool, k=8),
        )

    def _filled(self, number: int) -> SignedArticle:
        """A report whose sketches and words are those of its sentences, and its event's words."""
        event = self._event(int(self.event_of[number]))
        chance = random.Random(f"{self._seed}:{number}")
        picked = list(self._picked(chance, event))
        parts = [self._part(place) for place in picked]
        terms = [part[0] for part in parts] + [event.terms]
        keys, which = np.unique(np.concatenate([t.keys for t in terms]), return_inverse=True)
        counts = np.bincount(which, np.concatenate([t.counts for t in terms])).astype(np.uint8)
        # A sentence's own terms are all flagged as a lead's: so are those of the first few, here.
        kept = np.repeat(
            [1 | 55, *(63 - 8 * (n > 5) for n in range(1, len(terms)))],
            [len(t.keys) for t in terms],
        )
        flags = np.zeros(len(keys), np.uint8)
        np.bitwise_or.at(
            flags, which, np.concatenate([t.flags for t in terms]) & kept.astype(np.uint8)
        )
        flags[which[: len(terms[0].keys)]] |= TITLED
        passages = np.concatenate([part[2] for part in parts])
        title = " ".join((*self._sentences[picked[0]], *event.names[:2]))
        return replace(
            self._article(number, title, ""),
            signature=Signature(
                recipe=RECIPE,
                copy=np.min([part[1] for part in parts], axis=0).astype("<u4").tobytes(),
                passages=number.to_bytes(8, "little") + sample(passages).astype("<u4").tobytes(),
                features=pack(Terms(keys, counts, flags), "en"),
            ),
        )

    def _part(self, place: int) -> tuple[Terms, Hashes, Hashes]:
        """A sentence's terms, sketch, and a few of its passages."""
        if place not in self._parts:
            text = " ".join(self._sentences[place])
            shingles = shingle_hashes(fold(text))
            self._parts[place] = (
                terms_of("", text, "en"),
                values(sketch(shingles)),
                np.sort(passage_hashes(shingles))[:8],
            )
        return self._parts[place]


def _events(count: int, seed: int) -> NDArray[np.int64]:
    """The event of each report, in the order they come."""
    random_ = np.random.default_rng(seed)
    sizes = np.minimum(random_.zipf(2.0, 2 * count), 200)
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), 1.3 * count + 200)) + 1]
    event = np.repeat(np.arange(len(sizes)), sizes)
    began = random_.random(len(sizes))[event]
    after = random_.exponential(_LASTS, len(event)) * (np.diff(event, prepend=-1) == 0)
    when = began + after
    order = np.argsort(when)
    within = order[when[order] <= 1.0]  # later ones are followers alone
    found: NDArray[np.int64] = event[within[-count:]]
    return found


def _capitals(words: Sequence[str]) -> list[int]:
    return [
        at for at, word in enumerate(words) if word[:1].isdigit() or (at and word[:1].isupper())
    ]


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).capitalize()
