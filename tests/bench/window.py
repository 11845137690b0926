"""A store that holds a window of made-up news, for restarts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from aggregator.model.article import Article, NormalisedEntry, Outlet
from aggregator.model.feed import Feed, FeedState
from aggregator.model.instants import Instant
from aggregator.model.signature import Signature, SignedArticle
from aggregator.model.story import ClusterChanges, Evidence, Membership
from aggregator.similarity.sign import sign
from aggregator.store import SqlStore
from tests.bench.newsroom import BEGAN, Newsroom

_POLL = 3000


@asynccontextmanager
async def filled(room: Newsroom, folder: Path) -> AsyncIterator[tuple[SqlStore, Instant]]:
    """A store with the room's window, placed by event, and the instant the window begins."""
    store = SqlStore(f"sqlite:///{folder / 'window.db'}")
    await store.open()
    try:
        await store.sync_feeds([Feed(url="https://outlet.test/rss")], now=BEGAN)
        (feed,) = await store.feeds()
        state = FeedState(last_poll_at=BEGAN, next_poll_at=BEGAN)
        for start in range(0, room.size, _POLL):
            numbers = range(start, min(start + _POLL, room.size))
            reports = [room.report(number) for number in numbers]
            await store.save_poll(feed.id, state, [_entry(report) for report in reports])
            memberships = tuple(
                Membership(
                    article_id=report.id,
                    story_id=f"s{room.event_of[number]}",
                    evidence=Evidence(rule="event", score=0.8, terms=("one", "two")),
                )
                for number, report in zip(numbers, reports, strict=True)
            )
            await store.apply(ClusterChanges(memberships=memberships))
        yield store, BEGAN - timedelta(days=1)
    finally:
        await store.aclose()


def _entry(report: SignedArticle) -> tuple[NormalisedEntry, Signature]:
    assert report.published_at is not None
    assert report.fetched_at is not None
    article = Article(
        id=report.id,
        url=report.url,
        canonical_url=report.url,
        outlet=Outlet(name=str(report.source)),
        title=report.title,
        published_at=report.published_at,
        fetched_at=report.fetched_at,
        summary=report.text[:200],
        paragraphs=tuple(report.text.split("\n")),
        word_count=report.text.count(" "),
        language=report.language,
    )
    entry = NormalisedEntry(
        article=article, entry_digest=report.id, outlet_key=str(report.source), html="", position=0
    )
    return entry, sign(report)
