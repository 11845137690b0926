"""What a running process of the program says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from aggregator.model.instants import Instant
from aggregator.model.store import PollsWaiting, StoreStatistics

BEAT_EVERY = timedelta(seconds=10)
"""How often a running process writes its heartbeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStatus:
    """A snapshot of one process.

    Attributes:
        version: of the program.
        started_at: when the process began its work.
        role: the command that started it.
        address: where its page is, if it offers one.
        config_dir: the folder its settings come from, environment and options aside.
        clustering: whether it is the one that holds the clusterer.
        polling: feeds being polled at this moment.
        polls: polls by outcome since the start.
        lateness: seconds that the last claimed feed was overdue.
        last_tick_at: when due feeds were last claimed.
        config_error: why the saved config is not the one in force; None while it is.
        store_error: why the last thing polled or clustered could not be stored; None where it was.
        memory: resident bytes of the process.
        settings: ``section.key`` and value of each setting in force, as TOML, secrets masked.
    """

    version: str
    started_at: Instant
    role: Literal["serve", "worker"] | None = None
    address: str | None = None
    config_dir: str | None = None
    clustering: bool = False
    polling: int = 0
    polls: tuple[tuple[str, int], ...] = ()
    lateness: float = 0.0
    last_tick_at: Instant | None = None
    config_error: str | None = None
    store_error: str | None = None
    memory: int = 0
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The last word of a process: ``name`` is its machine and process id, ``at`` when it spoke."""

    name: str
    at: Instant
    status: ServiceStatus

    def alive(self, now: Instant) -> bool:
        """Whether the process is still there, as far as its last word tells."""
        return now - self.at < 3 * BEAT_EVERY


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What `status` tells: what is stored, and which processes run on it.

    ``refusal``: why the database takes nothing just now; None where it does.
    """

    now: Instant
    store: StoreStatistics
    queue: PollsWaiting = PollsWaiting()
    processes: tuple[Heartbeat, ...] = ()
    refusal: str | None = None

    @property
    def running(self) -> tuple[Heartbeat, ...]:
        """The processes that are alive."""
        return tuple(beat for beat in self.processes if beat.alive(self.now))
