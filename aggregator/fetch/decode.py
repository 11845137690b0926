"""Unpacks a body within a bound.

The bound is on what comes out: a few kilobytes of brotli can hold gigabytes. A body is unpacked
once it is there, in small steps, so that one decompressor is at work at a time: brotli's window
alone may take 16 MiB, and a hundred slow servers could each keep one open otherwise.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import brotli
import zstandard

from aggregator.errors import FetchError, TooLarge

ACCEPTED = "gzip, deflate, br, zstd"
"""What `Accept-Encoding` offers."""

# RFC 9659: a sender must not use a larger window over HTTP.
_ZSTD_WINDOW = 8 * 1024 * 1024
_STEP = 64 * 1024
_GZIP = b"\x1f\x8b"


class _Broken(Exception):
    """The packed bytes are not what they claim to be."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A body; ``whole`` is False where its packing broke off or broke, and the rest is lost."""

    body: bytes
    whole: bool = True


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


def unpack(packed: bytes, encoding: str | None, limit: int) -> Unpacked:
    """The body in these bytes; a plain body that claims to be packed is taken as it is.

    Raises:
        TooLarge: more than ``limit`` bytes come out.
        FetchError: nothing can be unpacked.
    """
    if encoding is None or not packed:
        return Unpacked(packed)
    body = io.BytesIO()
    try:
        for step in _STEPS[encoding](packed):
            body.write(step)
            if body.tell() > limit:
                raise TooLarge(f"the document is larger than {limit // 1024} KiB")
    except _Broken as error:
        if body.tell():
            return Unpacked(body.getvalue(), whole=False)
        if packed.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"<", b"{"}:
            return Unpacked(packed)
        raise FetchError(f"the packed body is broken ({error})") from error
    return Unpacked(body.getvalue())


def _gunzip(packed: bytes) -> Iterator[bytes]:
    """Members may follow each other (RFC 1952 §2.2); what else follows them is no matter."""
    if packed[:2] != _GZIP:
        raise _Broken("it is not in gzip's format")
    while packed[:2] == _GZIP:
        inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        yield from _inflate(inflate, packed)
        packed = inflate.unused_data


def _undeflate(packed: bytes) -> Iterator[bytes]:
    """By RFC 9110 zlib's format, by the habit of some servers the same without its header."""
    with_header = packed[0] & 0x0F == 8 and int.from_bytes(packed[:2]) % 31 == 0
    return _inflate(zlib.decompressobj(wbits=zlib.MAX_WBITS * (1 if with_header else -1)), packed)


def _inflate(inflate: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    try:
        while packed and not inflate.eof:
            yield inflate.decompress(packed, _STEP)
            packed = inflate.unconsumed_tail
    except zlib.error as error:
        raise _Broken(str(error)) from error
    if not inflate.eof:
        raise _Broken("it ended early")


def _unbrotli(packed: bytes) -> Iterator[bytes]:
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


def _unzstd(packed: bytes) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    try:
        with decompressor.stream_reader(io.BytesIO(packed), read_across_frames=True) as reader:
            while step := reader.read(_STEP):
                yield step
    except zstandard.ZstdError as error:
        raise _Broken(str(error)) from error


_STEPS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
