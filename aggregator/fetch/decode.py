"""Unpacks a body within a bound.

The bound is on what comes out: a few kilobytes of brotli can hold gigabytes. A body is unpacked
once it is there, in small steps, so that one decompressor is at work at a time: brotli's window
alone may take 16 MiB, and a hundred slow servers could each keep one open otherwise.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Generator
from contextlib import closing

import brotli
import zstandard

from aggregator.errors import FetchError, TooLarge

ACCEPTED = "gzip, deflate, br, zstd"
"""What `Accept-Encoding` offers."""

# RFC 9659: a sender must not use a larger window over HTTP.
_ZSTD_WINDOW = 8 * 1024 * 1024
_STEP = 64 * 1024
# Feeds pack to a third or a twentieth. What packs to a two-hundredth is made to do harm, and is
# found out long before it has grown to the bound.
_RATIO = 200
_RATIO_FROM = 1024 * 1024
_GZIP = b"\x1f\x8b"


Steps = Generator[bytes, None, None]


class _Broken(Exception):
    """The packed bytes are not what they claim to be."""


def packing(content_encoding: str | None) -> str | None:
    """The one encoding in a `Content-Encoding`; None for a plain body.

    A name that is no encoding (``UTF-8``, ``none``) is a mistake servers make, and passed over.

    Raises:
        FetchError: the body is encoded more than once.
    """
    names = (name.strip().lower() for name in (content_encoding or "").split(","))
    known = [name.removeprefix("x-") for name in names if name.removeprefix("x-") in _STEPS]
    if len(known) > 1:
        raise FetchError(f"the body is packed more than once ({', '.join(known)})")
    return known[0] if known else None


def unpack(packed: bytes, encoding: str, keep: Callable[[bytes], None]) -> bool:
    """Hands the unpacked body to ``keep`` in small steps; False if it broke off or is broken.

    A plain body that claims to be packed is handed over as it is.

    Raises:
        TooLarge: what comes out is out of all proportion to what went in; ``keep`` may raise it
            at a bound of its own.
        FetchError: nothing can be unpacked.
    """
    size, suspicious = 0, max(_RATIO_FROM, len(packed) * _RATIO)
    try:
        # Closed at once, for its window's sake: an error's traceback would keep it alive.
        with closing(_STEPS[encoding](packed)) as steps:
            for step in steps:
                size += len(step)
                if size > suspicious:
                    raise TooLarge(f"the document grows {_RATIO}-fold as it is unpacked: a bomb")
                keep(step)
    except _Broken as error:
        if size:
            return False
        if packed and packed.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in {b"<", b"{"}:
            raise FetchError(f"the packed body is broken ({error})") from error
        keep(packed)
    return True


def _gunzip(packed: bytes) -> Steps:
    """Members may follow each other (RFC 1952 §2.2); what else follows them is no matter."""
    if packed[:2] != _GZIP:
        raise _Broken("it is not in gzip's format")
    while packed[:2] == _GZIP:
        inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        yield from _inflate(inflate, packed)
        packed = inflate.unused_data


def _undeflate(packed: bytes) -> Steps:
    """By RFC 9110 zlib's format, by the habit of some servers the same without its header."""
    with_header = (
        packed[:1] != b"" and packed[0] & 0x0F == 8 and int.from_bytes(packed[:2]) % 31 == 0
    )
    return _inflate(zlib.decompressobj(wbits=zlib.MAX_WBITS * (1 if with_header else -1)), packed)


def _inflate(inflate: zlib._Decompress, packed: bytes) -> Steps:
    try:
        while packed and not inflate.eof:
            yield inflate.decompress(packed, _STEP)
            packed = inflate.unconsumed_tail
    except zlib.error as error:
        raise _Broken(str(error)) from error
    if not inflate.eof:
        raise _Broken("it ended early")


def _unbrotli(packed: bytes) -> Steps:
    decompressor = brotli.Decompressor()
    rest = packed
    try:
        while not decompressor.is_finished():
            step = decompressor.process(rest, output_buffer_limit=_STEP)
            yield step
            rest = b""
            if not step and decompressor.can_accept_more_data():
                break
    except brotli.error as error:
        raise _Broken("brotli") from error
    if not decompressor.is_finished():
        raise _Broken("it ended early")


def _unzstd(packed: bytes) -> Steps:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    try:
        with decompressor.stream_reader(io.BytesIO(packed), read_across_frames=True) as reader:
            while step := reader.read(_STEP):
                yield step
    except zstandard.ZstdError as error:
        raise _Broken(str(error)) from error


_STEPS: dict[str, Callable[[bytes], Steps]] = {
    "gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
