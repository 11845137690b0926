"""Migrations: a database is brought to the newest form whole, or left as it was."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete, insert, select, text

from aggregator.errors import StoreCorrupt
from aggregator.store import schema, search, words
from aggregator.store.backend import Unit

_WORDS = "words"

FOLDER = Path(__file__).with_name("migrations")


def version(unit: Unit) -> str | None:
    """The migration this database has reached; None for an empty one."""
    found = unit.connection.dialect.has_table(unit.connection, "alembic_version")
    if not found:
        return None
    row = unit.run(text("SELECT version_num FROM alembic_version")).scalar()
    return None if row is None else str(row)


def is_newest(unit: Unit) -> bool:
    """Whether the database has the newest form, and search the newest words."""
    return version(unit) == schema.VERSION and _words(unit) == words.VERSION


def upgrade(unit: Unit) -> tuple[str | None, str]:
    """Brings the database to the newest migration; returns (before, after).

    Where the words that search sees have changed, their index is made anew.

    Raises:
        StoreCorrupt: it was made by a newer version of this program, or by another program.
    """
    unit.backend.migrating(unit)
    before = version(unit)
    if before != schema.VERSION:
        _migrate(unit, before)
    if _words(unit) != words.VERSION:
        search.reindex(unit)
        unit.run(delete(schema.form).where(schema.form.c.name == _WORDS))
        unit.run(insert(schema.form).values(name=_WORDS, version=words.VERSION))
    return before, schema.VERSION


def _words(unit: Unit) -> str | None:
    form = schema.form
    return unit.run(select(form.c.version).where(form.c.name == _WORDS)).scalar()


def _migrate(unit: Unit, before: str | None) -> None:
    # Alembic takes its time to import: only a database that needs it waits for that.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if before is not None and before not in known:
        raise StoreCorrupt(
            f"{unit.backend.place}: the database was made by a newer version of this program"
            f" (its form is {before}, the newest known here is {schema.VERSION})",
            hint="Run the newer version, or bring back a backup that this one made.",
        )
    if before is None and unit.connection.dialect.has_table(unit.connection, "article"):
        raise StoreCorrupt(
            f"{unit.backend.place}: the database belongs to another program",
            hint="Name another file or database with AGGREGATOR_DATABASE_URL.",
        )
    config.attributes["connection"] = unit.connection
    config.attributes["unit"] = unit
    command.upgrade(config, "head")
