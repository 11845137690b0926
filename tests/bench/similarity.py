"""How fast copies are found, beside the plain way: ``python -m tests.bench.similarity``.

Rates are per second of processor time on one core, so that a busy machine does not show; they are
of articles of 400 words. The plain way is datasketch as its documentation shows it: ``update`` for
each shingle, `MinHashLSH`, and sets compared in Python.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from datasketch import MinHash, MinHashLSH

from aggregator.cluster.copies import CopyFinder
from aggregator.model.signature import Signature, SignedArticle
from aggregator.similarity.index import BANDS, ROWS, CopyIndex
from aggregator.similarity.sign import sign
from tests.bench.corpus import EDITS, WORDS, Corpus

Given = TypeVar("Given")
Result = TypeVar("Result")

_FRESH = 400
_EDITED = 200
_PLAIN = 60
_FIRST_FRESH = 50_000_000
_SOURCES = 1000  # the corpus has so many, by an article's number


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10_000, 100_000], metavar="ARTICLES"
    )
    sizes = parser.parse_args().sizes
    corpus = Corpus()
    print(f"{len(corpus.sentences)} {corpus.origin}, articles of {WORDS} words\n")
    fresh = [corpus.article(_FIRST_FRESH + number) for number in range(_FRESH)]
    sign(fresh[0])  # datasketch is imported here
    signing, signatures = _timed(sign, fresh)
    print(f"sign                      {signing:10,.0f} a second\n")
    print(
        "window      take up  find candidates        file  sign+find+decide"
        "    arrays  resident   copies found  lost to caps"
    )
    rate = 0.0
    for size in sizes:
        rate = _window(corpus, size, fresh, signatures)
    slow = plain(fresh)
    print(f"\nthe plain way, {_PLAIN} articles: {slow:,.1f} a second; ours: {rate / slow:,.0f} ×")


def _window(
    corpus: Corpus, size: int, fresh: Sequence[SignedArticle], signatures: Sequence[Signature]
) -> float:
    """Prints the line of one window; gives articles a second for signing, finding, deciding."""

    def texts(ids: Sequence[str]) -> Mapping[str, str]:
        found = [corpus.article(int(name, 16)) for name in ids if len(name) == 16]
        return {article.id: f"{article.title}\n{article.text}" for article in found}

    before = _resident()
    finder = CopyFinder(texts=texts)
    start = time.process_time()
    finder.restore(corpus.window(size), ())
    taken_up = time.process_time() - start
    resident = (_resident() - before) / size
    for number in range(_FRESH):  # a source's furniture is learned with the first it publishes
        finder.add(corpus.article(_FIRST_FRESH + _SOURCES + number))
    finding, _ = _timed(finder.index.candidates, signatures)
    deciding, _ = _timed(finder.add, fresh)
    found, unlimited = _recall(corpus, size, finder)
    filing, _ = _timed(
        lambda numbered: finder.index.insert(f"again {numbered[0]}", numbered[1]),
        list(enumerate(signatures)),
    )
    print(
        f"{size:9,} {taken_up:8.1f} s {finding:12,.0f} a s {filing:9,.0f} a s {deciding:13,.0f} a s"
        f" {finder.index.nbytes / size:7,.0f} B {resident:7,.0f} B"
        f" {found:14.3f} {unlimited - found:13.3f}"
    )
    return deciding


def _recall(corpus: Corpus, size: int, finder: CopyFinder) -> tuple[float, float]:
    """The share of edited copies whose original is among the candidates; the same without caps.

    Without caps or any bound on candidates: the original alone, in an index of its own.
    """
    found = unlimited = 0
    for number in range(_EDITED):
        original = (number * 7919) % size
        signature = sign(corpus.edited(original, EDITS[number % len(EDITS)], "edited"))
        name = corpus.article(original).id
        found += any(c.id == name for c in finder.index.candidates(signature))
        alone = CopyIndex()
        alone.insert(name, sign(corpus.article(original)))
        unlimited += bool(alone.candidates(signature))
    return found / _EDITED, unlimited / _EDITED


def plain(fresh: Sequence[SignedArticle]) -> float:
    """Articles a second the plain way, into an index of as many."""
    index = MinHashLSH(num_perm=128, params=(BANDS, ROWS))
    seen: dict[str, set[str]] = {}

    def decide(article: SignedArticle) -> bool:
        text = f"{article.title} {article.text}".lower()
        tokens = [text[at : at + 5] for at in range(len(text) - 4)]
        made = MinHash(num_perm=128)
        for token in tokens:
            made.update(token.encode())
        shingles = set(tokens)
        joined = any(
            len(shingles & seen[name]) / len(shingles | seen[name]) >= 0.5
            for name in index.query(made)
        )
        index.insert(article.id, made)
        seen[article.id] = shingles
        return joined

    rate, _ = _timed(decide, fresh[:_PLAIN])
    return rate


def _timed(work: Callable[[Given], Result], given: Iterable[Given]) -> tuple[float, list[Result]]:
    items = list(given)
    start = time.process_time()
    results = [work(item) for item in items]
    return len(items) / (time.process_time() - start), results


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


if __name__ == "__main__":
    main()
