"""Values that the store's tests are made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.model.article import (
    Article,
    Enclosure,
    Image,
    NormalisedEntry,
    Outlet,
    RelatedLink,
)
from aggregator.model.digest import Window
from aggregator.model.feed import Feed, FeedState
from aggregator.model.signature import Signature
from aggregator.model.story import Evidence, Membership
from aggregator.ports import Store

NOON = datetime(2024, 1, 31, 12, 0, 0, 125, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=120)
DAY = Window(start=NOON - timedelta(hours=24), end=NOON + HOUR)
A, B, C = "https://a.example/rss", "https://b.example/rss", "https://c.example/rss"


async def subscribe(store: Store, *urls: str) -> list[str]:
    """The ids of the feeds that the store now follows, which are these."""
    await store.sync_feeds([Feed(url=url) for url in urls], now=NOON)
    return [record.id for record in await store.feeds()]


def article(article_id: str, *, whole: bool = False, **given: Any) -> Article:
    """An article with little in it, or with every field filled."""
    full: dict[str, Any] = {
        "url": f"https://a.example/{article_id}?utm=1",
        "canonical_url": f"https://a.example/{article_id}",
        "outlet": Outlet(name="Ä", tagline="All", url="https://a.example/", feed_url="https://f/"),
        "updated_at": NOON,
        "authors": ("Ada", "Bo"),
        "agency": "Reuters",
        "place": "BAGHDAD",
        "image": Image(url="https://a.example/i.jpg", caption="A flag", credit="C/Getty"),
        "summary": "What happened.",
        "paragraphs": ("First paragraph, 東京.", "Second."),
        "related": (RelatedLink(label="READ", title="More", url=None, after=1),),
        "topics": ("World", "Iraq"),
        "enclosures": (Enclosure(url="https://a.example/e.mp3", type="audio/mpeg", length=5),),
        "date_source": "text",
        "language": "en",
        "word_count": 4,
    }
    least: dict[str, Any] = {
        "outlet": Outlet(name="A"),
        "title": f"Title of {article_id}",
        "published_at": NOON,
        "fetched_at": NOON,
    }
    return Article(id=article_id, **least | (full if whole else {}) | given)


def entry(
    article_id: str,
    made: Article | None = None,
    *,
    digest: str = "d1",
    outlet: str = "a.example",
    position: int = 0,
    html: str = "",
) -> tuple[NormalisedEntry, Signature]:
    """An entry as the poll hands it to the store."""
    normalised = NormalisedEntry(
        article=made or article(article_id),
        entry_digest=digest,
        guid=f"guid-{article_id}",
        outlet_key=outlet,
        html=html,
        position=position,
    )
    signature = Signature(
        recipe="r1", copy=b"\0\1", event=b"\2", features=b"\xff", passages=b"\3\4"
    )
    return normalised, signature


def member(article_id: str, story_id: str, *, copy_of: str | None = None) -> Membership:
    """A membership with every part of its evidence."""
    evidence = Evidence(
        rule="copy" if copy_of else "event",
        score=0.75,
        parts={"title": 0.5, "time": 1.0},
        terms=("bağdat", "flood"),
        resemblance=0.9 if copy_of else None,
        compared_with=copy_of,
        weights="w1",
    )
    return Membership(article_id=article_id, story_id=story_id, copy_of=copy_of, evidence=evidence)


def polled(**given: Any) -> FeedState:
    """The state after a poll at noon."""
    state = FeedState(last_poll_at=NOON, next_poll_at=NOON, condition="ok")
    return replace(state, **given)
