"""Secrets of feeds that stood in clear are sealed, and are no part of articles.

Revision ID: 0013
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from aggregator.model.feed import Feed, FeedState
from aggregator.store.backend import Unit
from aggregator.store.feed_rows import packed, unpacked
from aggregator.text.secrets import gives_access, holds_secret, masked_address

revision = "0013"
down_revision = "0012"

_feed = sa.table(
    "feed", sa.column("id"), sa.column("url"), sa.column("config", sa.JSON),
    sa.column("state", sa.JSON),
)  # fmt: skip
_alias = sa.table("feed_alias", sa.column("url"), sa.column("feed_id"))
_article = sa.table(
    "article", sa.column("seq"), sa.column("feed_id"), sa.column("outlet_name"),
    sa.column("outlet_feed_url"),
)  # fmt: skip
_revision = sa.table(
    "revision", sa.column("article_seq"), sa.column("number"), sa.column("article", sa.JSON)
)
_subscription = sa.table("subscription", sa.column("feed_id"), sa.column("hub"), sa.column("topic"))


def upgrade() -> None:
    """Seals what gives access; asks for the service's key only where there is something."""
    unit: Unit = context.config.attributes["unit"]
    bind = op.get_bind()
    for row in bind.execute(sa.select(_feed)).mappings().all():
        feed, _ = unpacked(Feed, row["config"], unit.backend.seal)
        state, _ = unpacked(FeedState, row["state"], unit.backend.seal)
        if _clear(feed) or holds_secret(str(row["state"])):
            ours = sa.update(_feed).where(_feed.c.id == row["id"])
            seal = unit.backend.seal
            columns = {
                "url": seal.cover(feed.url),
                "config": packed(feed, seal),
                "state": packed(state, seal),
            }
            bind.execute(ours.values(columns))
            unit.backend.residue = True
    for address, identity in bind.execute(sa.select(_alias.c.url, _alias.c.feed_id)).all():
        if holds_secret(address):
            ours = sa.update(_alias).where(_alias.c.url == address)
            bind.execute(ours.values(url=unit.backend.seal.cover(address)))
            _mask_articles(bind, identity, address)
            unit.backend.residue = True
    for row in bind.execute(sa.select(_subscription)).mappings().all():
        if holds_secret(row["hub"]) or holds_secret(row["topic"]):
            # The hub is asked anew, and what is kept of that is sealed.
            bind.execute(sa.delete(_subscription).where(_subscription.c.feed_id == row["feed_id"]))
            unit.backend.residue = True


def _clear(feed: Feed) -> bool:
    return holds_secret(feed.url) or any(gives_access(*header) for header in feed.headers)


def _mask_articles(bind: sa.Connection, feed_id: str, address: str) -> None:
    """Takes the feed's address, with its secret, out of what its articles say of their outlet."""
    plain = masked_address(address)
    for name in ("outlet_feed_url", "outlet_name"):
        column = _article.c[name]
        theirs = sa.update(_article).where(_article.c.feed_id == feed_id, column == address)
        bind.execute(theirs.values({name: plain}))
    earlier = (
        sa.select(_revision)
        .join(_article, _article.c.seq == _revision.c.article_seq)
        .where(_article.c.feed_id == feed_id)
    )
    for row in bind.execute(earlier).mappings().all():
        article: dict[str, Any] = {
            key: plain if value == address else value for key, value in row["article"].items()
        }
        if article != row["article"]:
            bind.execute(
                sa.update(_revision)
                .where(
                    _revision.c.article_seq == row["article_seq"],
                    _revision.c.number == row["number"],
                )
                .values(article=article)
            )
