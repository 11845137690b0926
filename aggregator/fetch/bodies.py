"""Reads bodies within bounds: each by itself, and all that are under way together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from threading import Lock

import httpx

from aggregator.errors import FetchError, TooLarge
from aggregator.fetch import decode

# What is larger, and all brotli (its window alone may take 16 MiB), is unpacked beside the event
# loop, which it would hold up by a tenth of a second at worst; in one thread, so that it does not
# add up.
_SMALL = 64 * 1024
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Received:
    """A body; ``whole`` is False where it broke off or broke, and the rest of it is lost."""

    body: bytes
    whole: bool = True


class GivenUp(TooLarge):
    """The body was the largest of those under way when they passed their bound together."""


@dataclass(slots=True, eq=False)
class _Coming:
    """A body of which so much has come; ``alone``: it is not given up for the others."""

    pieces: list[bytes] = field(default_factory=list)
    size: int = 0
    given_up: bool = False
    alone: bool = False


class Bodies:
    """Reads and unpacks. ``together`` bounds the bytes of all bodies that are under way.

    Where they pass it the largest of them is given up: one feed in a thousand is over 5 MiB, so it
    is most likely the one that should not be there. It may be read again ``alone``, which one body
    is at a time. To wait for room instead would let slow servers stop all others.

    Pieces are joined at the very end: a buffer that grows is copied time and again, and what it
    leaves behind is memory the process keeps.
    """

    def __init__(self, together: int) -> None:
        self._together = together
        self._coming: set[_Coming] = set()
        self._size = 0
        self._lock = Lock()
        self._only_one = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="unpack")

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Waits to be the one body that is not given up for others. Raises `TimeoutError`."""
        async with asyncio.timeout(_LONGEST_WAIT):
            await self._only_one.acquire()
        try:
            yield
        finally:
            self._only_one.release()

    async def read(self, response: httpx.Response, limit: int, *, alone: bool = False) -> Received:
        """The body, unpacked; not whole where the connection or its packing broke off.

        Raises:
            TooLarge: it passes ``limit`` as sent or as unpacked.
            GivenUp: all bodies passed their bound, and it was the largest.
            FetchError: it broke before anything of it came, or is packed more than once.
        """
        encoding = decode.packing(response.headers.get("content-encoding"))
        length = response.headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit:
            raise TooLarge(f"the document is larger than {limit // 1024} KiB ({length} bytes)")
        with self._room(alone=alone) as coming:
            sent = await self._sent(response, coming, limit)
            if encoding is None or not sent.body:
                return sent
            # What was sent goes on counting while it waits to be unpacked.
            if encoding != "br" and len(sent.body) <= _SMALL:
                unpacked = self._unpacked(sent.body, encoding, limit, alone)
            else:
                unpacked = await asyncio.get_running_loop().run_in_executor(
                    self._thread, self._unpacked, sent.body, encoding, limit, alone
                )
            return unpacked if sent.whole else Received(unpacked.body, whole=False)

    def close(self) -> None:
        """Lets go of the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _sent(self, response: httpx.Response, body: _Coming, limit: int) -> Received:
        """The bytes as they were sent."""
        whole = True
        try:
            async for piece in response.aiter_raw():
                self._keep(body, piece, limit)
        except TooLarge:
            raise
        except FetchError:
            if not body.size:
                raise
            whole = False
        sent = b"".join(body.pieces)
        body.pieces.clear()
        return Received(sent, whole)

    def _unpacked(self, sent: bytes, encoding: str, limit: int, alone: bool) -> Received:
        with self._room(alone=alone) as body:
            whole = decode.unpack(sent, encoding, lambda step: self._keep(body, step, limit))
            return Received(b"".join(body.pieces), whole)

    @contextmanager
    def _room(self, *, alone: bool) -> Iterator[_Coming]:
        """A place among the bodies under way; whatever it holds in the end is let go of."""
        body = _Coming(alone=alone)
        with self._lock:
            self._coming.add(body)
        try:
            yield body
        finally:
            with self._lock:
                self._drop(body)
            body.pieces.clear()

    def _keep(self, body: _Coming, piece: bytes, limit: int) -> None:
        """Adds the next piece. Raises `TooLarge` at the limit, or where the body was given up."""
        if body.size + len(piece) > limit:
            raise TooLarge(f"the document is larger than {limit // 1024} KiB")
        with self._lock:
            if not body.given_up:
                body.pieces.append(piece)
                body.size += len(piece)
                self._size += len(piece)
            while self._size > self._together:
                others = [each for each in self._coming if not each.alone]
                if not others:
                    break
                largest = max(others, key=lambda each: each.size)
                self._drop(largest)
                largest.given_up = True
                largest.pieces.clear()
        if body.given_up:
            raise GivenUp("the document is too large to be read beside all the others")

    def _drop(self, body: _Coming) -> None:
        if body in self._coming:
            self._coming.remove(body)
            self._size -= body.size
