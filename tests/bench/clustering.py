"""How fast the clusterer is, as a whole: ``python -m tests.bench.clustering --articles 100000``.

For each window a stream of news with real events (see `tests.bench.newsroom`) is taken up, and what
comes after it is signed and placed: copies found, candidates found, stories decided. Rates are of
articles of some 400 words, per second of processor time on one core, without the making and
reading of texts, which is a store's affair. Beside them: the plain way to find copies alone, as
datasketch's documentation shows it; what it costs to start anew, to tidy, and to change the day;
what bounds on candidates cost; and memory. ``--store`` restarts from a real SQLite file as well.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from aggregator.cluster import survey as surveying
from aggregator.cluster.clusterer import Clusterer
from aggregator.cluster.copies import CopyFinder
from aggregator.cluster.evidence import Decided
from aggregator.cluster.joining import Joining
from aggregator.cluster.links import Links
from aggregator.cluster.stream import Stream
from aggregator.cluster.survey import Survey
from aggregator.cluster.vectors import WEIGHT
from aggregator.kernels.plain.neighbours import in_time
from aggregator.model.signature import SignedArticle
from aggregator.model.store import ClusterWindow
from aggregator.model.story import Evidence, Membership
from aggregator.service.standby import uncollected
from aggregator.similarity.sign import sign, sign_many, sign_text
from aggregator.text.terms import terms_of
from tests.bench.newsroom import Newsroom
from tests.bench.similarity import plain

_WARM, _FRESH = 1000, 2000
_BATCH = 500
_CHUNK = 20_000
_TAKEN_UP = 100_000
_LOOKED_UP = 100
_PARTS: tuple[tuple[str, type, str], ...] = (
    ("take in words", Clusterer, "_enter"),
    ("find and compare neighbours", Links, "look_around"),
    ("find and decide copies", CopyFinder, "add_many"),
    ("decide stories", Joining, "choose"),
    ("write evidence", Decided, "events"),
)


def main() -> None:
    """Prints a paragraph for each window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--store", action="store_true", help="restart from SQLite as well")
    arguments = parser.parse_args()
    rate = 0.0
    for size in arguments.articles:
        room = Newsroom(size, _WARM + _FRESH)
        rate = _window(room)
        if arguments.store:
            asyncio.run(_restart(room))
        print()
    fresh = [room.report(room.size + number) for number in range(60)]
    slow = plain(fresh)
    print(f"the plain way, copies alone: {slow:,.1f} a second; all of ours: {rate / slow:,.0f} ×")


