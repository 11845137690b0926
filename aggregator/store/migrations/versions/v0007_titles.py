"""On PostgreSQL, titles in an index of their own.

Whether a word stands in the title cannot be read off an index of whole articles there: each
article that has the word had to be looked into.

Revision ID: 0007
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds the column and its index; titles are the words of weight A so far."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE article_words ADD COLUMN titles TSVECTOR")
    op.execute("UPDATE article_words SET titles = ts_filter(words, '{a}')")
    op.execute("ALTER TABLE article_words ALTER COLUMN titles SET NOT NULL")
    op.execute("CREATE INDEX article_words_titles ON article_words USING gin (titles)")
