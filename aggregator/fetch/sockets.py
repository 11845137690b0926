"""httpcore's network stream on asyncio alone.

httpcore's own, on anyio, leaves its socket open where a TLS handshake is cancelled, and costs half
as much again. Here a connection is either whole and the caller's, or closed.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Any

import httpcore

# What may pile up for one connection: many slow or endless ones must not add up to much.
_BUFFER = 64 * 1024


async def connect(address: str, port: int) -> SocketStream:
    """A TCP connection to a numeric address. Raises `OSError`."""
    reader, writer = await asyncio.open_connection(address, port, limit=_BUFFER)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    return SocketStream(reader, writer)


class SocketStream(httpcore.AsyncNetworkStream):
    """A connection; `OSError` passes through it as it is.

    It sets no timeouts of its own: whoever uses it holds the whole request to a deadline.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """The next bytes; none at the end."""
        return await self._reader.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Sends bytes, waiting while the other side does not take them."""
        self._writer.write(buffer)
        await self._writer.drain()

    async def aclose(self) -> None:
        """Hangs up at once: whatever has not been read or sent by now is not wanted."""
        self._writer.transport.abort()
        # The transport lets go of its socket on the loop's next turn.
        await asyncio.sleep(0)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        """The same connection, secured; closed where that fails or is cancelled."""
        plain = self._writer.transport
        try:
            await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except BaseException:
            plain.abort()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks of a stream."""
        return self._writer.get_extra_info(info) if info in {"ssl_object", "socket"} else None
