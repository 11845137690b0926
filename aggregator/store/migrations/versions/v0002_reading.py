"""What the reader did: marks on stories, tastes, saved searches.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the reader's tables."""
    op.create_table(
        "mark",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("story_id", sa.Text(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("starred", sa.Boolean(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "story_id"),
    )
    op.create_index("mark_read", "mark", ["reader", "read_at"], unique=False)
    op.create_index("mark_starred", "mark", ["reader", "starred"], unique=False)
    op.create_table(
        "taste",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("likes", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "kind", "name"),
    )
    op.create_table(
        "saved_search",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "name"),
    )
