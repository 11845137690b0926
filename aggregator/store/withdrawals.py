"""Articles that their feeds no longer hold: kept, and known to be withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.sql import FromClause

from aggregator.model.instants import Instant
from aggregator.model.store import Listing
from aggregator.store import rows
from aggregator.store.backend import Unit
from aggregator.store.schema import article, withdrawn


def joined(articles: FromClause) -> FromClause:
    """Rows of ``article``, perhaps joined with others, with when their feeds withdrew them."""
    return articles.outerjoin(withdrawn, withdrawn.c.article_seq == article.c.seq)


def note(unit: Unit, feed_id: str, listing: Listing, *, at: Instant) -> Sequence[str]:
    """Notes which articles a feed has no more, and which are back; ids of those that newly left."""
    held = unit.rows(
        select(article.c.id, article.c.seq, article.c.guid, withdrawn.c.at)
        .select_from(joined(article))
        .where(article.c.feed_id == feed_id)
        .order_by(article.c.seq)
    )
    left = [row for row in held if row["at"] is None and _gone(row, listing)]
    back = [row["seq"] for row in held if row["at"] is not None and row["id"] in listing.ids]
    if left:
        moment = rows.micros(at)
        unit.run(insert(withdrawn), [{"article_seq": row["seq"], "at": moment} for row in left])
    if back:
        unit.run(delete(withdrawn).where(unit.backend.among(withdrawn.c.article_seq, back)))
    return [row["id"] for row in left]


def _gone(row: rows.Row, listing: Listing) -> bool:
    return row["id"] not in listing.ids and (listing.complete or row["guid"] in listing.deleted)
