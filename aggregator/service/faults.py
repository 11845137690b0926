"""The last fault of the database, as long as it is news."""

from __future__ import annotations

from datetime import timedelta

from aggregator.errors import StoreError
from aggregator.model.instants import Instant
from aggregator.ports import Clock

_NEWS = timedelta(seconds=30)
"""A fault that goes on is met again by then: the service writes every few seconds."""


class LastFault:
    """What every part of a service notes when the database refuses."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: tuple[Instant, str] | None = None

    def note(self, error: StoreError) -> None:
        """The database has just refused so."""
        self._last = self._clock.now(), str(error)

    @property
    def words(self) -> str | None:
        """Why the database refused lately; None where it did not."""
        if self._last is None or self._clock.now() - self._last[0] > _NEWS:
            return None
        return self._last[1]
