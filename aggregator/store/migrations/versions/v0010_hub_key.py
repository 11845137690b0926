"""What hubs sign with is made from the service's key and no longer kept.

Revision ID: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Forgets the secrets; hubs are told new ones when they are asked next, which is at once."""
    with op.batch_alter_table("subscription") as table:
        table.drop_column("secret")
        table.add_column(sa.Column("key", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("subscription") as table:
        table.alter_column("key", server_default=None)
