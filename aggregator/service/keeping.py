"""What a database that lives for years needs once a day: bounds held, a backup made."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aggregator.model.store import Pruned, Retention
from aggregator.ports import Clock, KeepingStore

log = logging.getLogger(__name__)

LOCK = "keeping"
"""The lock's name: of several processes on one database one does this."""

_NAME = "aggregator-%Y%m%d-%H%M%S.db"
_PATTERN = "aggregator-????????-??????.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingOptions:
    """What to do each day; nothing by default.

    Attributes:
        retention: the bounds to hold.
        backups: the folder for backups; None: none are made.
        backups_kept: how many stay there, the newest.
    """

    retention: Retention = Retention()
    backups: Path | None = None
    backups_kept: int = 7


class Keeper:
    """Holds the bounds and makes the backup, when it is called."""

    def __init__(self, *, store: KeepingStore, clock: Clock, options: KeepingOptions) -> None:
        self._store = store
        self._clock = clock
        self._options = options

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do, ever."""
        return self._options.retention == Retention() and self._options.backups is None

    async def run(self) -> None:
        """A day's keeping: the backup first, so that it holds what retention then takes out.

        Does nothing where another process is at it.

        Raises:
            StoreError: the backup or the pruning failed; the next day tries again.
        """
        async with self._store.hold(LOCK) as held:
            if not held:
                return
            if self._options.backups is not None:
                await self._back_up(self._options.backups)
            if self._options.retention != Retention():
                _tell(await self._store.prune(self._options.retention, now=self._clock.now()))

    async def _back_up(self, folder: Path) -> None:
        target = folder / self._clock.now().strftime(_NAME)
        await self._store.backup(str(target))
        log.info("backed up to %s", target)
        for old in surplus(folder, self._options.backups_kept):
            old.unlink(missing_ok=True)
            log.info("removed the old backup %s", old)


def surplus(folder: Path, kept: int) -> list[Path]:
    """Backups of ours beyond the newest so many; other files in the folder are left alone."""
    ours = sorted(path for path in folder.glob(_PATTERN) if _is_ours(path))
    return ours[:-kept] if kept else ours


def _is_ours(path: Path) -> bool:
    try:
        datetime.strptime(path.name, _NAME)  # noqa: DTZ007 - only its form is asked for
    except ValueError:
        return False
    return True


def _tell(pruned: Pruned) -> None:
    freed = max(pruned.size_before - pruned.size_after, 0)
    log.info("%d articles taken out, %d bytes given back", pruned.articles, freed)
