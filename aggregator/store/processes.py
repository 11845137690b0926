"""The last word of each process that runs on this database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import delete, insert, select

from aggregator.model.instants import from_rfc3339, rfc3339
from aggregator.model.status import Heartbeat, ServiceStatus
from aggregator.store import rows
from aggregator.store.backend import Unit
from aggregator.store.schema import process

_KEPT = timedelta(days=1)


def beat(unit: Unit, heartbeat: Heartbeat) -> None:
    """See `Store.beat`; words older than a day are forgotten on the way."""
    at = rows.micros(heartbeat.at)
    stale = process.c.at < rows.micros(heartbeat.at - _KEPT)
    unit.run(delete(process).where((process.c.name == heartbeat.name) | stale))
    status = asdict(heartbeat.status)
    for name in ("started_at", "last_tick_at"):
        status[name] = rfc3339(status[name]) if status[name] else None
    unit.run(insert(process).values(name=heartbeat.name, at=at, status=rows.storable(status)))


def heartbeats(unit: Unit) -> Sequence[Heartbeat]:
    """See `Store.heartbeats`."""
    return [
        Heartbeat(name=row.name, at=rows.instant(row.at), status=_status(row.status))
        for row in unit.run(select(process).order_by(process.c.name))
    ]


def _status(kept: dict[str, object]) -> ServiceStatus:
    """The status in a row; what another version said beside what this one knows is left out."""
    known = {key: value for key, value in kept.items() if key in ServiceStatus.__slots__}
    for name in ("started_at", "last_tick_at"):
        known[name] = from_rfc3339(str(known[name])) if known.get(name) else None
    polls = known.get("polls")
    known["polls"] = tuple((str(k), int(v)) for k, v in polls) if isinstance(polls, list) else ()
    settings = known.get("settings")
    known["settings"] = (
        tuple((str(k), str(v)) for k, v in settings) if isinstance(settings, list) else ()
    )
    return ServiceStatus(**known)  # type: ignore[arg-type]  # JSON gives back what asdict took
