"""The tables, as the newest migration leaves them.

Instants and durations are integers of microseconds (since 1970 in UTC): they sort, compare and
index the same on both databases. Articles and feeds carry an id for the world; inside, an article
is its ``seq``, which keeps every index that names it small. What search sees is kept by each
backend in its own way, in ``article_words``, and can be made anew from ``article``.

Columns that only some readers want stand last: SQLite then need not read past them.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

VERSION = "0014"
"""The newest migration; a test holds it to what Alembic finds."""

metadata = MetaData()

# SQLite's own row number must be declared as INTEGER.
_Seq = BigInteger().with_variant(Integer, "sqlite")

feed = Table(
    "feed",
    metadata,
    Column("id", Text, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    # What feeds.toml says, whole; what is asked for by value stands in columns beside it.
    Column("config", JSON, nullable=False),
    Column("title", Text),
    Column("category", Text),
    Column("paused", Boolean, nullable=False),
    Column("place", Integer, nullable=False),
    Column("subscribed", Boolean, nullable=False),
    # When it may be claimed: `due_at` is null where it never is, 0 where it never was polled.
    Column("due_at", BigInteger),
    Column("lease_until", BigInteger, nullable=False),
    # What polling taught, whole and by value.
    Column("state", JSON, nullable=False),
    Column("own_title", Text),
    Column("condition", Text, nullable=False),
    Column("last_poll_at", BigInteger),
    Column("articles", Integer, nullable=False),
    Index("feed_due", "subscribed", "paused", "due_at", "lease_until"),
)

feed_alias = Table(
    "feed_alias",
    metadata,
    Column("url", Text, primary_key=True),
    Column("feed_id", ForeignKey("feed.id", ondelete="CASCADE"), nullable=False, index=True),
)

article = Table(
    "article",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("feed_id", ForeignKey("feed.id", ondelete="SET NULL")),
    Column("outlet_key", Text, nullable=False),
    Column("guid", Text),
    Column("position", Integer, nullable=False),
    Column("entry_digest", Text, nullable=False),
    Column("wording_digest", Text, nullable=False),
    Column("revisions", Integer, nullable=False),
    # When this wording came; `fetched_at` is when the article first did.
    Column("worded_at", BigInteger, nullable=False),
    Column("url", Text),
    Column("canonical_url", Text),
    Column("outlet_name", Text, nullable=False),
    Column("outlet_tagline", Text),
    Column("outlet_url", Text),
    Column("outlet_feed_url", Text),
    Column("title", Text, nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger),
    Column("fetched_at", BigInteger, nullable=False),
    Column("date_source", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("agency", Text),
    Column("dateline", Text),
    Column("image", JSON(none_as_null=True)),
    Column("topics", JSON, nullable=False),
    Column("language", Text),
    Column("word_count", Integer, nullable=False),
    Column("summary", Text),
    Column("enclosures", JSON, nullable=False),
    Column("related", JSON, nullable=False),
    Column("paragraphs", JSON, nullable=False),
    Column("html", Text, nullable=False),
    Index("article_fetched", "fetched_at", "seq"),
    Index("article_feed", "feed_id", "fetched_at"),
)

revision = Table(
    "revision",
    metadata,
    Column("article_seq", ForeignKey("article.seq", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("seen_at", BigInteger, nullable=False),
    Column("wording_digest", Text, nullable=False),
    Column("article", JSON, nullable=False),
)

signature = Table(
    "signature",
    metadata,
    Column("article_seq", ForeignKey("article.seq", ondelete="CASCADE"), primary_key=True),
    Column("recipe", Text, nullable=False),
    Column("copy", LargeBinary, nullable=False),
    Column("event", LargeBinary, nullable=False),
    Column("features", LargeBinary, nullable=False),
    Column("passages", LargeBinary, nullable=False),
)

# Articles that complete feeds no longer hold: they are few, and most readers never ask.
withdrawn = Table(
    "withdrawn",
    metadata,
    Column("article_seq", ForeignKey("article.seq", ondelete="CASCADE"), primary_key=True),
    Column("at", BigInteger, nullable=False),
)

# Articles whose pages are still to be fetched, and how often that was begun.
page = Table(
    "page",
    metadata,
    Column("article_seq", ForeignKey("article.seq", ondelete="CASCADE"), primary_key=True),
    Column("due_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("page_due", "due_at", "article_seq"),
)

# Articles that retention took: known, so that their feeds do not bring them back as new.
taken = Table(
    "taken",
    metadata,
    Column("id", Text, primary_key=True),
    Column("entry_digest", Text, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
)

# The clusterer's queue. `wording` is the revision that waits, `handed` the one last handed out:
# what changes between being handed out and being placed goes on waiting.
waiting = Table(
    "waiting",
    metadata,
    Column("article_seq", ForeignKey("article.seq", ondelete="CASCADE"), primary_key=True),
    Column("arrived_at", BigInteger, nullable=False),
    Column("feed_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("wording", Integer, nullable=False),
    Column("handed", Integer),
    Index("waiting_order", "arrived_at", "feed_id", "position", "article_seq"),
)

# `text_id` is the id of the member whose text this one has: its own unless it is a copy.
# Outlet and fetch time are repeated here, so that counts and windows are read off an index.
membership = Table(
    "membership",
    metadata,
    Column("article_seq", ForeignKey("article.seq", ondelete="CASCADE"), primary_key=True),
    Column("story_id", Text, nullable=False),
    Column("text_id", Text, nullable=False),
    Column("outlet_key", Text, nullable=False),
    Column("fetched_at", BigInteger, nullable=False),
    Column("evidence", JSON, nullable=False),
    # Another number each time the row is written, so that who holds a window sees what changed.
    Column("stamp", BigInteger, nullable=False, server_default="0"),
    Index("membership_story", "story_id", "fetched_at", "outlet_key", "text_id"),
    Index("membership_fetched", "fetched_at", "story_id"),
)

story = Table(
    "story",
    metadata,
    Column("id", Text, primary_key=True),
    Column("articles", Integer, nullable=False),
    Column("outlets", Integer, nullable=False),
    Column("texts", Integer, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    # All that the choice of a digest's stories reads.
    Index("story_seen", "last_seen", "first_seen", "outlets", "id"),
)

story_alias = Table(
    "story_alias",
    metadata,
    Column("id", Text, primary_key=True),
    Column("story_id", Text, nullable=False, index=True),
)

correction = Table(
    "correction",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("a", Text, primary_key=True),
    Column("b", Text, primary_key=True),
    Column("made_at", BigInteger, nullable=False),
)

# What takes the latest corrections back, by the key that was given out for it.
undoing = Table(
    "undoing",
    metadata,
    Column("key", Text, primary_key=True),
    Column("made_at", BigInteger, nullable=False),
    Column("what", JSON, nullable=False),
)

subscription = Table(
    "subscription",
    metadata,
    Column("feed_id", ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger),
    Column("delivered_at", BigInteger),
    Column("reason", Text),
)

process = Table(
    "process",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("status", JSON, nullable=False),
)

# What the reader did. A mark may stand under the id of a story merged away since: `story_alias`
# leads on.
mark = Table(
    "mark",
    metadata,
    Column("reader", Text, primary_key=True),
    Column("story_id", Text, primary_key=True),
    Column("read_at", BigInteger),
    Column("starred", Boolean, nullable=False),
    Column("muted", Boolean, nullable=False),
    Index("mark_read", "reader", "read_at"),
    Index("mark_starred", "reader", "starred"),
)

taste = Table(
    "taste",
    metadata,
    Column("reader", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("likes", Boolean, nullable=False),
)

saved_search = Table(
    "saved_search",
    metadata,
    Column("reader", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("query", JSON, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

# What lets programs in; of a token only its hash is kept.
token = Table(
    "token",
    metadata,
    Column("name", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

# When work of the day, as the mail, was last done.
daily = Table(
    "daily",
    metadata,
    Column("name", Text, primary_key=True),
    Column("done_at", BigInteger, nullable=False),
)

# The form of what can be made anew: of the words that search sees.
form = Table(
    "form",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Text, nullable=False),
)
