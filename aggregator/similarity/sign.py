"""Signing: an article's text becomes the sketches it is found by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b
from itertools import islice

import numpy as np

from aggregator.model.signature import Signature, SignedArticle
from aggregator.similarity.features import packed
from aggregator.similarity.minhash import PERMUTATIONS, SCHEME, SEED, sketch
from aggregator.text.folding import FOLDING_VERSION, content_tokens, fold
from aggregator.text.shingles import (
    PASSAGE,
    SHINGLE,
    Hashes,
    distinct,
    passage_hashes,
    shingle_hashes,
)

_WHOLE, _LEAD = 40, 24  # passages kept of the whole text, and of its opening

RECIPE = (
    f"datasketch-{SCHEME}:seed={SEED}:perm={PERMUTATIONS}:chars={SHINGLE}"
    f":fold={FOLDING_VERSION}:passages={PASSAGE}/{_WHOLE}+{_LEAD}"
)
"""How copy sketches are made; signatures of another recipe are made anew, never compared."""

LEAST_TOKENS = 4
"""Texts with fewer content tokens are compared exactly only and get no sketch; with none, never."""

_LEAD_SHINGLES = 600
_DIGEST_BYTES = 8
_AT_ONCE = 64


def sign(article: SignedArticle) -> Signature:
    """The signature of an article's title and text."""
    (signature,) = sign_many((article,))
    return signature


def sign_many(articles: Iterable[SignedArticle]) -> Iterator[Signature]:
    """The signature of each article, in order, made by dozens as they are asked for.

    First the words of all, then the sketches: permutations by the million would push the words out
    of the processor's cache each time, and each would then be looked up at twice the cost.
    """
    articles = iter(articles)
    while some := list(islice(articles, _AT_ONCE)):
        features = [_features(article) for article in some]
        for article, words in zip(some, features, strict=True):
            yield replace(sign_text(f"{article.title}\n{article.text}"), features=words)


def _features(article: SignedArticle) -> bytes:
    """Its words; none where it is not known how to read them."""
    if article.language is None:
        return b""
    return packed(article.title, article.text, article.language)


def sign_text(text: str) -> Signature:
    """The sketches of a title and text, joined by a newline."""
    folded = fold(text)
    tokens = content_tokens(folded, LEAST_TOKENS)
    if not tokens:
        return Signature(recipe=RECIPE)
    digest = blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()
    if tokens < LEAST_TOKENS:
        return Signature(recipe=RECIPE, passages=digest)
    shingles = shingle_hashes(folded)
    return Signature(
        recipe=RECIPE,
        copy=sketch(shingles),
        passages=digest + sample(passage_hashes(shingles)).astype("<u4").tobytes(),
    )


def text_digest(signature: Signature) -> bytes:
    """The digest of the folded text, equal where the texts are; b"" where they say nothing."""
    return signature.passages[:_DIGEST_BYTES]


def sampled_passages(signature: Signature) -> Hashes:
    """The hashes of the passages kept of a text, each once."""
    kept = np.frombuffer(signature.passages[_DIGEST_BYTES:], dtype="<u4")
    return kept.astype(np.uint32, copy=False)


def sample(passages: Hashes) -> Hashes:
    """The passages kept of a text, given in order of place.

    The least hashes of two texts agree wherever the texts do (Broder's bottom-k), so a short form
    meets the long one it came from. The opening is sampled more densely, for a summary of a long
    report is most often its opening.
    """
    least = (_least(passages, _WHOLE), _least(passages[:_LEAD_SHINGLES], _LEAD))
    return distinct(np.concatenate(least))


def _least(hashes: Hashes, count: int) -> Hashes:
    if len(hashes) <= count:
        return hashes
    return np.partition(hashes, count - 1)[:count]
