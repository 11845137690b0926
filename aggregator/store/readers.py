"""The reader's side: marks on stories, tastes, saved searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, or_, select, update

from aggregator.model.digest import DigestStory
from aggregator.model.instants import Instant
from aggregator.model.reading import SavedSearch, StoryMark, Taste
from aggregator.model.store import SearchQuery
from aggregator.store import rows, stories
from aggregator.store.backend import Unit
from aggregator.store.schema import mark, saved_search, story, story_alias, taste

# The id a mark's story is known by today.
_ALIVE = func.coalesce(story_alias.c.story_id, mark.c.story_id)
_MARKS = mark.join(story_alias, story_alias.c.id == mark.c.story_id, isouter=True)


def marks(unit: Unit, reader: str, story_ids: Sequence[str]) -> Mapping[str, StoryMark]:
    """See `Store.marks`. Where several stories became one, the latest reading and any star hold."""
    asked = or_(
        unit.backend.among(mark.c.story_id, story_ids),
        unit.backend.among(story_alias.c.story_id, story_ids),
    )
    found: dict[str, StoryMark] = {}
    for row in unit.run(
        select(_ALIVE.label("alive"), mark)
        .select_from(_MARKS)
        .where(mark.c.reader == reader, asked)
        .order_by(mark.c.story_id)
    ):
        before = found.get(row.alive)
        read = [row.read_at] if row.read_at is not None else []
        if before and before.read_at:
            read.append(rows.micros(before.read_at))
        found[row.alive] = StoryMark(
            story_id=row.alive,
            read_at=rows.instant(max(read)) if read else None,
            starred=row.starred or bool(before and before.starred),
            # A story that was muted by itself is another one once it has grown together.
            muted=row.muted and (before is None or before.muted),
        )
    return found


def save_marks(unit: Unit, reader: str, wanted: Sequence[StoryMark]) -> None:
    """See `Store.save_marks`. Marks under ids merged into these are replaced with them."""
    ids = [each.story_id for each in wanted]
    merged = select(story_alias.c.id).where(unit.backend.among(story_alias.c.story_id, ids))
    unit.run(
        delete(mark).where(
            mark.c.reader == reader,
            or_(unit.backend.among(mark.c.story_id, ids), mark.c.story_id.in_(merged)),
        )
    )
    kept = {
        each.story_id: {
            "reader": reader,
            "story_id": each.story_id,
            "read_at": rows.micros(each.read_at) if each.read_at else None,
            "starred": each.starred,
            "muted": each.muted,
        }
        for each in wanted
        if each.read_at or each.starred or each.muted
    }
    if kept:
        unit.run(insert(mark), list(kept.values()))


def unread_again(unit: Unit, reader: str, read_at: Instant) -> int:
    """See `Store.unread_again`."""
    chosen = and_(mark.c.reader == reader, mark.c.read_at == rows.micros(read_at))
    return unit.run(update(mark).where(chosen).values(read_at=None)).rowcount


def starred(unit: Unit, reader: str, *, limit: int) -> Sequence[DigestStory]:
    """See `Store.starred`."""
    ids = unit.run(
        select(story.c.id)
        .select_from(_MARKS.join(story, story.c.id == _ALIVE))
        .where(mark.c.reader == reader, mark.c.starred)
        .group_by(story.c.id, story.c.last_seen)
        .order_by(story.c.last_seen.desc(), story.c.id)
        .limit(limit)
    ).scalars()
    return stories.whole(unit, list(ids))


def starred_ids(reader: str) -> Select[tuple[str]]:
    """The ids, as they are today, of the stories a reader starred."""
    return select(_ALIVE).select_from(_MARKS).where(mark.c.reader == reader, mark.c.starred)


def tastes(unit: Unit, reader: str) -> Sequence[Taste]:
    """See `Store.tastes`."""
    found = unit.run(
        select(taste).where(taste.c.reader == reader).order_by(taste.c.kind, taste.c.name)
    )
    return [Taste(kind=row.kind, name=row.name, likes=row.likes) for row in found]


def save_taste(unit: Unit, reader: str, wanted: Taste) -> None:
    """See `Store.save_taste`."""
    drop_taste(unit, reader, wanted)
    values = rows.storable(asdict(wanted))
    unit.run(insert(taste).values(reader=reader, **values))


def drop_taste(unit: Unit, reader: str, wanted: Taste) -> None:
    """See `Store.drop_taste`."""
    unit.run(delete(taste).where(taste.c.reader == reader, _same(wanted)))


def _same(wanted: Taste) -> ColumnElement[bool]:
    name = rows.storable(wanted.name)
    return and_(taste.c.kind == wanted.kind, func.lower(taste.c.name) == func.lower(name))


def searches(unit: Unit, reader: str) -> Sequence[SavedSearch]:
    """See `Store.searches`."""
    found = unit.run(
        select(saved_search)
        .where(saved_search.c.reader == reader)
        .order_by(saved_search.c.made_at, saved_search.c.name)
    )
    return [
        SavedSearch(
            name=row.name, query=SearchQuery(**row.query), made_at=rows.instant(row.made_at)
        )
        for row in found
    ]


def save_search(unit: Unit, reader: str, search: SavedSearch) -> None:
    """See `Store.save_search`. A saved search has no span: it is asked anew each time."""
    drop_search(unit, reader, search.name)
    query = {
        name: value
        for name, value in asdict(search.query).items()
        if value is not None and name not in ("since", "until", "limit")
    }
    unit.run(
        insert(saved_search).values(
            reader=reader,
            name=rows.storable(search.name),
            query=rows.storable(query),
            made_at=rows.micros(search.made_at),
        )
    )


def drop_search(unit: Unit, reader: str, name: str) -> None:
    """See `Store.drop_search`."""
    same = saved_search.c.name == rows.storable(name)
    unit.run(delete(saved_search).where(saved_search.c.reader == reader, same))
