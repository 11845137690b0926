"""A corpus of any size to measure on: articles resampled from sentences, each told by its number.

The sentences are invented, or, where ``AGGREGATOR_SHARED_DATA`` names the folder of third-party
texts, taken from there. The sketches of whole windows are put together from those of the sentences,
for a sketch of a union is the least of the sketches; only shingles across two sentences are left
out of it.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

from aggregator.model.signature import Signature, SignedArticle
from aggregator.similarity.minhash import sketch, values
from aggregator.similarity.sign import RECIPE, sample
from aggregator.text.folding import fold
from aggregator.text.shingles import Hashes, passage_hashes, shingle_hashes

WORDS = 400
_SETS = ("events/ecbplus_topics_1-35.jsonl", "events/allsides_triples_train.jsonl")
SYLLABLES = [a + b for a in "b d f g k l m n p r s t v st tr pl".split() for b in "aeiou"]
_SMALL = "the of and to in a that on for with as was at by from said has an were which".split()
EDITS = ("verbatim", "retitled", "cut60", "cut35", "edited10", "edited20", "furniture", "extended")


class Corpus:
    """Articles by number, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        self.sentences, self.origin = _sentences(seed)
        self._sketches = np.array([values(sketch(_hashes(s))) for s in self.sentences])

    def article(self, number: int) -> SignedArticle:
        """The article of this number, unsigned."""
        title, text = self._text(self._picked(number))
        return self._signed(number, title, text, None)

    def window(self, size: int) -> Iterator[SignedArticle]:
        """The first articles without their texts, signed."""
        for number in range(size):
            picked = self._picked(number)
            title, text = self._text(picked)
            passages = sample(passage_hashes(_hashes(f"{title}\n{text}"))).astype("<u4").tobytes()
            yield self._signed(
                number,
                title,
                "",
                Signature(
                    recipe=RECIPE,
                    copy=self._sketches[picked].min(axis=0).astype("<u4").tobytes(),
                    passages=number.to_bytes(8, "little") + passages,
                ),
            )

    def edited(self, number: int, kind: str, name: str) -> SignedArticle:
        """An edited form of an article, under another name."""
        chance = random.Random(f"{number}{kind}")
        whole = self.article(number)
        text, title = whole.text, whole.title
        if kind == "retitled":
            title = chance.choice(self.sentences)
        elif kind.startswith("cut"):
            text = text[: len(text) * int(kind[3:]) // 100]
        elif kind.startswith("edited"):
            words = text.split(" ")
            for _ in range(len(words) * int(kind[6:]) // 100):
                words[chance.randrange(len(words))] = chance.choice(_SMALL)
            text = " ".join(words)
        elif kind == "furniture":
            text = f"Sign up for our newsletter.\n{text}\nShare this with your friends."
        elif kind == "extended":
            text = f"{text}\n{self.article(number + 1).text}"
        return SignedArticle(id=name, title=title, text=text, source=f"reprints {number % 50}")

    def _text(self, picked: list[int]) -> tuple[str, str]:
        title, *rest = (self.sentences[place] for place in picked)
        return title, "\n".join(" ".join(rest[at : at + 4]) for at in range(0, len(rest), 4))

    def _picked(self, number: int) -> list[int]:
        chance = random.Random(f"{self._seed}:{number}")
        picked, words = [], 0
        while words < WORDS:
            place = int(chance.random() * len(self.sentences))
            picked.append(place)
            words += self.sentences[place].count(" ") + 1
        return picked

    def _signed(
        self, number: int, title: str, text: str, signature: Signature | None
    ) -> SignedArticle:
        return SignedArticle(
            id=f"{number:016x}",
            title=title,
            text=text,
            source=f"source {number % 1000}",
            url=f"https://outlet{number % 1000}.test/news/{number}",
            signature=signature,
        )


def _sentences(seed: int) -> tuple[list[str], str]:
    named = os.environ.get("AGGREGATOR_SHARED_DATA")
    if named and all((Path(named) / name).is_file() for name in _SETS):
        found: dict[str, None] = {}
        for name in _SETS:
            for line in (Path(named) / name).read_text("utf-8").splitlines():
                for part in re.split(r"(?<=[.!?])\s+", json.loads(line)["text"]):
                    if 5 <= part.count(" ") < 60:
                        found[part] = None
        return list(found), "sentences of real news"
    return _invented(seed), "invented sentences"


@lru_cache
def _invented(seed: int) -> list[str]:
    """Sentences of invented words, the frequent far more frequent than the rare."""
    chance = random.Random(seed)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(20_000)]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    made = []
    for _ in range(40_000):
        content = chance.choices(words, weights, k=chance.randint(6, 16))
        mixed = [w for word in content for w in (chance.choice(_SMALL), word)]
        made.append(" ".join(mixed).capitalize() + ".")
    return made


def _hashes(text: str) -> Hashes:
    return shingle_hashes(fold(text))
