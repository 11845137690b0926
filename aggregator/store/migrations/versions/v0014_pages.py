"""Articles whose pages are still to be fetched.

Revision ID: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes their table."""
    op.create_table(
        "page",
        sa.Column("article_seq", SEQ, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_seq"], ["article.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_seq"),
    )
    op.create_index("page_due", "page", ["due_at", "article_seq"])
