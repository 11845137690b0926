"""Articles that their feeds withdrew.

Revision ID: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes their table."""
    op.create_table(
        "withdrawn",
        sa.Column("article_seq", SEQ, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article_seq"], ["article.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_seq"),
    )
