"""Pages read in worker processes that can be killed."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import resource
from concurrent.futures import TimeoutError as FutureTimeoutError

from pebble import ProcessExpired, ProcessPool

from aggregator.model.instants import Instant
from aggregator.normalise.extract import Page, extract_page

log = logging.getLogger(__name__)

_SECONDS = 15
_MEMORY = 1024 * 1024 * 1024
_PAGES_A_PROCESS = 200
"""A worker is replaced after so many pages: what libraries leak goes with it."""


class PagePool:
    """Implements `aggregator.ports.PageReader` with so many processes at most."""

    def __init__(self, *, workers: int = 1) -> None:
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=_PAGES_A_PROCESS,
            initializer=_limit_memory,
            context=multiprocessing.get_context("spawn"),
        )

    async def read(
        self,
        body: bytes,
        *,
        url: str,
        fetched_at: Instant,
        charset: str | None,
        outlet: str | None,
    ) -> Page | None:
        """What the page holds; a page that costs its worker too much holds nothing."""
        task = self._pool.schedule(
            _extract, args=(body, url, fetched_at, charset, outlet), timeout=_SECONDS
        )
        try:
            return await asyncio.wrap_future(task)
        except FutureTimeoutError:
            log.warning("%s: reading the page took longer than %d s", url, _SECONDS)
        except (ProcessExpired, MemoryError):
            log.warning("%s: reading the page ended its worker", url)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            log.warning("%s: the page cannot be read: %s", url, error)
        return None

    async def aclose(self) -> None:
        """Ends every worker process, those at work too."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # the library leaves it so
        await asyncio.to_thread(self._pool.join)


def _extract(
    body: bytes, url: str, fetched_at: Instant, charset: str | None, outlet: str | None
) -> Page | None:
    return extract_page(body, url=url, fetched_at=fetched_at, charset=charset, outlet=outlet)


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
