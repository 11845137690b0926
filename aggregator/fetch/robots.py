"""robots.txt (RFC 9309), for pages: the full texts of articles.

Feeds are made to be fetched by programs and are not asked for here.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from protego import Protego

from aggregator.errors import FetchError, HostBusy, HostHeld
from aggregator.model.instants import Instant
from aggregator.model.poll import FetchRequest
from aggregator.ports import Fetcher

PRODUCT = "aggregator"
"""The name robots.txt files call us by: the first word of our User-Agent."""

_KEPT = timedelta(hours=24)
_KEPT_UNREACHABLE = timedelta(hours=1)
# RFC 9309 §2.5 asks to read 500 KiB at least.
_LARGEST = 512 * 1024
_MOST_HOSTS = 2000


@dataclass(slots=True)
class _Rules:
    """One origin's rules; ``parsed`` None means that nothing may be fetched there."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    until: Instant | None = None
    parsed: Protego | None = None


class Robots:
    """Says which pages may be fetched. Safe to call many times at once."""

    def __init__(self, fetcher: Fetcher, *, now: Callable[[], Instant]) -> None:
        self._fetcher = fetcher
        self._now = now
        self._rules: OrderedDict[str, _Rules] = OrderedDict()

    async def allows(self, url: str) -> bool:
        """Whether the page's origin lets this program fetch it.

        Where robots.txt cannot be reached or the server has trouble, nothing may be fetched; where
        there is none (4xx), everything may (RFC 9309 §2.3.1).

        Raises:
            HostHeld, HostBusy: the host cannot be asked just now.
        """
        page = httpx.URL(url)
        origin = f"{page.scheme}://{page.netloc.decode('ascii')}"
        rules = self._rules.setdefault(origin, _Rules())
        self._rules.move_to_end(origin)
        while len(self._rules) > _MOST_HOSTS:
            self._rules.popitem(last=False)
        async with rules.lock:
            if rules.until is None or rules.until <= self._now():
                await self._learn(origin, rules)
        return rules.parsed is not None and bool(rules.parsed.can_fetch(url, PRODUCT))

    async def _learn(self, origin: str, rules: _Rules) -> None:
        request = FetchRequest(
            url=f"{origin}/robots.txt", accept="text/plain, */*;q=0.1", max_bytes=_LARGEST
        )
        kept = _KEPT
        try:
            answer = await self._fetcher.fetch(request)
        except (HostHeld, HostBusy):
            raise
        except FetchError:
            rules.parsed, kept = None, _KEPT_UNREACHABLE
        else:
            if 200 <= answer.status < 300:
                rules.parsed = Protego.parse(answer.body.decode("utf-8", "replace"))
            elif 400 <= answer.status < 500 and answer.status != 429:
                rules.parsed = Protego.parse("")
            else:
                rules.parsed, kept = None, _KEPT_UNREACHABLE
        rules.until = self._now() + kept
