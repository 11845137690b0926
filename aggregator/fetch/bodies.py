"""Reads bodies within bounds: each by itself, and all that are under way together."""

from __future__ import annotations

import asyncio
import io

import httpx

from aggregator.errors import FetchError, TooLarge
from aggregator.fetch import decode
from aggregator.fetch.decode import Unpacked

# Bodies of this size are unpacked beside the event loop, which they would hold up by a tenth of a
# second at worst; only one at a time, so that their memory does not add up.
_LARGE = 64 * 1024


class Bodies:
    """Reads and unpacks. ``together`` bounds the bytes of all bodies that are still coming.

    Where they pass it the largest of them is given up. One feed in a thousand is over 5 MiB, so
    whoever passes it is most likely the one who should not be there, and it costs that feed one
    poll; waiting for room would let slow servers stop all others.
    """

    def __init__(self, together: int) -> None:
        self._together = together
        self._coming: dict[io.BytesIO, int] = {}
        self._given_up: set[io.BytesIO] = set()
        self._unpacking = asyncio.Lock()

    async def read(self, response: httpx.Response, limit: int) -> Unpacked:
        """The body, unpacked; not whole where the connection or its packing broke off.

        Raises:
            TooLarge: it passes ``limit`` as sent or as unpacked, or all bodies their bound.
            FetchError: it broke before anything of it came, or is packed more than once.
        """
        encoding = decode.packing(response.headers.get("content-encoding"))
        length = response.headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit:
            raise TooLarge(f"the document is larger than {limit // 1024} KiB ({length} bytes)")
        sent, whole = await self._received(response, limit)
        if encoding is not None and len(sent) > _LARGE:
            async with self._unpacking:
                unpacked = await asyncio.to_thread(decode.unpack, sent, encoding, limit)
        else:
            unpacked = decode.unpack(sent, encoding, limit)
        return unpacked if whole else Unpacked(unpacked.body, whole=False)

    async def _received(self, response: httpx.Response, limit: int) -> tuple[bytes, bool]:
        """The bytes as sent, and whether all of them came."""
        body = io.BytesIO()
        self._coming[body] = 0
        try:
            async for piece in response.aiter_raw():
                self._make_room(body, len(piece), limit)
                body.write(piece)
        except TooLarge:
            raise
        except FetchError:
            if not body.tell():
                raise
            return body.getvalue(), False
        finally:
            self._coming.pop(body, None)
            self._given_up.discard(body)
        return body.getvalue(), True

    def _make_room(self, body: io.BytesIO, more: int, limit: int) -> None:
        """Counts what is about to be written. Raises `TooLarge` where it has no room."""
        if body.tell() + more > limit:
            raise TooLarge(f"the document is larger than {limit // 1024} KiB")
        if body not in self._given_up:
            self._coming[body] += more
        while sum(self._coming.values()) > self._together:
            largest = max(self._coming, key=self._coming.__getitem__)
            del self._coming[largest]
            self._given_up.add(largest)
            largest.seek(0)
            largest.truncate()
        if body in self._given_up:
            raise TooLarge("the document is too large to be read beside all the others")
