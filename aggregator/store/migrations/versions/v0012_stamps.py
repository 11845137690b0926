"""Memberships tell by a number that they were written anew.

Revision ID: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Adds the number, the same for all that is there."""
    stamp = sa.Column("stamp", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("membership", stamp)
