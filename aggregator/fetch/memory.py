"""Keeps glibc from holding on to the memory of large blocks."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_M_MMAP_THRESHOLD = -3
_LARGE = 1024 * 1024


def return_large_blocks() -> None:
    """Makes the C library give blocks of 1 MiB and more back to the system as they are freed.

    glibc does so until the first large block is freed; from then on it keeps blocks of that size
    for itself (mallopt(3), M_MMAP_THRESHOLD). For a process that unpacks a large document now and
    then this means half as much memory again at the peak, and the peak for ever. Any other C
    library is left as it is.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
