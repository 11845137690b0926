"""An index that a digest's stories are chosen by alone.

Revision ID: 0005
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes it; some seconds a million articles."""
    op.create_index("story_seen", "story", ["last_seen", "first_seen", "outlets", "id"])
