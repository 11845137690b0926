"""Work at times of day, done once for each, whatever was stopped or failed in between."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

from aggregator.model.instants import Instant
from aggregator.ports import Clock, KeepingStore

log = logging.getLogger(__name__)

LOCK = "daily"
"""The lock's name: of several processes on one database one does what is due."""

_PAUSE = timedelta(minutes=10)
_SOON = timedelta(hours=1)


class Daily:
    """Does its work when a time of day has passed without it.

    The database remembers when it was last done. So what no running service was there to do, or
    what failed, is made up for, once however much was missed; unless its next time comes within
    the hour. A new installation waits for its first time.

    Args:
        name: what the database remembers the work by.
        times: of day, in ``zone``; at least one.
        work: raises where it could not be done; it is tried again after ten minutes.
    """

    def __init__(
        self,
        *,
        store: KeepingStore,
        clock: Clock,
        name: str,
        times: Sequence[time],
        zone: tzinfo,
        work: Callable[[], Awaitable[object]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._name = name
        self._times = times
        self._zone = zone
        self._work = work
        self._not_before: Instant | None = None

    async def run(self) -> None:
        """To be called every minute."""
        now = self._clock.now()
        if (self._not_before is not None and now < self._not_before) or not await self._due(now):
            return
        async with self._store.hold(LOCK) as ours:
            # Another process may have done it while this one looked.
            if not ours or not await self._due(now):
                return
            self._not_before = now + _PAUSE
            await self._work()
            await self._store.note_done(self._name, now)
            self._not_before = None

    async def _due(self, now: Instant) -> bool:
        done = await self._store.done_at(self._name)
        if done is None:
            await self._store.note_done(self._name, now)
            return False
        last, following = around(now, self._times, self._zone)
        late = now - last >= timedelta(minutes=2)
        return done < last and not (late and following - now < _SOON)


def around(now: Instant, times: Sequence[time], zone: tzinfo) -> tuple[Instant, Instant]:
    """The latest of these times of day that is not after now, and the next.

    >>> around(datetime(2026, 7, 1, 6, tzinfo=UTC), [time(7)], UTC)[0].isoformat()
    '2026-06-30T07:00:00+00:00'
    """
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=step) for step in (-1, 0, 1)]
    # One that the clock's change leaves out comes an hour later, one it repeats comes once.
    moments = sorted(
        datetime.combine(day, at, tzinfo=zone).astimezone(UTC) for day in days for at in times
    )
    return (
        max(moment for moment in moments if moment <= now),
        min(moment for moment in moments if moment > now),
    )