def _window(room: Newsroom) -> float:
    """Prints what there is to say of one window; gives articles a second."""
    texts = _Texts(room)
    clusterer = Clusterer(texts=texts)
    print(f"window of {room.size:,} ({room.origin})")
    resident = _resident()
    sizes, taken = _fill(clusterer, room)
    gc.collect()
    held = (_resident() - resident) / room.size
    print(f"  take up             {taken:9.1f} s without reading the store")

    warm, fresh = (
        [room.report(room.size + number) for number in range(*span)]
        for span in ((0, _WARM), (_WARM, _WARM + _FRESH))
    )
    for number in range(0, room.size, max(1, room.size // 5000)):
        report = room.report(number)  # the wordbook of a process that has signed for a while
        terms_of(report.title, report.text, "en")
    clusterer.add_many([replace(report, signature=sign(report)) for report in warm])
    begun = time.process_time()
    signatures = list(sign_many(fresh))
    signing = time.process_time() - begun
    signed = [
        replace(report, signature=made) for report, made in zip(fresh, signatures, strict=True)
    ]
    begun = time.process_time()
    for report in fresh:
        sign_text(f"{report.title}\n{report.text}")
    copying = time.process_time() - begun

    with _Stopped() as spent:
        asked, reading = texts.asked, texts.spent
        begun = time.process_time()
        for start in range(0, len(signed), _BATCH):
            clusterer.add_many(signed[start : start + _BATCH])
        placing = time.process_time() - begun - (texts.spent - reading)
        asked = texts.asked - asked
    rate = len(fresh) / (signing + placing)
    each = 1e6 / len(fresh)
    print(f"  sign, find, decide  {rate:9,.0f} a second")
    print(f"    sketches          {copying * each:9,.0f} µs an article")
    print(f"    words             {(signing - copying) * each:9,.0f} µs")
    for name, seconds in spent.items():
        print(f"    {name:27} {seconds * each:,.0f} µs")
    print(f"    texts asked for   {asked / len(fresh):9.2f} an article")
    _say_right(clusterer, room, fresh)
    _say_bounds(clusterer, [report.id for report in fresh[:_LOOKED_UP]], room)
    _say_memory(clusterer, sizes, held, room.size)
    _say_pauses(clusterer, len(fresh) + len(warm), signed[-1])
    return rate


def _fill(clusterer: Clusterer, room: Newsroom) -> tuple[list[int], float]:
    """Takes the window up as it stands in truth; bytes of signatures, and seconds."""
    founders: dict[int, str] = {}
    sizes: list[int] = []
    taken = 0.0
    window = room.window()
    while chunk := tuple(itertools.islice(window, _TAKEN_UP)):
        places = []
        for report in chunk:
            event = int(room.event_of[int(report.id, 16)])
            founder = founders.setdefault(event, report.id)
            story = f"s{founder}"
            evidence = Evidence(rule="event", compared_with=founder)
            if founder == report.id:
                evidence = Evidence(rule="founder")
            places.append(Membership(article_id=report.id, story_id=story, evidence=evidence))
            made = report.signature
            assert made is not None
            sizes.append(len(made.copy) + len(made.passages) + len(made.features))
        begun = time.process_time()
        clusterer.restore(ClusterWindow(articles=chunk, memberships=tuple(places), constraints=()))
        taken += time.process_time() - begun
    return sizes, taken


def _say_right(clusterer: Clusterer, room: Newsroom, fresh: Sequence[SignedArticle]) -> None:
    first: dict[int, str] = {}
    for number, event in enumerate(room.event_of.tolist()):
        first.setdefault(event, f"{number:016x}")
    right: defaultdict[bool, list[bool]] = defaultdict(list)
    for report in fresh:
        event = int(room.event_of[int(report.id, 16)])
        story = clusterer.membership(first[event]).story_id
        known = first[event] != report.id
        right[known].append(known == (clusterer.membership(report.id).story_id == story))
    print(
        f"  reports of known events placed with them {statistics.fmean(right[True]):.3f}"
        f" of {len(right[True])}, first reports {len(right[False])}"
    )


def _say_bounds(clusterer: Clusterer, names: Sequence[str], room: Newsroom) -> None:
    """How often an article finds its event with bounds on candidates, and without."""
    stream, survey = _stream(clusterer)
    vectors = stream.vectors
    found = unbounded = wanted = 0
    for name in names:
        row = stream.articles.index(name)
        event = room.event_of[int(name, 16)]
        if not (room.event_of[: room.size] == event).any():
            continue
        wanted += 1
        ((near, _),) = survey.around(np.array([row], np.int32), earlier=True)
        found += any(_event(stream, room, other) == event for other in near.tolist())
        terms, counts, _ = vectors.of(row)
        idf = vectors.idf(terms)
        worth = np.zeros(vectors.vocabulary, np.float32)
        order = np.argsort(-(WEIGHT[counts] * idf * idf))[: surveying._ASKED_TERMS]
        worth[terms[order]] = (WEIGHT[counts] * idf * idf)[order]
        score = np.concatenate(
            [
                worth[vectors.terms[start : min(start + _CHUNK, row)]].sum(axis=1)
                for start in range(0, row, _CHUNK)
            ]
        )
        score *= in_time(vectors.hours[:row] - vectors.hours[row], surveying._NEAR_HOURS)
        best = np.argpartition(-score, surveying.NEIGHBOURS)[: surveying.NEIGHBOURS]
        unbounded += any(_event(stream, room, other) == event for other in best.tolist())
    print(
        f"  find their event among candidates {found / wanted:.3f}, without bounds"
        f" {unbounded / wanted:.3f}: lost to bounds {(unbounded - found) / wanted:.3f}"
    )


def _say_memory(clusterer: Clusterer, sizes: Sequence[int], resident: float, size: int) -> None:
    stream, _ = _stream(clusterer)
    index = clusterer._copies.index.nbytes / size
    print(
        f"  bytes an article: signature {statistics.fmean(sizes):,.0f} as stored; in memory bands"
        f" and sketches {index:,.0f}, words and neighbours {stream.nbytes / size:,.0f},"
        f" everything {resident:,.0f}"
    )


def _say_pauses(clusterer: Clusterer, articles: int, last: SignedArticle) -> None:
    pauses, more = [], True
    while more:
        begun = time.process_time()
        more = clusterer.upkeep()
        pauses.append(time.process_time() - begun)
    print(
        f"  upkeep after {articles:,}: {sum(pauses) / articles * 1e3:.1f} ms an article in"
        f" {len(pauses)} steps, the longest {max(pauses):.2f} s"
    )
    assert last.fetched_at is not None
    tomorrow = last.fetched_at + timedelta(days=2)
    begun = time.process_time()
    clusterer.add(replace(last, id="tomorrow", published_at=tomorrow, fetched_at=tomorrow))
    print(f"  a day leaves        {time.process_time() - begun:9.2f} s, once a day")


def _stream(clusterer: Clusterer) -> tuple[Stream, Survey]:
    stream = clusterer._streams["en"]
    return stream, stream.links._survey


def _event(stream: Stream, room: Newsroom, row: int) -> int:
    return int(room.event_of[int(stream.articles[row], 16)])


class _Texts:
    """Texts by article, made anew; ``spent`` is what that took."""

    def __init__(self, room: Newsroom) -> None:
        self._room = room
        self.asked = 0
        self.spent = 0.0

    def __call__(self, ids: Sequence[str]) -> Mapping[str, str]:
        begun = time.process_time()
        found = [self._room.report(int(name, 16)) for name in ids if name != "tomorrow"]
        texts = {report.id: f"{report.title}\n{report.text}" for report in found}
        self.asked += len(ids)
        self.spent += time.process_time() - begun
        return texts


class _Stopped:
    """Seconds spent in each of the parts while the context is open."""

    def __enter__(self) -> dict[str, float]:
        self._before: list[tuple[type, str, Any]] = []
        spent: dict[str, float] = {name: 0.0 for name, _, _ in _PARTS}
        for name, owner, method in _PARTS:
            inner = getattr(owner, method)
            self._before.append((owner, method, inner))
            setattr(owner, method, _timed(inner, spent, name))
        return spent

    def __exit__(self, *_: object) -> None:
        for owner, method, inner in self._before:
            setattr(owner, method, inner)


def _timed(inner: Callable[..., Any], spent: dict[str, float], name: str) -> Callable[..., Any]:
    def timed(*args: Any, **named: Any) -> Any:
        begun = time.process_time()
        try:
            return inner(*args, **named)
        finally:
            spent[name] += time.process_time() - begun

    return timed


async def _restart(room: Newsroom) -> None:
    """Fills an SQLite file with the window and takes it up from there."""
    from tests.bench.window import filled

    with tempfile.TemporaryDirectory() as folder:
        async with filled(room, Path(folder)) as (store, since):
            clusterer = Clusterer(texts=_Texts(room))
            with uncollected():
                begun = time.process_time()
                window = await store.cluster_window(since=since)
                read = time.process_time() - begun
                begun = time.process_time()
                clusterer.restore(window)
                taken = time.process_time() - begun
            print(
                f"  restart from SQLite {read + taken:9.1f} s: {read:.1f} to read"
                f" {len(window.articles):,} articles, {taken:.1f} to take them up"
            )


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


if __name__ == "__main__":
    main()
