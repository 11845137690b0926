"""Unpacks a body as it arrives, within a bound.

The bound is on what comes out: a few kilobytes of brotli can hold gigabytes, so nothing here ever
asks a decompressor for more than the room that is left.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Protocol

import brotli
import zstandard

from aggregator.errors import FetchError, TooLarge

ACCEPTED = "gzip, deflate, br, zstd"
"""What `Accept-Encoding` offers."""

# RFC 9659: a sender must not use a larger window over HTTP.
_ZSTD_WINDOW = 8 * 1024 * 1024
_STEP = 64 * 1024


class Unpacker(Protocol):
    """Takes a body in pieces; ``finish`` gives it whole."""

    def feed(self, piece: bytes) -> None:
        """Takes the next bytes as sent. Raises `TooLarge`, or `FetchError` where broken."""
        ...

    def finish(self) -> bytes:
        """The unpacked body, or as much of it as came."""
        ...


def unpacker(content_encoding: str | None, limit: int) -> Unpacker:
    """The unpacker for a `Content-Encoding`, bounded to ``limit`` bytes in and out.

    A name that is no known encoding (``UTF-8``, ``none``) is a mistake servers make: such a body
    is taken as it is.

    Raises:
        FetchError: the body is encoded more than once.
    """
    names = [name.strip().lower() for name in (content_encoding or "").split(",")]
    known = [name.removeprefix("x-") for name in names if name.removeprefix("x-") in _UNPACKERS]
    if len(known) > 1:
        raise FetchError(f"the body is packed more than once ({', '.join(known)})")
    return _UNPACKERS[known[0]](limit) if known else _Plain(limit)


class _Bounded:
    """The body so far, and the bound on it; as sent, too, for packing can also grow a body."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._body = bytearray()
        self._sent = 0

    def _count(self, piece: bytes) -> None:
        self._sent += len(piece)
        if self._sent > self._limit:
            raise TooLarge(f"the document is larger than {self._limit // 1024} KiB as sent")

    def _room(self) -> int:
        """How much may still come; one more than the bound, so that passing it shows."""
        return self._limit + 1 - len(self._body)

    def _keep(self, piece: bytes) -> None:
        self._body += piece
        if len(self._body) > self._limit:
            raise TooLarge(f"the document is larger than {self._limit // 1024} KiB")

    def finish(self) -> bytes:
        return bytes(self._body)


class _Plain(_Bounded):
    def feed(self, piece: bytes) -> None:
        self._keep(piece)


class _Gzip(_Bounded):
    """gzip; a body that is not packed although it says so is taken as it is."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._inflate: zlib._Decompress | None = None
        self._plain = False
        self._head = b""

    def feed(self, piece: bytes) -> None:
        self._count(piece)
        if self._inflate is None and not self._plain:
            self._head += piece
            if len(self._head) < 2:
                return
            piece, self._head = self._head, b""
            self._inflate = self._opened(piece)
        try:
            self._unpack(piece)
        except zlib.error as error:
            if self._body:
                raise FetchError(f"the packed body is broken ({error})") from error
            self._plain = True
            self._keep(piece)

    def _opened(self, head: bytes) -> zlib._Decompress:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)

    def _unpack(self, piece: bytes) -> None:
        if self._plain or self._inflate is None:
            self._keep(piece)
            return
        while piece and not self._inflate.eof:
            self._keep(self._inflate.decompress(piece, self._room()))
            piece = self._inflate.unconsumed_tail

    def finish(self) -> bytes:
        self._keep(self._head)
        return super().finish()


class _Deflate(_Gzip):
    """`deflate`: by RFC 9110 zlib's format, by the habit of some servers without its header."""

    def _opened(self, head: bytes) -> zlib._Decompress:
        with_header = head[0] & 0x0F == 8 and int.from_bytes(head[:2]) % 31 == 0
        return zlib.decompressobj() if with_header else zlib.decompressobj(wbits=-zlib.MAX_WBITS)


class _Brotli(_Bounded):
    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._decompressor = brotli.Decompressor()

    def feed(self, piece: bytes) -> None:
        self._count(piece)
        while not self._decompressor.is_finished():
            try:
                out = self._decompressor.process(
                    piece, output_buffer_limit=min(_STEP, self._room())
                )
            except brotli.error as error:
                raise FetchError("the packed body is broken (brotli)") from error
            self._keep(out)
            piece = b""
            if self._decompressor.can_accept_more_data() and not out:
                return


class _Zstandard(_Bounded):
    """Unpacked at the end: zstandard's streaming calls have no bound on what they give back."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._packed = bytearray()

    def feed(self, piece: bytes) -> None:
        self._count(piece)
        self._packed += piece

    def finish(self) -> bytes:
        if self._packed[:4] != zstandard.FRAME_HEADER:
            return bytes(self._packed)
        decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        try:
            with decompressor.stream_reader(
                io.BytesIO(self._packed), read_across_frames=True
            ) as reader:
                while out := reader.read(min(_STEP, self._room())):
                    self._keep(out)
        except zstandard.ZstdError as error:
            raise FetchError(f"the packed body is broken ({error})") from error
        return super().finish()


_UNPACKERS: dict[str, Callable[[int], Unpacker]] = {
    "gzip": _Gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstandard,
}
