"""A store that holds a window of made-up news, for restarts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import islice
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
        await fill(store, room)
        yield store, BEGAN - timedelta(days=1)
    finally:
        await store.aclose()


async def fill(store: SqlStore, room: Newsroom, *, later: timedelta = timedelta()) -> None:
    """Stores the room's window, placed by event, as if all of it had come so much later."""
    await store.sync_feeds([Feed(url="https://outlet.test/rss", paused=True)], now=BEGAN)
    (feed,) = await store.feeds()
    state = FeedState(last_poll_at=BEGAN, next_poll_at=BEGAN)
    reports = enumerate(room.window())
    while some := list(islice(reports, _POLL)):
        entries = [entry_of(report, room.report(number).text, later) for number, report in some]
        await store.save_poll(feed.id, state, entries)
        memberships = tuple(
            Membership(
                article_id=report.id,
                story_id=f"s{room.event_of[number]}",
                evidence=Evidence(rule="event", score=0.8, terms=("one", "two")),
            )
            for number, report in some
        )
        await store.apply(ClusterChanges(memberships=memberships))


def entry_of(
    report: SignedArticle, text: str | None = None, later: timedelta = timedelta()
) -> tuple[NormalisedEntry, Signature]:
    """A report as a poll hands it to the store; ``text`` is its own where that is left out."""
    text = report.text if text is None else text
    assert report.published_at is not None
    article = Article(
        id=report.id,
        url=report.url,
        canonical_url=report.url,
        outlet=Outlet(name=str(report.source)),
        title=report.title,
        published_at=report.published_at + later,
        fetched_at=report.published_at + later,
        summary=text[:200],
        paragraphs=tuple(text.split("\n")),
        word_count=text.count(" "),
        language=report.language,
    )
    entry = NormalisedEntry(
        article=article, entry_digest=report.id, outlet_key=str(report.source), html="", position=0
    )
    return entry, report.signature or sign(report)
