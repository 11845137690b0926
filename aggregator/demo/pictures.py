"""The demo's photographs: drawn landscapes, so that nobody's picture is used."""

from __future__ import annotations

import math
import random
import struct
import zlib
from functools import lru_cache

WIDTH, HEIGHT = 640, 360

_SKIES = (
    ((250, 214, 165), (94, 129, 172)),
    ((222, 233, 241), (120, 152, 176)),
    ((244, 190, 170), (84, 84, 128)),
    ((233, 226, 202), (109, 150, 141)),
)
_HILLS = 5


@lru_cache(maxsize=32)
def landscape(name: str) -> bytes:
    """A PNG of hills under a sky, always the same for one name."""
    chance = random.Random(name)  # noqa: S311 - draws, keeps no secret
    low, high = chance.choice(_SKIES)
    bands = 40
    palette = [_mixed(high, low, band / (bands - 1)) for band in range(bands)]
    sun = (chance.randrange(80, WIDTH - 80), chance.randrange(60, 150), chance.randrange(18, 34))
    palette.append((255, 244, 214))
    ridges = []
    for number in range(_HILLS):
        palette.append(_mixed(high, (24, 32, 44), 0.3 + 0.7 * number / (_HILLS - 1)))
        ridges.append(_ridge(chance, HEIGHT * (0.45 + 0.11 * number), 34 - 4 * number))
    rows = bytearray()
    for y in range(HEIGHT):
        row = bytearray([min(bands - 1, y * bands // 300)]) * WIDTH
        reach = sun[2] ** 2 - (y - sun[1]) ** 2
        if reach > 0:
            half = int(math.sqrt(reach))
            row[sun[0] - half : sun[0] + half] = bytes([bands]) * (2 * half)
        for number, ridge in enumerate(ridges):
            if y < min(ridge):
                continue
            colour = bands + 1 + number
            row = bytearray(
                colour if y >= top else below for below, top in zip(row, ridge, strict=True)
            )
        rows += b"\0" + row
    return _png(bytes(rows), palette)


def _ridge(chance: random.Random, level: float, height: float) -> list[int]:
    """Where a line of hills ends, for each column from the left."""
    waves = [(chance.uniform(0.6, 1), chance.uniform(0, 6.3), 1.7**n) for n in range(1, 7)]
    return [
        round(
            level
            + height
            * sum(
                size * math.sin(x / WIDTH * 5 * pitch + start) / pitch
                for size, start, pitch in waves
            )
        )
        for x in range(WIDTH)
    ]


def _mixed(
    first: tuple[int, int, int], second: tuple[int, int, int], share: float
) -> tuple[int, int, int]:
    red, green, blue = (
        round(one + (other - one) * share) for one, other in zip(first, second, strict=True)
    )
    return red, green, blue


def _png(rows: bytes, palette: list[tuple[int, int, int]]) -> bytes:
    """Rows of palette indices, each after a filter byte, as a file (PNG 1.2, colour type 3)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    colours = b"".join(bytes(colour) for colour in palette)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"PLTE", colours)
        + chunk(b"IDAT", zlib.compress(rows, 6))
        + chunk(b"IEND", b"")
    )
