"""Articles and stories for tests, made in one line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aggregator.model.article import Article, Image, Outlet
from aggregator.model.store import StoredArticle
from aggregator.model.story import Evidence, Membership

DAWN = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)


def stored(
    article_id: str,
    *,
    outlet: str = "Harbour Times",
    title: str = "Ferry runs aground off Skerry Point",
    minutes: float = 0,
    words: int = 200,
    copy_of: str | None = None,
    summary: str | None = None,
    paragraphs: tuple[str, ...] = (),
    image: Image | None = None,
    topics: tuple[str, ...] = (),
    agency: str | None = None,
    feed_id: str | None = None,
    fetched: float | None = None,
    language: str | None = "en",
    html: str = "",
    revisions: int = 0,
    rule: str | None = None,
    url: str | None = None,
    withdrawn: bool = False,
) -> StoredArticle:
    """An article published ``minutes`` after `DAWN`, fetched a minute later unless told."""
    published = DAWN + timedelta(minutes=minutes)
    return StoredArticle(
        article=Article(
            id=article_id,
            url=url or f"https://{outlet.lower().replace(' ', '-')}.example/{article_id}",
            outlet=Outlet(name=outlet),
            title=title,
            published_at=published,
            fetched_at=DAWN + timedelta(minutes=minutes + 1 if fetched is None else fetched),
            summary=summary,
            paragraphs=paragraphs,
            image=image,
            topics=topics,
            agency=agency,
            language=language,
            word_count=words,
        ),
        outlet_key=outlet.lower(),
        feed_id=feed_id,
        html=html,
        revisions=revisions,
        withdrawn_at=published + timedelta(hours=9) if withdrawn else None,
        membership=Membership(
            article_id=article_id,
            story_id="s1",
            copy_of=copy_of,
            evidence=Evidence(rule=rule or ("copy" if copy_of else "event")),
        ),
    )
