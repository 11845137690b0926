"""Pages kept in memory until something was written, or the minute is over.

The store tells by a marker whether anything changed, whichever process wrote it; the clock's minute
ends a page as well, because the digest's window moves with it. A page is kept with its compressed
form, so that serving it again costs neither rendering nor compression.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from aggregator.ports import Clock, Store

_MOST_PAGES = 300
_MOST_BYTES = 48 * 1024 * 1024
_LEAST_COMPRESSED = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    mark: str
    minute: int
    body: bytes
    packed: bytes | None
    headers: dict[str, str]
    size: int


class Shelf:
    """Keeps answers by what was asked for; safe within one event loop."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._kept: OrderedDict[object, _Kept] = OrderedDict()
        self._bytes = 0

    async def answer(
        self, request: Request, key: object, make: Callable[[], Awaitable[Response]]
    ) -> Response:
        """The kept answer for this key while it holds; else what ``make`` gives, kept if it is 200.

        The marker is asked for before the page is made: what is written meanwhile ends it.
        """
        mark = await self._store.changed()
        minute = int(self._clock.now().timestamp() // 60)
        kept = self._kept.get(key)
        if kept is None or (kept.mark, kept.minute) != (mark, minute):
            response = await make()
            if response.status_code != 200:
                return response
            kept = _keep(response, mark, minute)
            self._put(key, kept)
        else:
            self._kept.move_to_end(key)
        return _served(kept, request)

    def _put(self, key: object, kept: _Kept) -> None:
        if old := self._kept.pop(key, None):
            self._bytes -= old.size
        self._kept[key] = kept
        self._bytes += kept.size
        while len(self._kept) > 1 and (len(self._kept) > _MOST_PAGES or self._bytes > _MOST_BYTES):
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.size


def _keep(response: Response, mark: str, minute: int) -> _Kept:
    body = bytes(response.body)
    packed = gzip.compress(body, 6, mtime=0) if len(body) >= _LEAST_COMPRESSED else None
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    size = len(body) + len(packed or b"")
    return _Kept(mark=mark, minute=minute, body=body, packed=packed, headers=headers, size=size)


def _served(kept: _Kept, request: Request) -> Response:
    if kept.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        varies = f"{kept.headers.get('vary', '')}, Accept-Encoding".lstrip(", ")
        headers = {**kept.headers, "content-encoding": "gzip", "vary": varies}
        return Response(kept.packed, headers=headers)
    return Response(kept.body, headers=kept.headers)
