"""The port `Store` in SQL: SQLAlchemy Core on SQLite and PostgreSQL, Alembic migrations, search.

One module a subject (feeds, articles, clustering, stories, search, maintenance), each a set of
functions over a `Unit`: one transaction. What the two databases do differently is in `backend` and
its two implementations, driver errors become ours in `faults`, threads are in `engine` alone.
"""

from __future__ import annotations

from aggregator.store.store import SqlStore

__all__ = ["SqlStore"]
