"""Alembic's entry: runs migrations on the connection that `migrate.upgrade` holds."""

from __future__ import annotations

from alembic import context

from aggregator.store.schema import metadata

# The caller's transaction is ours: all migrations happen or none.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
